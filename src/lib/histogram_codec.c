/* HdrHistogram's V2 compressed encoding, as its Java original writes it:
 *
 *   base64 of: cookie 0x1c849314, length, then zlib of:
 *   cookie 0x1c849313, payload length, normalizing offset 0, digits,
 *   lowest and highest value, conversion ratio 1.0, payload
 *
 * all big-endian. The payload is one number after another, zigzag LEB128 of at
 * most 9 bytes: n >= 0 is the next counter, n < 0 stands for -n counters of 0.
 */
#define _DEFAULT_SOURCE /* htobe32 */

#include "lib/base64.h"
#include "lib/histogram.h"
#include "lib/histogram_layout.h"
#include "lib/mem.h"

#include <libdeflate.h>

#include <endian.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define COOKIE            UINT32_C(0x1c849303)
#define COOKIE_COMPRESSED UINT32_C(0x1c849304)
#define COOKIE_WORDS      UINT32_C(0x10) /* "counts are LEB128" */
#define OUTER_BYTES       8
#define HEADER_BYTES      40
#define WORD_BYTES_MAX    9
#define PLAIN_BYTES_MAX   ((size_t)4 << 20)
#define TEXT_BYTES_MAX    ((size_t)4 << 20)
#define RATIO_ONE         UINT64_C(0x3ff0000000000000) /* 1.0 as a double */
#define COMPRESSION_LEVEL 1

static void put_be32(uint8_t *to, uint32_t value)
{
	value = htobe32(value);
	memcpy(to, &value, sizeof(value));
}

static void put_be64(uint8_t *to, uint64_t value)
{
	value = htobe64(value);
	memcpy(to, &value, sizeof(value));
}

static uint32_t get_be32(const uint8_t *from)
{
	uint32_t value;

	memcpy(&value, from, sizeof(value));
	return be32toh(value);
}

static uint64_t get_be64(const uint8_t *from)
{
	uint64_t value;

	memcpy(&value, from, sizeof(value));
	return be64toh(value);
}

/* ---- writing ---- */

static size_t put_word(uint8_t *to, int64_t n)
{
	uint64_t zigzag = (uint64_t)n << 1 ^ (n < 0 ? UINT64_MAX : 0);
	size_t length = 0;

	while (zigzag > 0x7f && length < WORD_BYTES_MAX - 1) {
		to[length++] = (uint8_t)(zigzag | 0x80);
		zigzag >>= 7;
	}
	to[length++] = (uint8_t)zigzag;
	return length;
}

/* Where `n` counters of 0 are written, if any: one 0 is a number as others. */
static size_t put_zeros(uint8_t *to, size_t n)
{
	if (n == 0)
		return 0;
	return put_word(to, n == 1 ? 0 : -(int64_t)n);
}

/* Header and payload, to be freed. */
static uint8_t *encode_plain(const struct histogram *h, size_t *length)
{
	size_t cursor = 0, index, next = 0, used = 0;
	uint8_t *plain;
	uint64_t n;

	while (histogram_next_index(h, &cursor, &index, &n))
		used++;
	/* Before each number there may be a run of zeros. */
	plain = mem_new(HEADER_BYTES + (2 * used + 1) * WORD_BYTES_MAX, 1);
	*length = HEADER_BYTES;
	cursor = 0;
	while (histogram_next_index(h, &cursor, &index, &n)) {
		*length += put_zeros(plain + *length, index - next);
		*length += put_word(plain + *length, (int64_t)n);
		next = index + 1;
	}
	if (used == 0)
		*length += put_zeros(plain + *length, 1);
	put_be32(plain, COOKIE | COOKIE_WORDS);
	put_be32(plain + 4, (uint32_t)(*length - HEADER_BYTES));
	put_be32(plain + 12, HISTOGRAM_DIGITS);
	put_be64(plain + 16, (uint64_t)HISTOGRAM_MIN_US);
	put_be64(plain + 24, (uint64_t)HISTOGRAM_MAX_US);
	put_be64(plain + 32, RATIO_ONE);
	return plain;
}

