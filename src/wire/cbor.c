#include "wire/cbor.h"

#include "lib/utf8.h"

#include <assert.h>
#include <math.h>
#include <string.h>

/* Major types, the upper three bits of an item's first byte. */
enum major { TAG = 6, SIMPLE = 7 };

static uint64_t big_endian(const uint8_t *bytes, size_t length)
{
	uint64_t value = 0;
	for (size_t i = 0; i < length; i++)
		value = value << 8 | bytes[i];
	return value;
}

/* A head's number: in the lower five bits of its first byte, or in the 1, 2, 4
 * or 8 bytes behind it. */
static int read_number(struct span *from, unsigned low, uint64_t *number)
{
	*number = low;
	if (low < 24)
		return 0;
	if (low > 27)
		return -1;
	size_t length = (size_t)1 << (low - 24);
	const uint8_t *bytes = span_take(from, length);
	if (!bytes)
		return -1;
	*number = big_endian(bytes, length);
	return 0;
}

/* RFC 8949, appendix D. */
static double half(uint64_t bits)
{
	unsigned exponent = bits >> 10 & 0x1f, mantissa = bits & 0x3ff;
	double value;
	if (exponent == 0)
		value = ldexp(mantissa, -24);
	else if (exponent != 31)
		value = ldexp(mantissa + 1024, (int)exponent - 25);
	else
		value = mantissa ? (double)NAN : (double)INFINITY;
	return bits & 0x8000 ? -value : value;
}

static double single(uint64_t bits)
{
	uint32_t narrow = (uint32_t)bits;
	float value;
	memcpy(&value, &narrow, sizeof value);
	return (double)value;
}

static int read_simple(struct cbor *item, unsigned low)
{
	switch (low) {
	case 20:
	case 21:
		item->type = CBOR_BOOL;
		item->number = low - 20;
		return 0;
	case 22:
		item->type = CBOR_NULL;
		return 0;
	case 23:
		item->type = CBOR_UNDEFINED;
		return 0;
	case 25:
		item->real = half(item->number);
		break;
	case 26:
		item->real = single(item->number);
		break;
	case 27:
		memcpy(&item->real, &item->number, sizeof item->real);
		break;
	default:
		return -1;
	}
	item->type = CBOR_FLOAT;
	return 0;
}

/* Its content is there; an array's or a map's items have a byte each at least,
 * so one that says more than there can be is refused before anybody counts on
 * it. */
static int check_content(struct span *from, struct cbor *item)
{
	if (item->type == CBOR_ARRAY)
		return item->number <= from->left ? 0 : -1;
	if (item->type == CBOR_MAP)
		return item->number <= from->left / 2 ? 0 : -1;
	if (item->type != CBOR_BYTES && item->type != CBOR_TEXT)
		return 0;
	item->bytes = span_take(from, item->number);
	if (!item->bytes)
		return -1;
	return item->type == CBOR_BYTES ||
	               utf8_is_valid(item->bytes, (size_t)item->number)
	           ? 0
	           : -1;
}

int cbor_read(struct span *from, struct cbor *item)
{
	const uint8_t *first;
	do {
		*item = (struct cbor){ 0 };
		first = span_take(from, 1);
		if (!first ||
		    read_number(from, *first & 0x1f, &item->number) < 0)
			return -1;
	} while (*first >> 5 == TAG);
	if (*first >> 5 == SIMPLE)
		return read_simple(item, *first & 0x1f);
	item->type = (enum cbor_type)(*first >> 5);
	return check_content(from, item);
}

int cbor_skip(struct span *from)
{
	/* Without recursion: what is open adds up to a number of items. */
	for (uint64_t due = 1; due > 0; due--) {
		struct cbor item;
		if (cbor_read(from, &item) < 0)
			return -1;
		if (item.type == CBOR_ARRAY)
			due += item.number;
		else if (item.type == CBOR_MAP)
			due += 2 * item.number;
		if (due - 1 > from->left)
			return -1;
	}
	return 0;
}

bool cbor_is(const struct cbor *item, const char *text)
{
	size_t length = strlen(text);
	return item->type == CBOR_TEXT && item->number == length &&
	       memcmp(item->bytes, text, length) == 0;
}

/* The bytes that follow a head's first, and what that says of them. */
static size_t number_bytes(uint64_t number, unsigned *low)
{
	if (number < 24) {
		*low = (unsigned)number;
		return 0;
	}
	unsigned power = number > UINT32_MAX   ? 3
	                 : number > UINT16_MAX ? 2
	                 : number > UINT8_MAX  ? 1
	                                       : 0;
	*low = 24 + power;
	return (size_t)1 << power;
}

int cbor_write_head(struct buf *to, enum cbor_type type, uint64_t number)
{
	unsigned low;
	uint8_t head[9];

	assert(type <= CBOR_MAP);
	size_t length = number_bytes(number, &low);
	head[0] = (uint8_t)(type << 5 | low);
	for (size_t i = 0; i < length; i++)
		head[1 + i] = (uint8_t)(number >> 8 * (length - 1 - i));
	return buf_add(to, head, 1 + length);
}

int cbor_write_bytes(struct buf *to, const void *bytes, size_t length)
{
	if (cbor_write_head(to, CBOR_BYTES, length) < 0)
		return -1;
	return buf_add(to, bytes, length);
}

int cbor_write_text(struct buf *to, const char *text)
{
	if (cbor_write_head(to, CBOR_TEXT, strlen(text)) < 0)
		return -1;
	return buf_add_text(to, text);
}
