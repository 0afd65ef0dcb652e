#include "lib/histogram.h"

#include "lib/base64.h"
#include "lib/histogram_layout.h"
#include "lib/rng.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <libdeflate.h>
#include <math.h>

/* 1 us .. 1 s, each decade as likely as another. */
static int64_t random_latency_us(struct rng *rng)
{
	return (int64_t)pow(10, 6 * rng_unit(rng));
}

static int compare(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

static void assert_same(const struct histogram *a, const struct histogram *b)
{
	size_t at_a = 0, at_b = 0;
	int64_t value_a, value_b;
	uint64_t n_a, n_b;

	assert_int_equal(a->count, b->count);
	while (histogram_next(a, &at_a, &value_a, &n_a)) {
		assert_true(histogram_next(b, &at_b, &value_b, &n_b));
		assert_int_equal(value_a, value_b);
		assert_int_equal(n_a, n_b);
	}
	assert_false(histogram_next(b, &at_b, &value_b, &n_b));
}

static void an_empty_histogram_owns_nothing_and_is_all_zero(void **state)
{
	struct histogram h = { 0 };
	size_t cursor = 0;
	int64_t value;
	uint64_t n;

	(void)state;
	assert_int_equal(histogram_percentile(&h, 50), 0);
	assert_int_equal(histogram_min(&h), 0);
	assert_int_equal(histogram_max(&h), 0);
	assert_true(histogram_mean(&h) == 0);
	assert_true(histogram_deviation(&h) == 0);
	assert_false(histogram_next(&h, &cursor, &value, &n));
	histogram_merge(&h, &(struct histogram){ 0 });
	histogram_record_n(&h, 5, 0);
	assert_null(h.few);
	assert_null(h.pages);
}

/* The same values in the list and in pages. */
static void counters_move_to_pages_without_a_change(void **state)
{
	struct histogram few = { 0 }, many = { 0 };
	uint64_t in_few = 0, in_many = 0, n, m;
	int64_t value, same;

	(void)state;
	for (int64_t i = 0; i < 300; i++)
		histogram_record(&many, 1 + i * i * i);
	assert_non_null(many.pages);
	assert_null(many.few);
	for (int64_t i = 256; i-- > 0;)
		histogram_record_n(&few, 1 + i * i * i, 65535);
	assert_null(few.pages);
	histogram_record(&few, 1);
	assert_non_null(few.pages);
	assert_null(few.few);
	for (size_t a = 0, b = 0; histogram_next(&few, &a, &value, &n) &&
	                          histogram_next(&many, &b, &same, &m);) {
		assert_int_equal(value, same);
		in_few += n;
		in_many += m;
	}
	assert_int_equal(in_few, 256 * 65535 + 1);
	assert_int_equal(few.count, in_few);
	assert_true(in_many >= 256 && in_many <= 300);
	histogram_clear(&few);
	histogram_clear(&many);
}

static void values_below_2048_us_are_exact(void **state)
{
	struct histogram h = { 0 };
	size_t cursor = 0;
	int64_t value;
	uint64_t n;

	(void)state;
	for (int64_t us = 1; us < 2048; us++)
		histogram_record(&h, us);
	for (int64_t us = 1; us < 2048; us++) {
		assert_true(histogram_next(&h, &cursor, &value, &n));
		assert_int_equal(value, us);
		assert_int_equal(n, 1);
	}
	assert_false(histogram_next(&h, &cursor, &value, &n));
	assert_int_equal(histogram_percentile(&h, 50), 1024);
	assert_true(histogram_mean(&h) == 1024);
	/* Of n whole numbers in a row: the root of (n^2 - 1) / 12. */
	assert_true(fabs(histogram_deviation(&h) -
	                 sqrt((2047.0 * 2047 - 1) / 12)) < 1e-9);
	histogram_clear(&h);
}

static void every_value_is_reported_within_the_stated_error(void **state)
{
	(void)state;
	for (int64_t us = 1; us < HISTOGRAM_MAX_US; us += us / 7 + 1) {
		struct histogram h = { 0 };
		double low, high;

		histogram_record(&h, us);
		low = (double)histogram_min(&h);
		high = (double)histogram_max(&h);
		assert_true(low <= (double)us && (double)us <= high);
		assert_true(high - low <= histogram_error() * (double)us);
		assert_int_equal(h.clamped, 0);
		histogram_clear(&h);
	}
}

static void values_outside_the_range_count_at_its_end(void **state)
{
	struct histogram h = { 0 }, ends = { 0 };

	(void)state;
	histogram_record(&h, 0);
	histogram_record(&h, INT64_MIN);
	histogram_record(&h, INT64_MAX);
	histogram_record_n(&h, HISTOGRAM_MAX_US + 1, 2);
	histogram_record_n(&ends, HISTOGRAM_MIN_US, 2);
	histogram_record_n(&ends, HISTOGRAM_MAX_US, 3);
	assert_same(&h, &ends);
	assert_int_equal(h.clamped, 5);
	assert_int_equal(ends.clamped, 0);
	histogram_merge(&ends, &h);
	assert_int_equal(ends.clamped, 5);
	histogram_clear(&h);
	histogram_clear(&ends);
}

static void percentiles_are_those_of_the_sorted_values(void **state)
{
	static const double percents[] = { 0.1, 1, 10, 50, 90, 95, 99, 99.9,
		99.99, 100 };
	const size_t count = 100000;
	int64_t *values = calloc(count, sizeof(*values));
	struct histogram h = { 0 };
	struct rng rng;

	(void)state;
	rng_init(&rng, 1, 0);
	assert_non_null(values);
	for (size_t i = 0; i < count; i++) {
		values[i] = random_latency_us(&rng);
		histogram_record(&h, values[i]);
	}
	qsort(values, count, sizeof(*values), compare);
	for (size_t i = 0; i < sizeof(percents) / sizeof(*percents); i++) {
		double exact = percents[i] / 100 * (double)count;
		int64_t truth = values[(size_t)ceil(exact - 1e-6) - 1];
		int64_t reported = histogram_percentile(&h, percents[i]);

		assert_true(reported >= truth);
		assert_true((double)(reported - truth) <=
		            histogram_error() * (double)truth);
	}
	int64_t at_once[3];
	histogram_percentiles(&h, (const double[]){ 0, 99, 99 }, at_once, 3);
	assert_int_equal(at_once[0], histogram_min(&h));
	assert_int_equal(at_once[1], histogram_percentile(&h, 99));
	assert_int_equal(at_once[2], at_once[1]);
	assert_int_equal(histogram_percentile(&h, 0), histogram_min(&h));
	assert_true(histogram_percentile(&h, 200) == histogram_max(&h));
	assert_true(histogram_percentile(&h, -1) == histogram_min(&h));
	free(values);
	histogram_clear(&h);
}

static void merging_parts_gives_the_histogram_of_the_whole(void **state)
{
	struct histogram parts[7] = { 0 }, whole = { 0 }, merged = { 0 };
	struct rng rng;

	(void)state;
	rng_init(&rng, 2, 0);
	for (size_t i = 0; i < 50000; i++) {
		int64_t us = random_latency_us(&rng);

		histogram_record(&whole, us);
		histogram_record(&parts[i % 7], us);
	}
	for (size_t i = 0; i < 7; i++) {
		histogram_merge(&merged, &parts[i]);
		histogram_clear(&parts[i]);
	}
	assert_same(&merged, &whole);
	histogram_merge(&merged, &merged);
	histogram_merge(&whole, &(struct histogram){ 0 });
	assert_int_equal(merged.count, 2 * whole.count);
	histogram_clear(&merged);
	histogram_clear(&whole);
}

static void counters_do_not_overflow(void **state)
{
	struct histogram h = { 0 }, copy = { 0 };
	size_t cursor = 0;
	int64_t value;
	uint64_t n;

	(void)state;
	for (int i = 0; i < 200000; i++)
		histogram_record(&h, 7);
	histogram_record_n(&h, 7, UINT64_C(1) << 40);
	histogram_record_n(&h, 7, 0xffff);
	histogram_merge(&copy, &h);
	assert_true(histogram_next(&copy, &cursor, &value, &n));
	assert_int_equal(value, 7);
	assert_int_equal(n, 200000 + (UINT64_C(1) << 40) + 0xffff);
	assert_int_equal(copy.count, n);
	histogram_clear(&h);
	histogram_clear(&copy);
}

/* ---- the text form ---- */

static void assert_survives(const struct histogram *h)
{
	struct histogram back = { 0 };
	struct err err = { "" };
	char *text = histogram_encode(h);

	assert_non_null(text);
	assert_memory_equal(text, "HISTFAAA", 8);
	assert_int_equal(histogram_decode(&back, text, &err), 0);
	assert_same(&back, h);
	free(text);
	histogram_clear(&back);
}

static void what_is_encoded_is_decoded(void **state)
{
	struct histogram h = { 0 };
	struct rng rng;

	(void)state;
	rng_init(&rng, 3, 0);
	assert_survives(&h);
	histogram_record(&h, HISTOGRAM_MIN_US);
	assert_survives(&h);
	histogram_record(&h, HISTOGRAM_MAX_US);
	assert_survives(&h);
	histogram_record_n(&h, 3, INT64_MAX - 2);
	assert_survives(&h);
	histogram_clear(&h);
	for (int i = 0; i < 100000; i++)
		histogram_record(&h, random_latency_us(&rng));
	assert_survives(&h);
	histogram_clear(&h);
}

static void decoding_adds_to_what_is_there(void **state)
{
	struct histogram h = { 0 }, twice = { 0 };
	struct err err;
	char *text;

	(void)state;
	histogram_record_n(&h, 1234567, 10);
	text = histogram_encode(&h);
	histogram_record_n(&twice, 1234567, 20);
	assert_int_equal(histogram_decode(&h, text, &err), 0);
	assert_same(&h, &twice);
	free(text);
	histogram_clear(&h);
	histogram_clear(&twice);
}

/* What is put between zlib and base64, to make texts no encoder writes. */
struct plain {
	uint8_t bytes[256];
	size_t length;
};

static void put(struct plain *plain, uint64_t value, int bytes)
{
	while (bytes-- > 0)
		plain->bytes[plain->length++] = (uint8_t)(value >> 8 * bytes);
}

static struct plain plain_of(uint64_t lowest, uint64_t highest, uint32_t digits,
    const uint8_t *payload, size_t length)
{
	struct plain plain = { 0 };

	put(&plain, 0x1c849313, 4);
	put(&plain, length, 4);
	put(&plain, 0, 4);
	put(&plain, digits, 4);
	put(&plain, lowest, 8);
	put(&plain, highest, 8);
	put(&plain, 0x3ff0000000000000, 8);
	for (size_t i = 0; i < length; i++)
		put(&plain, payload[i], 1);
	return plain;
}

static char *pack(const struct plain *plain)
{
	struct libdeflate_compressor *compressor =
	    libdeflate_alloc_compressor(1);
	struct plain packed = { 0 };
	char *text = calloc(1, 1024);
	size_t length;

	length = libdeflate_zlib_compress(compressor, plain->bytes,
	    plain->length, packed.bytes + 8, sizeof(packed.bytes) - 8);
	put(&packed, 0x1c849314, 4);
	put(&packed, length, 4);
	base64_encode(text, packed.bytes, 8 + length);
	libdeflate_free_compressor(compressor);
	return text;
}

static int decode_plain(struct histogram *h, const struct plain *plain,
    struct err *err)
{
	char *text = pack(plain);
	int result = histogram_decode(h, text, err);

	free(text);
	return result;
}

static void assert_refused(const struct plain *plain, const char *words)
{
	struct histogram h = { 0 }, before = { 0 };
	struct err err = { "" };

	histogram_record(&h, 42);
	histogram_record(&before, 42);
	assert_int_equal(decode_plain(&h, plain, &err), -1);
	if (!strstr(err.text, words))
		fail_msg("\"%s\" does not say \"%s\"", err.text, words);
	assert_same(&h, &before);
	histogram_clear(&h);
	histogram_clear(&before);
}

/* One count each of 0, 1, 2: valid, and the start of every broken one. */
static const uint8_t three[] = { 2, 2, 2 };
#define OURS 1, UINT64_C(3600000000), 3

static void a_histogram_with_another_range_is_converted(void **state)
{
	static const uint8_t one_at_1000[] = { 0xcf, 0x0f, 2 };
	struct plain wide = plain_of(1, UINT64_C(1) << 40, 5, one_at_1000, 3);
	struct plain coarse = plain_of(1, 100000, 1, three, 3);
	struct histogram h = { 0 };
	struct err err = { "" };

	(void)state;
	assert_int_equal(decode_plain(&h, &wide, &err), 0);
	assert_int_equal(h.count, 1);
	assert_int_equal(histogram_max(&h), 1000);
	assert_int_equal(decode_plain(&h, &coarse, &err), 0);
	assert_int_equal(h.count, 4);
	assert_int_equal(histogram_percentile(&h, 75), 2);
	histogram_clear(&h);
}

static void a_histogram_that_cannot_be_ours_is_refused(void **state)
{
	static const uint8_t one_at_1000[] = { 0xcf, 0x0f, 2 };
	struct plain coarse = plain_of(1, 100000000, 1, one_at_1000, 3);
	struct plain beyond = plain_of(1, INT64_MAX, 0, one_at_1000, 3);
	struct plain hours = plain_of(1 << 20, INT64_MAX, 3,
	    (const uint8_t[]){ 0xff, 0x7f, 2 }, 3);
	struct plain blurred = plain_of(1024, 1 << 30, 3, three, 3);
	struct plain digits = plain_of(1, 100000, 6, three, 3);
	struct plain lowest = plain_of(0, 100000, 3, three, 3);
	struct plain highest = plain_of(100, 150, 3, three, 3);
	struct plain negative = plain_of(1, UINT64_MAX, 3, three, 3);

	(void)state;
	assert_refused(&coarse, "beyond its own range");
	assert_refused(&beyond, "beyond its own range");
	assert_refused(&hours, "over one hour");
	assert_refused(&blurred, "wider than 0.1 %");
	assert_refused(&digits, "significant digits");
	assert_refused(&lowest, "no range");
	assert_refused(&highest, "no range");
	assert_refused(&negative, "no range");
}

static void a_corrupt_payload_is_refused_and_adds_nothing(void **state)
{
	static const uint8_t cut[] = { 2, 0x80 };
	static const uint8_t beyond[] = { 0xff, 0xef, 0x02, 2 };
	static const uint8_t last[] = { 0xff, 0xef, 0x02 };
	static const uint8_t most_negative[] = { 2, 0xff, 0xff, 0xff, 0xff,
		0xff, 0xff, 0xff, 0xff, 0xff };
	static const uint8_t too_many[] = { 2, 0xfe, 0xff, 0xff, 0xff, 0xff,
		0xff, 0xff, 0xff, 0xff };
	struct plain plain;
	struct histogram h = { 0 };
	struct err err = { "" };

	(void)state;
	plain = plain_of(OURS, cut, sizeof(cut));
	assert_refused(&plain, "cut short");
	plain = plain_of(OURS, last, sizeof(last));
	assert_int_equal(decode_plain(&h, &plain, &err), 0);
	plain = plain_of(OURS, beyond, sizeof(beyond));
	assert_refused(&plain, "beyond its own range");
	plain = plain_of(OURS, most_negative, sizeof(most_negative));
	assert_refused(&plain, "beyond its own range");
	plain = plain_of(OURS, too_many, sizeof(too_many));
	assert_refused(&plain, "overflow");
	assert_null(h.few);
	assert_null(h.pages);
}

static void a_wrong_header_is_refused(void **state)
{
	struct plain plain;

	(void)state;
	plain = plain_of(OURS, three, 3);
	plain.bytes[3] = 0x11;
	assert_refused(&plain, "no V2 histogram");
	plain = plain_of(OURS, three, 3);
	plain.bytes[7]++;
	assert_refused(&plain, "length");
	plain = plain_of(OURS, three, 3);
	plain.bytes[11] = 1;
	assert_refused(&plain, "shifted or scaled");
	plain = plain_of(OURS, three, 3);
	plain.bytes[32] = 0x40;
	assert_refused(&plain, "shifted or scaled");
	plain = plain_of(OURS, three, 3);
	plain.length = 39;
	assert_refused(&plain, "no V2 histogram");
}

static void every_truncation_of_a_text_is_refused(void **state)
{
	struct histogram h = { 0 }, back = { 0 };
	struct err err;
	char *text;

	(void)state;
	for (int64_t us = 1; us < 1000000; us = us * 3 / 2 + 1)
		histogram_record(&h, us);
	text = histogram_encode(&h);
	for (size_t length = strlen(text); length-- > 0;) {
		text[length] = '\0';
		assert_int_equal(histogram_decode(&back, text, &err), -1);
	}
	assert_null(back.pages);
	free(text);
	histogram_clear(&h);
}

static void what_follows_a_histogram_is_refused(void **state)
{
	struct plain plain = plain_of(OURS, three, 3);
	struct histogram h = { 0 };
	struct err err = { "" };
	char *text = pack(&plain);
	uint8_t bytes[256];
	size_t length;

	(void)state;
	assert_int_equal(base64_decode(bytes, &length, text, strlen(text)), 0);
	bytes[length++] = 0;
	base64_encode(text, bytes, length);
	assert_int_equal(histogram_decode(&h, text, &err), -1);
	assert_string_equal(err.text, "something follows the histogram");
	bytes[7]++; /* ... nor within what it says to be its own */
	base64_encode(text, bytes, length);
	assert_int_equal(histogram_decode(&h, text, &err), -1);
	free(text);
}

static void a_text_that_inflates_without_end_is_refused(void **state)
{
	struct libdeflate_compressor *compressor =
	    libdeflate_alloc_compressor(12);
	size_t size = 5 << 20, room = 1 << 16, length;
	uint8_t *zeros = calloc(1, size), *packed = calloc(1, room);
	char *text = calloc(1, base64_length(room) + 1);
	struct histogram h = { 0 };
	struct err err = { "" };

	(void)state;
	length = libdeflate_zlib_compress(compressor, zeros, size, packed + 8,
	    room - 8);
	assert_true(length > 0);
	memcpy(packed, "\x1c\x84\x93\x14", 4);
	packed[6] = (uint8_t)(length >> 8);
	packed[7] = (uint8_t)length;
	base64_encode(text, packed, 8 + length);
	assert_int_equal(histogram_decode(&h, text, &err), -1);
	assert_string_equal(err.text,
	    "the histogram inflates to more than 4 MB");
	libdeflate_free_compressor(compressor);
	free(zeros);
	free(packed);
	free(text);
}

static void what_is_no_histogram_is_refused(void **state)
{
	static const char *const texts[] = { "", "AAAA", "HISTFAAA", "hello",
		"HISTFAAAAAD/////AAAA",
		"HISTFAAAAAAAAAE=", "====", "\xff\xff" };
	struct histogram h = { 0 };
	struct err err;

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		err.text[0] = '\0';
		assert_int_equal(histogram_decode(&h, texts[i], &err), -1);
		assert_true(err.text[0] != '\0');
	}
	assert_null(h.few);
	assert_null(h.pages);
}

