#include "lib/buf.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void assert_holds(const struct buf *buf, const char *text)
{
	assert_int_equal(buf->length, strlen(text));
	assert_memory_equal(buf->data, text, strlen(text));
}

static void what_is_added_stands_behind_what_was_there(void **state)
{
	struct buf buf = { 0 };
	(void)state;
	assert_int_equal(buf_add(&buf, "ab", 2), 0);
	assert_int_equal(buf_add(&buf, NULL, 0), 0);
	assert_int_equal(buf_add_text(&buf, "cd"), 0);
	assert_int_equal(buf_add_format(&buf, "-%03d", 7), 0);
	assert_holds(&buf, "abcd-007");
	buf_release(&buf);
	assert_int_equal(buf.length, 0);
}

static void it_grows_as_far_as_needed(void **state)
{
	struct buf buf = { 0 };
	(void)state;
	for (size_t i = 0; i < 10000; i++)
		assert_int_equal(buf_add_format(&buf, "%05zu", i), 0);
	assert_int_equal(buf.length, 50000);
	assert_memory_equal(buf.data + 5 * 1234, "01234", 5);
	buf_release(&buf);
}

static void room_is_not_length_until_it_is_used(void **state)
{
	struct buf buf = { 0 };
	(void)state;
	uint8_t *room = buf_room(&buf, 1000);
	assert_non_null(room);
	memset(room, 'x', 1000);
	assert_int_equal(buf.length, 0);
	assert_true(buf.capacity >= 1000);
	buf_release(&buf);
}

static void the_ceiling_is_kept_and_what_was_there_stays(void **state)
{
	struct buf buf = { .ceiling = 4 };
	(void)state;
	assert_int_equal(buf_add_text(&buf, "abcd"), 0);
	errno = 0;
	assert_int_equal(buf_add_text(&buf, "e"), -1);
	assert_int_equal(errno, EMSGSIZE);
	assert_null(buf_room(&buf, SIZE_MAX));
	assert_holds(&buf, "abcd");
	buf_release(&buf);
	assert_int_equal(buf.ceiling, 4);
}

static void dropping_takes_from_the_front(void **state)
{
	struct buf buf = { 0 };
	(void)state;
	buf_add_text(&buf, "abcdef");
	buf_drop(&buf, 2);
	assert_holds(&buf, "cdef");
	buf_drop(&buf, 100);
	assert_int_equal(buf.length, 0);
	buf_release(&buf);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_added_stands_behind_what_was_there),
		cmocka_unit_test(it_grows_as_far_as_needed),
		cmocka_unit_test(room_is_not_length_until_it_is_used),
		cmocka_unit_test(the_ceiling_is_kept_and_what_was_there_stays),
		cmocka_unit_test(dropping_takes_from_the_front),
	};

	return cmocka_run_group_tests_name("buf", tests, NULL, NULL);
}
