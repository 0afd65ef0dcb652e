#include "aggregate/series_pack.h"

#include "lib/mem.h"

#include <stdlib.h>

#define NUMBER_BYTES 10 /* at most, of 64 bits */

static size_t put_number(uint8_t *to, uint64_t number)
{
	size_t length = 0;
	while (number >= 0x80) {
		to[length++] = (uint8_t)(number | 0x80);
		number >>= 7;
	}
	to[length++] = (uint8_t)number;
	return length;
}

static uint64_t get_number(const struct packed *packed, size_t *at)
{
	uint64_t number = 0;
	for (int shift = 0;; shift += 7) {
		uint8_t byte = packed->bytes[(*at)++];
		number |= (uint64_t)(byte & 0x7f) << shift;
		if (byte < 0x80)
			return number;
	}
}

void packed_add(struct packed *packed, uint64_t first, uint64_t second)
{
	uint8_t pair[2 * NUMBER_BYTES];
	size_t length = put_number(pair, first);
	length += put_number(pair + length, second);
	packed->bytes = mem_resize(packed->bytes, packed->length + length, 1);
	for (size_t i = 0; i < length; i++)
		packed->bytes[packed->length + i] = pair[i];
	packed->length += length;
}

bool packed_next(const struct packed *packed, struct packed_walk *walk)
{
	if (walk->at == packed->length)
		return false;
	walk->first = get_number(packed, &walk->at);
	walk->second = get_number(packed, &walk->at);
	return true;
}

struct packed packed_latencies(const struct histogram *h)
{
	struct packed packed = { 0 };
	int64_t value_us, last_us = 0;
	uint64_t n;
	size_t cursor = 0, capacity = 0;
	while (histogram_next(h, &cursor, &value_us, &n)) {
		if (packed.length + (size_t)2 * NUMBER_BYTES > capacity) {
			capacity = capacity * 2 + (size_t)32 * NUMBER_BYTES;
			packed.bytes = mem_resize(packed.bytes, capacity, 1);
		}
		uint8_t *to = packed.bytes + packed.length;
		size_t length = put_number(to, (uint64_t)(value_us - last_us));
		packed.length += length + put_number(to + length, n);
		last_us = value_us;
	}
	if (packed.length)
		packed.bytes = mem_resize(packed.bytes, packed.length, 1);
	return packed;
}

bool packed_next_latency(const struct packed *packed, struct packed_walk *walk)
{
	if (!packed_next(packed, walk))
		return false;
	walk->value_us += (int64_t)walk->first;
	return true;
}

void packed_release(struct packed *packed)
{
	free(packed->bytes);
	*packed = (struct packed){ 0 };
}
