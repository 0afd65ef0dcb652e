#include "stress_client/http_judge.h"
#include "stress_client/http_mix.h"
#include "stress_client/http_names.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* The verdict on a body that comes in pieces of `step` bytes; NULL is right. */
static const char *judged(const struct http_judge *judge, unsigned status,
    const char *body, size_t step)
{
	struct http_hearing hearing;
	char detail[160] = "";
	size_t length = strlen(body);

	assert_int_equal(http_hearing_begin(&hearing, judge), 0);
	for (size_t at = 0; at < length; at += step)
		http_hearing_add(&hearing, body + at,
		    length - at < step ? length - at : step);
	const char *reason =
	    http_hearing_end(&hearing, status, detail, sizeof detail);
	http_hearing_release(&hearing);
	return reason;
}

static void a_text_is_found_wherever_the_pieces_end(void **state)
{
	static const struct {
		const char *body, *text;
		bool found;
	} cases[] = {
		{ "xaab", "aab", true },
		{ "aaaaab", "aab", true },
		{ "ababac", "abac", true },
		{ "abababac", "ababac", true },
		{ "abacaba", "ababac", false },
		{ "aa", "aab", false },
		{ "", "a", false },
		{ "a", "a", true },
		{ "mississippi", "issip", true },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char text[32];
		snprintf(text, sizeof text, "%s", cases[i].text);
		struct http_settings settings = { .check_body_contains = text };
		struct http_judge judge;
		assert_int_equal(http_judge_init(&judge, &settings, NULL), 0);
		assert_true(judge.needs_body);
		for (size_t step = 1; step < 12; step++) {
			const char *reason =
			    judged(&judge, 200, cases[i].body, step);
			if (cases[i].found)
				assert_null(reason);
			else
				assert_string_equal(reason, "wrong answer");
		}
		http_judge_release(&judge);
	}
}

static void statuses_are_single_ones_or_hundreds(void **state)
{
	char two[] = "204", hundred[] = "4xx", odd[] = "2x", far[] = "600";
	char *items[] = { two, hundred }, *one = odd, *other = far;
	struct http_settings settings = { 0 };
	struct http_judge judge;
	struct err err;

	(void)state;
	assert_int_equal(http_judge_init(&judge, &settings, &err), 0);
	assert_null(judged(&judge, 200, "", 1));
	assert_null(judged(&judge, 399, "", 1));
	assert_string_equal(judged(&judge, 404, "", 1), "http 404");
	assert_string_equal(judged(&judge, 101, "", 1), "http 101");
	http_judge_release(&judge);

	settings.check_status = (struct text_list){ items, 2 };
	assert_int_equal(http_judge_init(&judge, &settings, &err), 0);
	assert_null(judged(&judge, 204, "", 1));
	assert_null(judged(&judge, 499, "", 1));
	assert_string_equal(judged(&judge, 200, "", 1), "http 200");
	http_judge_release(&judge);

	settings.check_status = (struct text_list){ &one, 1 };
	assert_int_equal(http_judge_init(&judge, &settings, &err), -1);
	settings.check_status = (struct text_list){ &other, 1 };
	assert_int_equal(http_judge_init(&judge, &settings, &err), -1);
}

static void a_hash_is_that_of_the_whole_body(void **state)
{
	char abc[] = "BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61"
	             "F20015AD";
	struct http_settings settings = { .check_body_sha256 = abc };
	struct http_judge judge;

	(void)state;
	assert_int_equal(http_judge_init(&judge, &settings, NULL), 0);
	assert_null(judged(&judge, 200, "abc", 1));
	assert_null(judged(&judge, 200, "abc", 3));
	assert_string_equal(judged(&judge, 200, "abcd", 3), "wrong answer");
	http_judge_release(&judge);
}

static void urls_come_in_turn_or_as_often_as_they_weigh(void **state)
{
	char a[] = "http://a/", b[] = "http://b/ 3", c[] = "http://c/ 0";
	char *items[] = { a, b }, *wrong = c;
	struct text_list list = { items, 2 };
	struct http_mix mix = { 0 };
	struct rng rng;
	uint32_t turn = 5;
	size_t often = 0;

	(void)state;
	rng_init(&rng, 1, 1);
	assert_int_equal(http_mix_read(&mix, &list, NULL), 0);
	assert_string_equal(mix.urls[1], "http://b/");
	for (int i = 0; i < 4000; i++)
		often += http_mix_next(&mix, &turn, &rng);
	assert_true(often > 2850 && often < 3150);
	http_mix_release(&mix);

	b[9] = '\0';
	assert_int_equal(http_mix_read(&mix, &list, NULL), 0);
	for (size_t i = 0; i < 10; i++)
		assert_int_equal(http_mix_next(&mix, &turn, &rng), (5 + i) % 2);
	http_mix_release(&mix);

	list = (struct text_list){ &wrong, 1 };
	assert_int_equal(http_mix_read(&mix, &list, NULL), -1);
	http_mix_release(&mix);
}

static void too_many_servers_are_others(void **state)
{
	struct http_names names;
	char name[32];

	(void)state;
	http_names_init(&names);
	const char *first = http_names_keep(&names, "one", 3, NULL);
	assert_ptr_equal(http_names_keep(&names, "one two", 3, NULL), first);
	assert_ptr_equal(http_names_keep(&names, "one", 3, first), first);
	assert_ptr_not_equal(http_names_keep(&names, "on", 2, first), first);
	for (int i = 0; i < 1000; i++) {
		int length = snprintf(name, sizeof name, "server %d", i);
		http_names_keep(&names, name, (size_t)length, first);
	}
	assert_string_equal(http_names_keep(&names, name, strlen(name), NULL),
	    "others");
	assert_ptr_equal(http_names_keep(&names, "one", 3, NULL), first);
	http_names_release(&names);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_text_is_found_wherever_the_pieces_end),
		cmocka_unit_test(statuses_are_single_ones_or_hundreds),
		cmocka_unit_test(a_hash_is_that_of_the_whole_body),
		cmocka_unit_test(urls_come_in_turn_or_as_often_as_they_weigh),
		cmocka_unit_test(too_many_servers_are_others),
	};
	return cmocka_run_group_tests_name("http_judge", tests, NULL, NULL);
}
