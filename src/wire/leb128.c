#include "wire/leb128.h"

size_t leb128_write(uint8_t *out, uint64_t value)
{
	size_t length = 0;
	for (; value > 0x7f; value >>= 7)
		out[length++] = (uint8_t)(value | 0x80);
	out[length++] = (uint8_t)value;
	return length;
}

size_t leb128_write_signed(uint8_t *out, int64_t value)
{
	/* The bits above the sign, all like it; shifted without leaving C. */
	uint64_t bits = (uint64_t)value, fill = value < 0 ? UINT64_MAX : 0;
	size_t length = 0;
	while (bits >> 6 != fill >> 6) {
		out[length++] = (uint8_t)(bits | 0x80);
		bits = bits >> 7 | (fill & UINT64_C(0x7f) << 57);
	}
	out[length++] = (uint8_t)(bits & 0x7f);
	return length;
}

/* The groups of one number; *shift is left behind the last. */
static int read_groups(struct span *from, uint64_t *bits, unsigned *shift)
{
	*bits = 0;
	for (*shift = 0; *shift < 7 * LEB128_MAX;) {
		const uint8_t *byte = span_take(from, 1);
		if (!byte)
			return -1;
		*bits |= (uint64_t)(*byte & 0x7f) << *shift;
		*shift += 7;
		if (!(*byte & 0x80))
			return 0;
	}
	return -1;
}

int leb128_read(struct span *from, uint64_t *value)
{
	unsigned shift;
	if (read_groups(from, value, &shift) < 0)
		return -1;
	/* Of the tenth group only one bit fits. */
	return shift == 7 * LEB128_MAX && from->at[-1] > 1 ? -1 : 0;
}

int leb128_read_signed(struct span *from, int64_t *value)
{
	uint64_t bits;
	unsigned shift;
	if (read_groups(from, &bits, &shift) < 0)
		return -1;
	uint8_t last = from->at[-1];
	if (shift == 7 * LEB128_MAX && last != 0 && last != 0x7f)
		return -1;
	if ((last & 0x40) && shift < 64)
		bits |= UINT64_MAX << shift;
	*value = (int64_t)bits;
	return 0;
}
