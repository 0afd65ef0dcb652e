#include "stress_client/http_known.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define HEAD                                                                   \
	"HTTP/1.1 200 OK\r\nDate: Sat, 21 Nov 2026 12:00:00 GMT\r\n"           \
	"Content-Length: 3\r\n\r\n"
#define LATER                                                                  \
	"HTTP/1.1 200 OK\r\nDate: Sun, 22 Nov 2026 23:59:59 GMT\r\n"           \
	"Content-Length: 3\r\n\r\n"

static void learn(struct http_known_list *list, const char *bytes, size_t head)
{
	const struct http_known like = { .head = head, .body_length = 3 };
	struct http_known *known = http_known_new(&like, bytes, strlen(bytes));
	assert_non_null(known);
	http_known_add(list, known);
}

/* In a block of exactly its size, for the sanitizers. */
static const struct http_known *find(const struct http_known_list *list,
    const char *text)
{
	size_t length = strlen(text);
	char *bytes = malloc(length ? length : 1);
	assert_non_null(bytes);
	memcpy(bytes, text, length);
	const struct http_known *known = http_known_find(list, bytes, length);
	free(bytes);
	return known;
}

static void an_answer_is_known_again_whatever_its_date(void **state)
{
	struct http_known_list list = { .first = NULL };

	(void)state;
	assert_null(http_known_last(&list));
	learn(&list, HEAD, strlen(HEAD));
	assert_non_null(find(&list, HEAD));
	assert_non_null(find(&list, LATER));
	assert_non_null(find(&list, LATER "abc"));
	assert_ptr_equal(http_known_last(&list), find(&list, LATER));
	http_known_release(&list);
}

static void an_answer_that_differs_anywhere_else_is_not_known(void **state)
{
	struct http_known_list list = { .first = NULL };
	char bytes[] = HEAD;
	size_t date = strcspn(bytes, ",") - 3;

	(void)state;
	learn(&list, HEAD, strlen(HEAD));
	for (size_t i = 0; i < strlen(HEAD); i++) {
		bool in_date = i >= date && i < date + 29;
		bytes[i] ^= 1;
		assert_int_equal(find(&list, bytes) != NULL, in_date);
		bytes[i] ^= 1;
		assert_null(http_known_find(&list, bytes, i));
	}
	http_known_release(&list);
}

static void a_date_that_ends_its_line_is_none(void **state)
{
	struct http_known_list list = { .first = NULL };
	static const char wrong[] = { '\0', '\t', '\n', '\r', 0x1f, 0x7f,
		(char)0x80, (char)0xff };
	char bytes[] = HEAD;
	size_t date = strcspn(bytes, ",") - 3;

	(void)state;
	learn(&list, HEAD, strlen(HEAD));
	for (size_t i = 0; i < 29; i++) {
		char was = bytes[date + i];
		for (size_t w = 0; w < sizeof wrong; w++) {
			bytes[date + i] = wrong[w];
			assert_null(
			    http_known_find(&list, bytes, strlen(HEAD)));
		}
		bytes[date + i] = was;
		assert_non_null(http_known_find(&list, bytes, strlen(HEAD)));
	}
	http_known_release(&list);
}

static void a_date_in_the_body_is_content(void **state)
{
	static const char text[] =
	    "HTTP/1.1 200 OK\r\nContent-Length: 39\r\n\r\n"
	    "\r\nDate: Sat, 21 Nov 2026 12:00:00 GMT\r\n";
	struct http_known_list list = { .first = NULL };
	char bytes[sizeof text];

	(void)state;
	memcpy(bytes, text, sizeof text);
	learn(&list, text, (size_t)(strstr(text, "\r\n\r\n") + 4 - text));
	assert_non_null(find(&list, bytes));
	strchr(bytes, ',')[1] = '_';
	assert_null(find(&list, bytes));
	http_known_release(&list);
}

static void what_always_differs_is_not_kept_for_ever(void **state)
{
	struct http_known_list list = { .first = NULL };
	char bytes[] = HEAD;
	size_t kept = 0;

	(void)state;
	while (http_known_wanted(&list)) {
		bytes[13] = (char)('A' + kept++);
		learn(&list, bytes, strlen(HEAD));
		assert_true(kept < 100);
	}
	for (size_t i = 0; i < kept; i++) {
		bytes[13] = (char)('A' + i);
		assert_non_null(find(&list, bytes));
	}
	http_known_release(&list);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_answer_is_known_again_whatever_its_date),
		cmocka_unit_test(
		    an_answer_that_differs_anywhere_else_is_not_known),
		cmocka_unit_test(a_date_that_ends_its_line_is_none),
		cmocka_unit_test(a_date_in_the_body_is_content),
		cmocka_unit_test(what_always_differs_is_not_kept_for_ever),
	};
	return cmocka_run_group_tests_name("http_known", tests, NULL, NULL);
}
