#include "wire/stego.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define PIXELS 700
#define SECRET 259 /* more than 700 pixels hold */

static uint32_t seed = 1;

static void fill(uint8_t *bytes, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		seed = seed * 1664525u + 1013904223u;
		bytes[i] = (uint8_t)(seed >> 24);
	}
}

/* Section 4 to the letter, one bit at a time. */
static void embed_by_the_letter(uint8_t *rgba, const uint8_t *secret,
    size_t length)
{
	for (size_t bit = 0; bit < 8 * (4 + length); bit++) {
		size_t byte = bit < 32 ? length >> (24 - bit / 8 * 8)
		                       : secret[bit / 8 - 4];
		size_t value = byte >> (7 - bit % 8) & 1;
		uint8_t *channel = &rgba[bit / 3 * 4 + bit % 3];

		*channel = (uint8_t)((*channel & 0xfe) | value);
	}
}

/* Reads with at most `step` pixels at a time. */
static enum stego_progress extract(const uint8_t *rgba, size_t pixels,
    size_t step, uint8_t *out, size_t *length)
{
	struct stego_reader reader = { .pixels = pixels };
	enum stego_progress progress = STEGO_MORE;

	*length = 0;
	for (size_t at = 0; at < pixels && progress == STEGO_MORE; at += step) {
		size_t count = pixels - at < step ? pixels - at : step;
		size_t written;

		progress = stego_read(&reader, rgba + 4 * at, count,
		    out + *length, &written);
		assert_true(written <= count * 3 / 8 + 1);
		*length += written;
	}
	return progress;
}

static void embedding_is_what_the_specification_says(void **state)
{
	(void)state;
	for (size_t length = 0; length < 40; length++) {
		uint8_t ours[4 * PIXELS], theirs[4 * PIXELS], secret[40];

		fill(ours, sizeof(ours));
		memcpy(theirs, ours, sizeof(ours));
		fill(secret, sizeof(secret));
		stego_embed(ours, secret, length);
		embed_by_the_letter(theirs, secret, length);
		assert_memory_equal(ours, theirs, sizeof(ours));
	}
}

static void what_was_embedded_is_extracted_however_it_is_cut(void **state)
{
	static const size_t steps[] = { 1, 2, 3, 7, 8, 9, 61, 612, PIXELS };

	(void)state;
	for (size_t length = 0; length <= stego_capacity(PIXELS); length++) {
		uint8_t rgba[4 * PIXELS], secret[SECRET], out[SECRET];
		size_t got;

		fill(rgba, sizeof(rgba));
		fill(secret, sizeof(secret));
		stego_embed(rgba, secret, length);
		for (size_t i = 0; i < sizeof(steps) / sizeof(*steps); i++) {
			assert_int_equal(
			    extract(rgba, PIXELS, steps[i], out, &got),
			    STEGO_END);
			assert_int_equal(got, length);
			assert_memory_equal(out, secret, length);
		}
	}
}

static void a_length_that_does_not_fit_the_picture_is_refused(void **state)
{
	uint8_t rgba[4 * PIXELS], secret[SECRET] = { 0 }, out[SECRET];
	size_t got, most = stego_capacity(PIXELS);

	(void)state;
	fill(rgba, sizeof(rgba));
	stego_embed(rgba, secret, most);
	assert_int_equal(extract(rgba, PIXELS, 50, out, &got), STEGO_END);
	assert_int_equal(extract(rgba, stego_pixels(most) - 1, 50, out, &got),
	    STEGO_BAD);
	assert_int_equal(got, 0);
	memset(rgba, 0xff, sizeof(rgba));
	assert_int_equal(extract(rgba, PIXELS, 50, out, &got), STEGO_BAD);
}

static void a_picture_too_small_for_the_length_is_refused(void **state)
{
	uint8_t rgba[4 * 10] = { 0 }, out[8];
	size_t got;

	(void)state;
	assert_int_equal(stego_capacity(10), 0);
	assert_int_equal(extract(rgba, 10, 10, out, &got), STEGO_BAD);
}

static void capacity_and_pixels_are_each_others_inverse(void **state)
{
	(void)state;
	assert_int_equal(stego_capacity(612 * 405), 92943);
	for (size_t length = 1; length < 1000; length++) {
		assert_true(stego_capacity(stego_pixels(length)) >= length);
		assert_true(stego_capacity(stego_pixels(length) - 1) < length);
	}
}

static void the_originals_lost_bits_follow_the_table(void **state)
{
	(void)state;
	assert_int_equal(stego_lost_bits(36734), 0x00);
	assert_int_equal(stego_lost_bits(3), 0x03);
	assert_int_equal(stego_lost_bits(4), 0x01);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(embedding_is_what_the_specification_says),
		cmocka_unit_test(
		    what_was_embedded_is_extracted_however_it_is_cut),
		cmocka_unit_test(
		    a_length_that_does_not_fit_the_picture_is_refused),
		cmocka_unit_test(a_picture_too_small_for_the_length_is_refused),
		cmocka_unit_test(capacity_and_pixels_are_each_others_inverse),
		cmocka_unit_test(the_originals_lost_bits_follow_the_table),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
