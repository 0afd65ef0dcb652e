/* test_history.c - the replicated map: the newest wins, what is removed stays
 * removed, and nothing stays for ever. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lib/clock.h"
#include "ring_server/history.h"

#include <string.h>

static struct history history;

static int set_up(void **state)
{
	(void)state;
	history_init(&history);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	history_release(&history);
	return 0;
}

static uint32_t server_of(const char *name, uint64_t id)
{
	const struct history_entry *entry = history_find(&history, name, id);

	return entry ? entry->server_id : 0;
}

static void a_task_is_found_by_client_and_number(void **state)
{
	(void)state;
	history_put(&history, "a", 1, 2, 100, HISTORY_LATEST, 0);
	history_put(&history, "a", UINT64_MAX, 3, 100, HISTORY_LATEST, 0);
	history_put(&history, "", 1, 1, 100, HISTORY_LATEST, 0);
	assert_int_equal(server_of("a", 1), 2);
	assert_int_equal(server_of("a", UINT64_MAX), 3);
	assert_int_equal(server_of("", 1), 1);
	assert_int_equal(server_of("b", 1), 0);
}

static void the_newest_timestamp_wins_in_any_order(void **state)
{
	(void)state;
	history_put(&history, "a", 1, 2, 200, HISTORY_LATEST, 0);
	assert_false(history_put(&history, "a", 1, 3, 199, HISTORY_LATEST, 0));
	assert_int_equal(server_of("a", 1), 2);
	assert_true(history_put(&history, "a", 1, 3, 201, HISTORY_NEWER, 0));
	assert_int_equal(server_of("a", 1), 3);
}

static void of_equal_timestamps_a_merge_keeps_the_first_seen(void **state)
{
	(void)state;
	history_put(&history, "a", 1, 2, 200, HISTORY_LATEST, 0);
	assert_false(history_put(&history, "a", 1, 3, 200, HISTORY_NEWER, 0));
	assert_true(history_put(&history, "a", 1, 3, 200, HISTORY_LATEST, 0));
	assert_int_equal(server_of("a", 1), 3);
}

static void an_add_that_its_remove_overtook_is_ignored(void **state)
{
	(void)state;
	assert_false(history_remove(&history, "a", 1, 200, 0));
	assert_false(history_put(&history, "a", 1, 2, 200, HISTORY_LATEST, 1));
	assert_int_equal(server_of("a", 1), 0);
	assert_true(history_put(&history, "a", 1, 2, 201, HISTORY_LATEST, 1));
	assert_int_equal(server_of("a", 1), 2);
}

static void a_decision_is_newer_than_whatever_was_known(void **state)
{
	const struct history_entry *entry;

	(void)state;
	history_put(&history, "a", 1, 2, 500, HISTORY_LATEST, 0);
	entry = history_assign(&history, "a", 1, 3, 200, 0);
	assert_non_null(entry);
	assert_int_equal(entry->server_id, 3);
	assert_int_equal(entry->timestamp, 501);
}

static void a_decision_about_a_removed_task_stands(void **state)
{
	(void)state;
	history_put(&history, "a", 1, 2, 500, HISTORY_LATEST, 0);
	assert_true(history_remove(&history, "a", 1, 500, 0));
	assert_non_null(history_assign(&history, "a", 1, 3, 500, 0));
	assert_int_equal(server_of("a", 1), 3);
}

static void a_name_too_long_to_keep_is_refused(void **state)
{
	char name[HISTORY_NAME_MAX + 2];

	(void)state;
	memset(name, 'x', sizeof name - 1);
	name[sizeof name - 1] = '\0';
	assert_false(history_put(&history, name, 1, 2, 1, HISTORY_LATEST, 0));
	assert_null(history_assign(&history, name, 1, 2, 1, 0));
	assert_false(history_remove(&history, name, 1, 1, 0));
}

static void entries_and_tombstones_expire(void **state)
{
	(void)state;
	history_put(&history, "a", 1, 2, 1, HISTORY_LATEST, 0);
	history_put(&history, "b", 1, 2, 1, HISTORY_LATEST, NS_PER_SECOND);
	history_remove(&history, "c", 1, 1, 0);
	history_expire(&history, HISTORY_TOMBSTONE_NS + 1);
	assert_int_equal(history.removed.count, 0);
	assert_int_equal(history.live.count, 2);
	history_expire(&history, HISTORY_LIFE_NS + 1);
	assert_int_equal(server_of("a", 1), 0);
	assert_int_equal(server_of("b", 1), 2);
}

static void the_map_is_bounded_and_drops_the_oldest(void **state)
{
	(void)state;
	for (uint64_t i = 0; i < HISTORY_MAX + 10; i++)
		history_put(&history, "a", i, 2, 1, HISTORY_LATEST, 0);
	assert_int_equal(history.live.count, HISTORY_MAX);
	assert_int_equal(server_of("a", 9), 0);
	assert_int_equal(server_of("a", 10), 2);
	for (uint64_t i = 0; i < HISTORY_MAX + 10; i++)
		history_remove(&history, "b", i, 1, 0);
	assert_int_equal(history.removed.count, HISTORY_MAX);
}

#define ONE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ONE(a_task_is_found_by_client_and_number),
		ONE(the_newest_timestamp_wins_in_any_order),
		ONE(of_equal_timestamps_a_merge_keeps_the_first_seen),
		ONE(an_add_that_its_remove_overtook_is_ignored),
		ONE(a_decision_is_newer_than_whatever_was_known),
		ONE(a_decision_about_a_removed_task_stands),
		ONE(a_name_too_long_to_keep_is_refused),
		ONE(entries_and_tombstones_expire),
		ONE(the_map_is_bounded_and_drops_the_oldest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
