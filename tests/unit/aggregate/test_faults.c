#include "aggregate/faults.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* An event of fault `number` of a run, with `more` members. */
static void tell(struct faults *faults, const char *run, int number,
    const char *event, long t, const char *more)
{
	char line[600];
	struct err err = { "" };
	snprintf(line, sizeof line,
	    "{\"schema\": \"ringstorm-fault/1\", \"run_id\": \"%s\", "
	    "\"number\": %d, \"server\": %d, \"host\": \"local\", \"fault\": "
	    "\"kill\", \"cycle\": 2, \"event\": \"%s\", \"t_unix_ms\": %ld, "
	    "\"clock_error_ms\": 0.5%s}\n",
	    run, number, number, event, t, more);
	if (faults_take(faults, line, strlen(line), &err) != 0)
		fail_msg("%s: %s", line, err.text);
}

static void assert_refused(const char *line, int result, const char *words)
{
	struct faults faults = { 0 };
	struct err err = { "" };
	assert_int_equal(faults_take(&faults, line, strlen(line), &err),
	    result);
	assert_string_equal(err.text, words);
	assert_int_equal(faults.count, 0);
}

static void the_events_of_a_fault_become_one(void **state)
{
	(void)state;
	struct faults faults = { 0 };
	tell(&faults, "a", 1, "commanded", 1000, ", \"role\": \"leader\"");
	tell(&faults, "a", 1, "confirmed", 1002, "");
	tell(&faults, "a", 1, "heal_commanded", 3000, "");
	tell(&faults, "a", 1, "healed", 3500, ", \"detail\": null");
	faults_finish(&faults, NULL, 0, 5000);
	assert_int_equal(faults.count, 1);
	const struct fault *fault = &faults.items[0];
	assert_int_equal(fault->number, 1);
	assert_int_equal(fault->cycle, 2);
	assert_string_equal(fault->server, "1");
	assert_string_equal(fault->kind, "kill");
	assert_true(fault->leader && !fault->unconfirmed);
	assert_int_equal(fault->commanded_unix_ms, 1000);
	assert_int_equal(fault->confirmed_unix_ms, 1002);
	assert_int_equal(fault->heal_commanded_unix_ms, 3000);
	assert_int_equal(fault->healed_unix_ms, 3500);
	assert_true(fault->clock_error_ms == 0.5);
	faults_release(&faults);
}

static void what_failed_is_remembered_as_failed(void **state)
{
	(void)state;
	struct faults faults = { 0 };
	tell(&faults, "a", 1, "commanded", 1000, "");
	tell(&faults, "a", 1, "unconfirmed", 1900, "");
	tell(&faults, "a", 1, "heal_failed", 3000, "");
	const struct fault *fault = &faults.items[0];
	assert_true(fault->unconfirmed && fault->heal_failed);
	assert_int_equal(fault->confirmed_unix_ms, 0);
	assert_int_equal(fault->healed_unix_ms, 0);
	faults_release(&faults);
}

static void an_event_belongs_to_the_newest_fault_of_its_number(void **state)
{
	(void)state;
	struct faults faults = { 0 };
	tell(&faults, "", 1, "commanded", 1000, "");
	tell(&faults, "", 1, "commanded", 9000, "");
	tell(&faults, "", 1, "confirmed", 9002, "");
	assert_int_equal(faults.items[0].confirmed_unix_ms, 0);
	assert_int_equal(faults.items[1].confirmed_unix_ms, 9002);
	faults_release(&faults);
}

static void a_copy_of_the_file_brings_nothing_new(void **state)
{
	(void)state;
	struct faults faults = { 0 };
	for (int i = 0; i < 2; i++) {
		tell(&faults, "a", 1, "commanded", 1000, "");
		tell(&faults, "a", 1, "confirmed", 1002, "");
		tell(&faults, "a", 2, "commanded", 2000, "");
	}
	assert_int_equal(faults.count, 2);
	assert_int_equal(faults.items[0].confirmed_unix_ms, 1002);
	faults_release(&faults);
}

static void a_run_of_faults_is_kept_whole_when_one_of_them_met_the_load(
    void **state)
{
	(void)state;
	struct faults faults = { 0 };
	tell(&faults, "old", 1, "commanded", 100, "");
	tell(&faults, "old", 2, "commanded", 200, "");
	tell(&faults, "new", 2, "commanded", 9000, "");
	tell(&faults, "new", 1, "commanded", 1500, "");
	faults_finish(&faults, "clients", 1000, 2000);
	assert_int_equal(faults.count, 2);
	assert_int_equal(faults.items[0].number, 1);
	assert_int_equal(faults.items[1].number, 2);
	assert_string_equal(faults.items[1].run_id, "new");
	faults_release(&faults);
}

