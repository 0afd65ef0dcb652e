#include "wire/numarray_block.h"

#include "wire/bytes.h"

#include <stdbool.h>

/* In every byte of eight. */
#define ALL(n) (UINT64_C(0x0101010101010101) * (n))

/* Two numbers with their commas are at most this much text. */
#define STEP 8

/* The high bit of every byte that is a comma, exactly. */
static uint64_t commas(uint64_t text)
{
	uint64_t differs = text ^ ALL(',');

	return ~(((differs & ALL(0x7f)) + ALL(0x7f)) | differs) & ALL(0x80);
}

/* The number in the first `count` (1 to 3) bytes; false unless it is one. */
static bool number(uint64_t text, unsigned count, uint8_t *out)
{
	static const uint32_t least[4] = { 0, 0, 10, 100 };
	/* One digit a byte, the last one in the third; a missing one is 0. */
	uint32_t digits = (uint32_t)(text ^ ALL('0')) << (8 * (4 - count)) >> 8;
	uint32_t tens = digits * 10 + (digits >> 8);
	uint32_t value = (tens & 0xff) * 10 + (digits >> 16);

	*out = (uint8_t)value;
	return (((digits + 0x060606) | digits) & 0xf0f0f0) == 0 &&
	       value <= 255 && value >= least[count];
}

void numarray_block_plain(struct numarray_cursor *cursor)
{
	const char *in = cursor->in;
	uint8_t *out = cursor->out;

	while (cursor->in_end - in >= STEP && cursor->out_end - out >= 2) {
		uint64_t text = bytes_load((const uint8_t *)in);
		uint64_t first = commas(text), second = first & (first - 1);
		unsigned end1, end2;
		bool both; /* are numbers: one branch for the two */

		if (second == 0)
			break;
		end1 = (unsigned)__builtin_ctzll(first) / 8;
		end2 = (unsigned)__builtin_ctzll(second) / 8;
		if (end1 - 1 > 2 || end2 - end1 - 2 > 2)
			break;
		both = number(text, end1, out);
		both &=
		    number(text >> (8 * (end1 + 1)), end2 - end1 - 1, out + 1);
		if (!both)
			break;
		in += end2 + 1;
		out += 2;
	}
	cursor->in = in;
	cursor->out = out;
}
