/* picture_encode.c - PNG files made for speed: no row filters, deflate at its
 * fastest, all pixels in one IDAT chunk. (PNG specification, third edition.) */
#include "wire/picture.h"

#include <libdeflate.h>

#include <stdlib.h>
#include <string.h>

#define LEVEL       1
#define CHUNK_BYTES 12 /* length, type, checksum */
#define HEADER      13 /* bytes of IHDR's data */

static void put32(uint8_t *at, size_t value)
{
	at[0] = (uint8_t)(value >> 24);
	at[1] = (uint8_t)(value >> 16);
	at[2] = (uint8_t)(value >> 8);
	at[3] = (uint8_t)value;
}

/* Makes a chunk of the `length` bytes that the caller has put at chunk + 8;
 * returns its end. */
static uint8_t *seal_chunk(uint8_t *chunk, const char type[4], size_t length)
{
	put32(chunk, length);
	memcpy(chunk + 4, type, 4);
	put32(chunk + 8 + length, libdeflate_crc32(0, chunk + 4, 4 + length));
	return chunk + CHUNK_BYTES + length;
}

static uint8_t *put_header(uint8_t *at, const struct picture *picture)
{
	static const uint8_t signature[8] = { 0x89, 'P', 'N', 'G', '\r', '\n',
		0x1a, '\n' };
	static const uint8_t rgba_8_bits[5] = { 8, 6, 0, 0, 0 };

	memcpy(at, signature, sizeof(signature));
	at += sizeof(signature);
	put32(at + 8, picture->width);
	put32(at + 12, picture->height);
	memcpy(at + 16, rgba_8_bits, sizeof(rgba_8_bits));
	return seal_chunk(at, "IHDR", HEADER);
}

/* The rows, each behind the number of its filter: 0, none. */
static uint8_t *filter(const struct picture *picture, size_t *length)
{
	size_t row = (size_t)picture->width * 4;
	uint8_t *rows, *to;

	*length = (row + 1) * picture->height;
	rows = to = malloc(*length);
	if (!rows)
		return NULL;
	for (size_t y = 0; y < picture->height; y++) {
		*to++ = 0;
		memcpy(to, picture->rgba + y * row, row);
		to += row;
	}
	return rows;
}

int picture_encode(struct buf *out, const struct picture *picture,
    struct err *err)
{
	struct libdeflate_compressor *deflate =
	    libdeflate_alloc_compressor(LEVEL);
	size_t length = 0, bound, written;
	uint8_t *rows = filter(picture, &length), *begin, *at;
	int result = -1;

	if (!deflate || !rows)
		goto out;
	bound = libdeflate_zlib_compress_bound(deflate, length);
	begin = buf_room(out, 8 + 3 * CHUNK_BYTES + HEADER + bound);
	if (!begin)
		goto out;
	at = put_header(begin, picture);
	written =
	    libdeflate_zlib_compress(deflate, rows, length, at + 8, bound);
	at = seal_chunk(at, "IDAT", written);
	at = seal_chunk(at, "IEND", 0);
	out->length += (size_t)(at - begin);
	result = 0;
out:
	if (result < 0)
		err_system(err, "cannot encode %u x %u pixels",
		    (unsigned)picture->width, (unsigned)picture->height);
	free(rows);
	libdeflate_free_compressor(deflate);
	return result;
}