static void faults_of_the_runs_own_id_are_kept_whenever_they_were(void **state)
{
	(void)state;
	struct faults faults = { 0 };
	tell(&faults, "clients", 1, "commanded", 9000, "");
	faults_finish(&faults, "clients", 1000, 2000);
	assert_int_equal(faults.count, 1);
	faults_release(&faults);
}

static void faults_without_numbers_are_numbered_by_their_moments(void **state)
{
	(void)state;
	struct faults faults = { 0 };
	tell(&faults, "a", 0, "commanded", 3000, "");
	tell(&faults, "a", 0, "commanded", 2000, "");
	faults_finish(&faults, NULL, 1000, 5000);
	assert_int_equal(faults.items[0].commanded_unix_ms, 2000);
	assert_int_equal(faults.items[0].number, 1);
	assert_int_equal(faults.items[1].number, 2);
	faults_release(&faults);
}

static void faults_of_two_rounds_get_numbers_of_their_own(void **state)
{
	(void)state;
	struct faults faults = { 0 };
	for (int number = 1; number <= 2; number++) {
		tell(&faults, "a", number, "commanded", 1000 * number, "");
		tell(&faults, "b", number, "commanded", 4000 + number, "");
	}
	faults_finish(&faults, NULL, 1000, 5000);
	assert_int_equal(faults.count, 4);
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(faults.items[i].number, i + 1);
	assert_string_equal(faults.items[1].run_id, "a");
	assert_string_equal(faults.items[2].run_id, "b");
	faults_release(&faults);
}

static void all_are_local_only_when_each_host_is(void **state)
{
	(void)state;
	struct faults faults = { 0 };
	assert_true(faults_all_local(&faults));
	tell(&faults, "a", 1, "commanded", 1000, "");
	assert_true(faults_all_local(&faults));
	const char line[] =
	    "{\"schema\": \"ringstorm-fault/1\", \"event\": \"commanded\", "
	    "\"t_unix_ms\": 5, \"host\": \"user@server1\"}";
	assert_int_equal(faults_take(&faults, line, strlen(line), NULL), 0);
	assert_false(faults_all_local(&faults));
	faults_release(&faults);
}

static void what_is_no_event_is_told_from_a_broken_one(void **state)
{
	(void)state;
	assert_refused("{\"schema\": \"ringstorm-sample/1\"}", 1, "");
	assert_refused("{}", 1, "");
	assert_refused("{\"schema\"", 1, "");
	assert_refused("{\"schema\": \"ringstorm-fault/1\"}", -1,
	    "event is missing");
	assert_refused(
	    "{\"schema\": \"ringstorm-fault/1\", \"event\": \"commanded\"}", -1,
	    "t_unix_ms is missing");
	assert_refused("{\"schema\": \"ringstorm-fault/1\", \"event\": "
	               "\"commanded\", \"t_unix_ms\": -4}",
	    -1, "t_unix_ms is not a whole number from 0 to 10^15");
	assert_refused(
	    "{\"schema\": \"ringstorm-fault/1\", \"event\": \"commanded\", "
	    "\"t_unix_ms\": 4, \"clock_error_ms\": -1}",
	    -1, "clock_error_ms is not a time");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_events_of_a_fault_become_one),
		cmocka_unit_test(what_failed_is_remembered_as_failed),
		cmocka_unit_test(
		    an_event_belongs_to_the_newest_fault_of_its_number),
		cmocka_unit_test(a_copy_of_the_file_brings_nothing_new),
		cmocka_unit_test(
		    a_run_of_faults_is_kept_whole_when_one_of_them_met_the_load),
		cmocka_unit_test(
		    faults_of_the_runs_own_id_are_kept_whenever_they_were),
		cmocka_unit_test(
		    faults_without_numbers_are_numbered_by_their_moments),
		cmocka_unit_test(faults_of_two_rounds_get_numbers_of_their_own),
		cmocka_unit_test(all_are_local_only_when_each_host_is),
		cmocka_unit_test(what_is_no_event_is_told_from_a_broken_one),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