char *histogram_encode(const struct histogram *h)
{
	struct libdeflate_compressor *compressor =
	    libdeflate_alloc_compressor(COMPRESSION_LEVEL);
	uint8_t *plain = NULL, *packed = NULL;
	size_t plain_length, packed_length, bound;
	char *text = NULL;

	if (!compressor)
		goto out;
	plain = encode_plain(h, &plain_length);
	bound = libdeflate_zlib_compress_bound(compressor, plain_length);
	packed = mem_new(OUTER_BYTES + bound, 1);
	packed_length = libdeflate_zlib_compress(compressor, plain,
	    plain_length, packed + OUTER_BYTES, bound);
	put_be32(packed, COOKIE_COMPRESSED | COOKIE_WORDS);
	put_be32(packed + 4, (uint32_t)packed_length);
	text = mem_new(base64_length(OUTER_BYTES + packed_length) + 1, 1);
	base64_encode(text, packed, OUTER_BYTES + packed_length);
out:
	free(packed);
	free(plain);
	libdeflate_free_compressor(compressor);
	return text;
}

/* ---- reading ---- */

/* A payload being read, and how its writer counted. */
struct source {
	struct histogram_layout layout;
	uint64_t indexes; /* beyond it, its layout has no counters */
	const uint8_t *at, *end;
};

/* Returns 0, or -1 when the bytes end within the number. */
static int get_word(struct source *source, int64_t *n)
{
	uint64_t zigzag = 0;

	for (int i = 0; i < WORD_BYTES_MAX; i++) {
		uint64_t byte;

		if (source->at == source->end)
			return -1;
		byte = *source->at++;
		if (i < WORD_BYTES_MAX - 1 && byte > 0x7f) {
			zigzag |= (byte & 0x7f) << (7 * i);
			continue;
		}
		zigzag |= byte << (7 * i);
		break;
	}
	*n = (int64_t)(zigzag >> 1 ^ (zigzag & 1 ? UINT64_MAX : 0));
	return 0;
}

/* Where the values of their counter go: the one counter of ours that has room
 * for all of them. */
static int translate(const struct source *source, uint64_t index, size_t *ours,
    struct err *err)
{
	uint64_t low = layout_lowest(source->layout, index);
	uint64_t high = layout_highest(source->layout, index);

	if (low > (uint64_t)HISTOGRAM_MAX_US)
		return err_set(err, "the histogram has values over one hour");
	*ours = layout_index(HISTOGRAM_LAYOUT, low);
	if (high > layout_highest(HISTOGRAM_LAYOUT, *ours))
		return err_set(err,
		    "the histogram's buckets are wider than 0.1 %%; write it "
		    "with three significant digits");
	return 0;
}

/* Adds the payload to `h`; with NULL only checks it. What the check lets pass
 * is added without an error. */
static int read_payload(struct source source, struct histogram *h,
    uint64_t room, struct err *err)
{
	uint64_t index = 0;
	size_t ours = 0;
	int64_t n;

	while (source.at < source.end) {
		if (get_word(&source, &n))
			return err_set(err, "the histogram is cut short");
		if (n < 0) {
			/* Negated as unsigned: -INT64_MIN does not exist. */
			uint64_t zeros = 0 - (uint64_t)n;

			if (zeros > source.indexes - index)
				goto beyond;
			index += zeros;
			continue;
		}
		if (index == source.indexes)
			goto beyond;
		if ((uint64_t)n > room)
			return err_set(err, "the histogram's counts overflow");
		room -= (uint64_t)n;
		if (n > 0 && translate(&source, index, &ours, err))
			return -1;
		if (n > 0 && h)
			histogram_add(h, ours, (uint64_t)n);
		index++;
	}
	return 0;
beyond:
	return err_set(err, "the histogram has counts beyond its own range");
}

static int log2_up(uint64_t n)
{
	return n <= 1 ? 0 : 64 - __builtin_clzll(n - 1);
}

/* HdrHistogram's rule: enough counters that, at the given digits, neighbours
 * differ by less than one unit of the last digit. */
static int read_layout(struct source *source, const uint8_t *header,
    struct err *err)
{
	static const uint64_t power_of_ten[] = { 1, 10, 100, 1000, 10000,
		100000 };
	uint32_t digits = get_be32(header + 12);
	uint64_t lowest = get_be64(header + 16);
	uint64_t highest = get_be64(header + 24);

	if (digits > 5)
		return err_set(err,
		    "the histogram claims %u significant digits"
		    "; there are at most 5",
		    digits);
	if (lowest < 1 || highest / 2 < lowest || highest > INT64_MAX)
		return err_set(err, "the histogram's range is no range");
	source->layout.half_bits = log2_up(2 * power_of_ten[digits]) - 1;
	source->layout.unit_bits = 63 - __builtin_clzll(lowest);
	if (source->layout.half_bits + source->layout.unit_bits > 61)
		return err_set(err, "the histogram's range is no range");
	source->indexes = layout_index(source->layout, highest);
	/* Its writers have the whole of the last doubling. */
	source->indexes |= (UINT64_C(1) << source->layout.half_bits) - 1;
	source->indexes++;
	return 0;
}