static void base64_refuses_what_no_encoder_writes(void **state)
{
	static const char *const bad[] = { "A", "AA", "AAA",
		"A===", "====", "AB==", "AAB=", "AA=A", "=AAA", "AA==AAAA",
		"AA-_", "AA A" };
	uint8_t bytes[16];
	size_t length;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		assert_int_equal(
		    base64_decode(bytes, &length, bad[i], strlen(bad[i])), -1);
}

static void base64_survives_every_length(void **state)
{
	uint8_t bytes[64], back[66];
	char text[89];
	size_t length;

	(void)state;
	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)(i * 37 + 200);
	for (size_t i = 0; i <= sizeof(bytes); i++) {
		base64_encode(text, bytes, i);
		assert_int_equal(strlen(text), base64_length(i));
		assert_int_equal(
		    base64_decode(back, &length, text, strlen(text)), 0);
		assert_int_equal(length, i);
		assert_memory_equal(back, bytes, i);
	}
	base64_encode(text, (const uint8_t *)"foobar", 5);
	assert_string_equal(text, "Zm9vYmE=");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    an_empty_histogram_owns_nothing_and_is_all_zero),
		cmocka_unit_test(counters_move_to_pages_without_a_change),
		cmocka_unit_test(values_below_2048_us_are_exact),
		cmocka_unit_test(
		    every_value_is_reported_within_the_stated_error),
		cmocka_unit_test(values_outside_the_range_count_at_its_end),
		cmocka_unit_test(percentiles_are_those_of_the_sorted_values),
		cmocka_unit_test(
		    merging_parts_gives_the_histogram_of_the_whole),
		cmocka_unit_test(counters_do_not_overflow),
		cmocka_unit_test(what_is_encoded_is_decoded),
		cmocka_unit_test(decoding_adds_to_what_is_there),
		cmocka_unit_test(a_histogram_with_another_range_is_converted),
		cmocka_unit_test(a_histogram_that_cannot_be_ours_is_refused),
		cmocka_unit_test(a_corrupt_payload_is_refused_and_adds_nothing),
		cmocka_unit_test(a_wrong_header_is_refused),
		cmocka_unit_test(every_truncation_of_a_text_is_refused),
		cmocka_unit_test(what_follows_a_histogram_is_refused),
		cmocka_unit_test(a_text_that_inflates_without_end_is_refused),
		cmocka_unit_test(what_is_no_histogram_is_refused),
		cmocka_unit_test(base64_refuses_what_no_encoder_writes),
		cmocka_unit_test(base64_survives_every_length),
	};

	return cmocka_run_group_tests_name("histogram", tests, NULL, NULL);
}
