/* stego.h - a secret in the low bits of a picture's red, green and blue, as
 * CloudP2P puts it there (specification section 4). On RGBA pixels; pure. */
#ifndef WIRE_STEGO_H
#define WIRE_STEGO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* How many bytes of secret that many pixels hold; 0 as well when not even the
 * length fits. */
size_t stego_capacity(uint64_t pixels);

/* Pixels needed for a secret of `length` bytes. */
uint64_t stego_pixels(size_t length);

/* Puts `secret` into `rgba`. The capacity has been checked by the caller. */
void stego_embed(uint8_t *rgba, const uint8_t *secret, size_t length);

/* Takes the secret out of pixels as they are decoded. Begin with
 * { .pixels = width * height }. */
struct stego_reader {
	uint64_t pixels; /* of the whole picture */
	uint64_t bits;   /* taken so far */
	uint32_t length; /* of the secret, known after 32 bits */
	uint8_t partial; /* the byte that is being put together */
};

enum stego_progress {
	STEGO_MORE, /* give it more pixels */
	STEGO_END,  /* the secret is complete */
	STEGO_BAD,  /* the length it announces does not fit the picture */
};

/* Reads `count` pixels and writes the bytes of the secret that they complete,
 * at most count * 3 / 8 + 1 of them; *written says how many. */
enum stego_progress stego_read(struct stego_reader *reader, const uint8_t *rgba,
    size_t count, uint8_t *out, size_t *written);

/* The low bits of the last byte that the original encoder may lose for a secret
 * of that length (its last-byte defect): 0x00, 0x01 or 0x03. */
uint8_t stego_lost_bits(size_t length);

#endif
