#include "lib/record_connections.h"

#include "lib/mem.h"
#include "lib/record.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib/interval_text.h"

static void what_became_of_connections_is_read_as_written(void **state)
{
	struct record_interval interval = { .machine_id = 1,
		.connections = { .held = true,
		    .open = 49,
		    .joined = 48,
		    .made = 7,
		    .dropped = 6,
		    .restored = 5,
		    .missed = 4,
		    .doubled = 3 } };
	struct record record;

	(void)state;
	histogram_record(&interval.connections.restore, 1200);
	char *text = interval_text(&interval);
	assert_int_equal(record_read(&record, text, strlen(text), NULL), 0);
	const struct record_connections *back = &record.as.interval.connections;
	assert_true(back->held);
	assert_int_equal(back->open, 49);
	assert_int_equal(back->joined, 48);
	assert_int_equal(back->made, 7);
	assert_int_equal(back->dropped, 6);
	assert_int_equal(back->restored, 5);
	assert_int_equal(back->missed, 4);
	assert_int_equal(back->doubled, 3);
	assert_int_equal(histogram_max(&back->restore), 1200);
	record_release(&record);
	record_connections_release(&interval.connections);
	free(text);
}

static void clients_that_hold_none_write_nothing(void **state)
{
	struct record_interval interval = { .machine_id = 1 };
	struct record record;
	char *text = interval_text(&interval);

	(void)state;
	assert_null(strstr(text, "\"connections\""));
	assert_int_equal(record_read(&record, text, strlen(text), NULL), 0);
	assert_false(record.as.interval.connections.held);
	record_release(&record);
	free(text);
}

static void those_of_two_threads_add_up(void **state)
{
	struct record_connections sum = { .held = true,
		.open = 2,
		.joined = 1,
		.dropped = 1 };
	struct record_connections other = { .held = true,
		.open = 3,
		.joined = 3,
		.restored = 1,
		.missed = 2 };

	(void)state;
	histogram_record(&other.restore, 10);
	record_connections_merge(&sum, &other);
	assert_int_equal(sum.open, 5);
	assert_int_equal(sum.joined, 4);
	assert_int_equal(sum.dropped, 1);
	assert_int_equal(sum.restored, 1);
	assert_int_equal(sum.missed, 2);
	assert_int_equal(sum.restore.count, 1);
	record_connections_release(&sum);
	record_connections_release(&other);
}

static void what_makes_no_sense_of_connections_is_refused(void **state)
{
	static const char *const cases[][2] = {
		{ "7", "connections is not an object" },
		{ "{\"open\":1}", "joined is missing" },
		{ "{\"open\":1,\"joined\":2}", "more are joined than open" },
		{ "{\"open\":-1,\"joined\":0}", "open is not a whole number" },
		{ "{\"open\":1,\"joined\":1,\"restore\":\"HIST\"}",
		    "restore: " },
	};
	struct record_interval interval = { .machine_id = 1 };
	char *text = interval_text(&interval);

	(void)state;
	text[strlen(text) - 2] = '\0'; /* without its brace */
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char *line =
		    mem_format("%s,\"connections\":%s}", text, cases[i][0]);
		struct record record;
		struct err err = { "" };
		assert_int_equal(record_read(&record, line, strlen(line), &err),
		    -1);
		if (!strstr(err.text, cases[i][1]))
			fail_msg("%s", err.text);
		free(line);
	}
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_became_of_connections_is_read_as_written),
		cmocka_unit_test(clients_that_hold_none_write_nothing),
		cmocka_unit_test(those_of_two_threads_add_up),
		cmocka_unit_test(what_makes_no_sense_of_connections_is_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