/* The JavaScript library writes an offset and a ratio of the integer 1, and
 * neither shifts nor scales; everybody else means what is written. */
static bool is_unshifted(const uint8_t *header)
{
	uint32_t offset = get_be32(header + 8);
	uint64_t ratio = get_be64(header + 32);

	return (offset == 0 && ratio == RATIO_ONE) ||
	       (offset <= 1 && ratio == 1);
}

static int read_plain(const uint8_t *plain, size_t length, struct histogram *h,
    struct err *err)
{
	struct source source = { 0 };
	uint64_t room = HISTOGRAM_TOTAL_MAX;

	if (length < HEADER_BYTES || get_be32(plain) != (COOKIE | COOKIE_WORDS))
		return err_set(err, "no V2 histogram is inside");
	if (get_be32(plain + 4) != length - HEADER_BYTES)
		return err_set(err, "the histogram's length is not the one it "
		                    "states");
	if (!is_unshifted(plain))
		return err_set(err, "the histogram is shifted or scaled");
	if (read_layout(&source, plain, err))
		return -1;
	source.at = plain + HEADER_BYTES;
	source.end = plain + length;
	/* All of it is checked before any of it is added. */
	if (h->count > room)
		return err_set(err, "the histogram's counts overflow");
	if (read_payload(source, NULL, room - h->count, err))
		return -1;
	return read_payload(source, h, room - h->count, err);
}

/* Inflates to a buffer that doubles until it fits, to be freed. */
static uint8_t *inflate_bounded(const uint8_t *packed, size_t length,
    size_t *plain_length, struct err *err)
{
	struct libdeflate_decompressor *inflater =
	    libdeflate_alloc_decompressor();
	enum libdeflate_result result = LIBDEFLATE_INSUFFICIENT_SPACE;
	uint8_t *plain = NULL;
	size_t used = 0;

	if (!inflater) {
		err_set(err, "no memory to inflate a histogram");
		return NULL;
	}
	for (size_t room = 16 << 10;
	     room <= PLAIN_BYTES_MAX && result == LIBDEFLATE_INSUFFICIENT_SPACE;
	     room *= 4) {
		free(plain);
		plain = mem_new(room, 1);
		result = libdeflate_zlib_decompress_ex(inflater, packed, length,
		    plain, room, &used, plain_length);
	}
	libdeflate_free_decompressor(inflater);
	if (result == LIBDEFLATE_SUCCESS && used == length)
		return plain;
	free(plain);
	err_set(err, result == LIBDEFLATE_INSUFFICIENT_SPACE
	                 ? "the histogram inflates to more than 4 MB"
	                 : "the histogram's compressed data is corrupt");
	return NULL;
}

static int read_packed(const uint8_t *bytes, size_t length, struct histogram *h,
    struct err *err)
{
	size_t packed_length, plain_length;
	uint8_t *plain;
	int result;

	if (length < OUTER_BYTES ||
	    get_be32(bytes) != (COOKIE_COMPRESSED | COOKIE_WORDS))
		return err_set(err, "this is no V2 compressed histogram "
		                    "(\"HISTFAAA...\")");
	packed_length = get_be32(bytes + 4);
	if (packed_length > length - OUTER_BYTES)
		return err_set(err, "the histogram is cut short");
	if (packed_length < length - OUTER_BYTES)
		return err_set(err, "something follows the histogram");
	plain = inflate_bounded(bytes + OUTER_BYTES, packed_length,
	    &plain_length, err);
	if (!plain)
		return -1;
	result = read_plain(plain, plain_length, h, err);
	free(plain);
	return result;
}

int histogram_decode(struct histogram *h, const char *text, struct err *err)
{
	size_t text_length = strlen(text), length;
	uint8_t *bytes;
	int result;

	if (text_length > TEXT_BYTES_MAX)
		return err_set(err, "the histogram is larger than 4 MB");
	bytes = mem_new(text_length / 4 * 3 + 1, 1);
	if (base64_decode(bytes, &length, text, text_length))
		result = err_set(err, "the histogram is not base64");
	else
		result = read_packed(bytes, length, h, err);
	free(bytes);
	return result;
}
