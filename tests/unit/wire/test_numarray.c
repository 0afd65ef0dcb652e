#include "wire/numarray.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define MOST 4096

static enum numarray_progress (*const decoders[])(struct numarray_decoder *,
    const char *, size_t *, uint8_t *,
    size_t *) = { numarray_decode, numarray_decode_plain };
#define DECODERS (sizeof(decoders) / sizeof(*decoders))

static uint32_t seed = 1;

static uint8_t any(void)
{
	seed = seed * 1664525u + 1013904223u;
	return (uint8_t)(seed >> 24);
}

/* Decodes text from a block of exactly its size, the second part of it behind
 * `cut`, with `room` bytes of output at a time. */
static enum numarray_progress decode_cut(size_t which, const char *text,
    size_t length, size_t cut, size_t room, uint8_t *out, size_t *got)
{
	struct numarray_decoder decoder = { 0 };
	enum numarray_progress progress = NUMARRAY_MORE;
	size_t at = 0;

	*got = 0;
	while (at < length && progress <= NUMARRAY_OUTPUT) {
		size_t take = at < cut ? cut - at : length - at;
		size_t written = room;
		char *part = malloc(take);

		assert_non_null(part);
		memcpy(part, text + at, take);
		progress = decoders[which](&decoder, part, &take, out + *got,
		    &written);
		free(part);
		at += take;
		*got += written;
	}
	return progress;
}

/* The same by every decoder, at every cut; they must agree. */
static enum numarray_progress decode_all(const char *text, uint8_t *out,
    size_t *got)
{
	size_t length = strlen(text);
	enum numarray_progress first =
	    decode_cut(0, text, length, 0, MOST, out, got);

	for (size_t which = 0; which < DECODERS; which++) {
		for (size_t cut = 0; cut <= length; cut++) {
			uint8_t again[MOST];
			size_t count;

			assert_int_equal(decode_cut(which, text, length, cut,
			                     MOST, again, &count),
			    first);
			assert_int_equal(count, *got);
			assert_memory_equal(again, out, count);
		}
	}
	return first;
}

static void every_byte_survives_the_way_there_and_back(void **state)
{
	uint8_t bytes[1024], out[MOST];
	char text[4 * sizeof(bytes) + 3];
	size_t length, got;

	(void)state;
	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = i < 256 ? (uint8_t)i : any();
	length = numarray_encode(text, bytes, sizeof(bytes));
	assert_int_equal(length, numarray_text_length(bytes, sizeof(bytes)));
	text[length] = '\0';
	assert_int_equal(text[0], '[');
	assert_int_equal(decode_all(text + 1, out, &got), NUMARRAY_END);
	assert_int_equal(got, sizeof(bytes));
	assert_memory_equal(out, bytes, sizeof(bytes));
}

static void text_is_as_short_as_json_allows(void **state)
{
	const uint8_t bytes[] = { 0, 9, 10, 99, 100, 255 };
	char text[4 * sizeof(bytes) + 2];
	size_t length = numarray_encode(text, bytes, sizeof(bytes));

	(void)state;
	assert_int_equal(length, strlen("[0,9,10,99,100,255]"));
	assert_memory_equal(text, "[0,9,10,99,100,255]", length);
	assert_int_equal(numarray_encode(text, bytes, 0), 2);
	assert_memory_equal(text, "[]", 2);
	assert_int_equal(numarray_text_length(bytes, 0), 2);
}

static void white_space_between_the_elements_is_taken(void **state)
{
	uint8_t out[MOST];
	size_t got;

	(void)state;
	assert_int_equal(decode_all(" ]", out, &got), NUMARRAY_END);
	assert_int_equal(got, 0);
	assert_int_equal(decode_all("\n 1 ,\t22\r\n,  255 , 0\n]", out, &got),
	    NUMARRAY_END);
	assert_int_equal(got, 4);
	assert_memory_equal(out, "\x01\x16\xff\x00", 4);
}

/* Each in the midst of a long array, so that every decoder's fast way meets it
 * too, at every place of a step. */
static void malformed_arrays_are_refused_wherever_the_fault_is(void **state)
{
	static const char *const faults[] = { "00", "01", "007", "0255", "256",
		"260", "300", "299", "999", "1000", "2555", "10000000000000",
		"-1", "-0", "+1", "1.0", "1e0", "1E2", ".5", "0x1", "", "1 2",
		"\"1\"", "null", "[1]", "{}", "1\v", "\v1", "1\x80", "\xb1",
		":", "/", "1;1" };

	(void)state;
	for (size_t f = 0; f < sizeof(faults) / sizeof(*faults); f++) {
		for (size_t before = 0; before < 40; before++) {
			char text[600] = "";
			size_t length = 0, got;
			uint8_t out[MOST];

			for (size_t i = 0; i < 80; i++)
				length += (size_t)snprintf(text + length,
				    sizeof(text) - length, "%s,",
				    i == before ? faults[f]
				    : i % 3     ? "255"
				                : "7");
			for (size_t which = 0; which < DECODERS; which++) {
				assert_int_equal(decode_cut(which, text, length,
				                     0, MOST, out, &got),
				    NUMARRAY_BAD);
				/* "1 2": the 1 was right. */
				assert_in_range(got, before, before + 1);
			}
		}
	}
}

static void missing_elements_and_commas_are_refused(void **state)
{
	static const char *const faults[] = { ",]", ",1]", "1,]", "1,,2]",
		"1 2]", "1 2,3]", "1, ]", "]]" };
	uint8_t out[MOST];
	size_t got;

	(void)state;
	for (size_t f = 0; f + 1 < sizeof(faults) / sizeof(*faults); f++)
		assert_int_equal(decode_all(faults[f], out, &got),
		    NUMARRAY_BAD);
	/* The end is the end: what follows is not taken. */
	assert_int_equal(decode_all("]]", out, &got), NUMARRAY_END);
}

static void output_is_filled_to_its_last_byte_and_never_beyond(void **state)
{
	uint8_t bytes[300], out[MOST];
	char text[4 * sizeof(bytes) + 2];
	size_t length, got;

	(void)state;
	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = any();
	length = numarray_encode(text, bytes, sizeof(bytes));
	for (size_t which = 0; which < DECODERS; which++) {
		for (size_t room = 1; room < 70; room++) {
			memset(out, 0, sizeof(out));
			assert_int_equal(decode_cut(which, text + 1, length - 1,
			                     0, room, out, &got),
			    NUMARRAY_END);
			assert_int_equal(got, sizeof(bytes));
			assert_memory_equal(out, bytes, sizeof(bytes));
			assert_int_equal(out[sizeof(bytes)], 0);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_byte_survives_the_way_there_and_back),
		cmocka_unit_test(text_is_as_short_as_json_allows),
		cmocka_unit_test(white_space_between_the_elements_is_taken),
		cmocka_unit_test(
		    malformed_arrays_are_refused_wherever_the_fault_is),
		cmocka_unit_test(missing_elements_and_commas_are_refused),
		cmocka_unit_test(
		    output_is_filled_to_its_last_byte_and_never_beyond),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
