/* numarray_block.h - the fast middle of a number array. Private to numarray.
 *
 * A block function decodes numbers that stand close together ("12,0,255,") as
 * long as there is text and room for a whole step, and stops before anything
 * else - white space, the end, a fault - which the caller looks at byte by
 * byte. The text at `in` begins a number, before and after. */
#ifndef WIRE_NUMARRAY_BLOCK_H
#define WIRE_NUMARRAY_BLOCK_H

#include <stdint.h>

struct numarray_cursor {
	const char *in, *in_end;
	uint8_t *out, *out_end;
};

/* In plain C, for every processor. */
void numarray_block_plain(struct numarray_cursor *cursor);

#if defined(__x86_64__)
#define NUMARRAY_HAS_AVX2 1
void numarray_block_avx2(struct numarray_cursor *cursor);
#else
#define NUMARRAY_HAS_AVX2 0
#endif

#endif
