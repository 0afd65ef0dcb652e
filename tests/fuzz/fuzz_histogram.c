/* fuzz_histogram - decoding: whatever is accepted adds up, and survives being
 * written and read again. The input is taken twice: as the text of a histogram,
 * and as what such a text holds inside, past base64 and zlib, where a mutation
 * seldom comes. */
#include "lib/base64.h"
#include "lib/histogram.h"
#include "lib/histogram_layout.h"

#include <libdeflate.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
	if (!holds)
		abort();
}

static void require_sound(const struct histogram *h)
{
	size_t cursor = 0, index;
	uint64_t n, total = 0;

	while (histogram_next_index(h, &cursor, &index, &n))
		total += n;
	require(total == h->count);
	require(histogram_min(h) <= histogram_percentile(h, 50));
	require(histogram_percentile(h, 50) <= histogram_max(h));
}

static void decode(const char *text)
{
	struct histogram h = { 0 }, again = { 0 };
	char *first, *second;
	struct err err;

	if (histogram_decode(&h, text, &err)) {
		require(!h.pages && h.count == 0);
		return;
	}
	require_sound(&h);
	first = histogram_encode(&h);
	require(first && histogram_decode(&again, first, &err) == 0);
	second = histogram_encode(&again);
	require(second && strcmp(first, second) == 0);
	free(first);
	free(second);
	histogram_clear(&h);
	histogram_clear(&again);
}

/* The text whose inside is `data`. */
static char *wrap(const uint8_t *data, size_t size)
{
	struct libdeflate_compressor *compressor =
	    libdeflate_alloc_compressor(0);
	size_t bound = libdeflate_zlib_compress_bound(compressor, size);
	uint8_t *packed = calloc(1, 8 + bound);
	size_t length =
	    libdeflate_zlib_compress(compressor, data, size, packed + 8, bound);
	char *text = malloc(base64_length(8 + length) + 1);

	memcpy(packed, "\x1c\x84\x93\x14", 4);
	for (int i = 0; i < 4; i++)
		packed[4 + i] = (uint8_t)(length >> 8 * (3 - i));
	base64_encode(text, packed, 8 + length);
	libdeflate_free_compressor(compressor);
	free(packed);
	return text;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1);

	if (!text)
		abort();
	memcpy(text, data, size);
	text[size] = '\0';
	decode(text);
	free(text);
	text = wrap(data, size);
	decode(text);
	free(text);
	return 0;
}
