/* picture.h - picture files from and to RGBA pixels (libspng, libjpeg). Pure:
 * bytes in, pixels out. Sizes are bounded: what comes is input. */
#ifndef WIRE_PICTURE_H
#define WIRE_PICTURE_H

#include "lib/buf.h"
#include "lib/err.h"

#include <stddef.h>
#include <stdint.h>

struct picture {
	uint32_t width, height;
	uint8_t *rgba; /* owned; width * height * 4 bytes, row by row */
};

/* "png", "jpeg", or NULL: by its first bytes. */
const char *picture_format(const uint8_t *file, size_t length);

/* Decodes a whole PNG or JPEG file. Returns 0, or -1 with `err`. */
int picture_decode(struct picture *picture, const uint8_t *file, size_t length,
    struct err *err);
void picture_release(struct picture *picture);

/* Appends the picture as a PNG file (RGBA, 8 bits), made for speed. */
int picture_encode(struct buf *out, const struct picture *picture,
    struct err *err);

/* A PNG file read row by row while it arrives, in 55 KB of memory and
 * three of its rows, however high it is. `read` gives exactly `length`
 * bytes and returns 0, or -1 (the file ends, the connection broke): it may
 * wait, on the stack of a fiber (libspng and zlib use 4 KB of it).
 * An interlaced file is refused: CloudP2P sends none, and it would need memory
 * for all its pixels.
 *
 * The call of picture_reader_row that returns 0 has checked the rest of the
 * file up to its last chunk. Whoever has enough before closes the reader and
 * drops what still arrives. */
struct picture_reader {
	uint32_t width, height;
	void *state;
};
int picture_reader_open(struct picture_reader *reader,
    int (*read)(void *context, void *to, size_t length), void *context);
/* The next row into `rgba` (width * 4 bytes): 1, 0 after the last, -1 bad. */
int picture_reader_row(struct picture_reader *reader, uint8_t *rgba);
void picture_reader_close(struct picture_reader *reader);

#endif
