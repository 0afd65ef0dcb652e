#include "relay_probe/process.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "lib/near.h"

#define STAT                                                                   \
	"23284 (a (b) c) S 1 2 6932 0 -1 4194304 100 0 0 0 150 50 0 0 20 0 "   \
	"7 0 86526 3133440 415 18446744073709551615 94 94 14 0 0 0 0 0 0 0 0 " \
	"0 17 1 0 0 0 0 0\n"

/* The same process a second of its CPU later, and a younger one. */
#define LATER                                                                  \
	"23284 (a (b) c) S 1 2 6932 0 -1 4194304 100 0 0 0 240 60 0 0 20 0 "   \
	"7 0 86526 3133440 415 0\n"
#define YOUNGER                                                                \
	"23284 (a (b) c) S 1 2 6932 0 -1 4194304 100 0 0 0 900 60 0 0 20 0 "   \
	"7 0 99999 3133440 415 0\n"

static const struct procfs_units units = { 4096, 100 };

static double value(const struct readings *readings, const char *name)
{
	double found = -1;
	readings_get(readings, name, &found);
	return found;
}

static void a_name_with_blanks_and_brackets_is_no_hindrance(void **state)
{
	struct procfs_process process = { 0 };
	struct readings readings = { 0 };
	(void)state;
	assert_true(procfs_process_add(&process, STAT, &units));
	procfs_process_files(&process, 12, 5);
	procfs_process_figures(&readings, &process, &process, 1);
	assert_double_equal(value(&readings, "proc.pid"), 23284, 0);
	assert_double_equal(value(&readings, "proc.rss_bytes"), 415 * 4096, 0);
	assert_double_equal(value(&readings, "proc.threads"), 7, 0);
	assert_double_equal(process.cpu_seconds, 2, 1e-9);
	assert_double_equal(value(&readings, "proc.sockets"), 5, 0);
	readings_release(&readings);
}

static void every_beginning_of_a_text_is_refused_or_read(void **state)
{
	static const char whole[] = STAT;
	const size_t needed = (size_t)(strstr(whole, "415") - whole);
	(void)state;
	for (size_t n = 0; n < strlen(whole); n++) {
		struct procfs_process process = { 0 };
		char *cut = strndup(whole, n);
		bool taken = procfs_process_add(&process, cut, &units);
		assert_int_equal(taken, process.count > 0);
		/* The 24th word is the last that is needed. */
		assert_true(!taken || n > needed);
		free(cut);
	}
}

static void a_process_that_has_ended_is_none(void **state)
{
	char text[] = STAT;
	struct procfs_process process = { 0 };
	(void)state;
	*strstr(text, " S ") = ' ';
	strstr(text, ") S ")[2] = 'Z';
	assert_false(procfs_process_add(&process, text, &units));
}

static void processes_of_a_name_are_added_up(void **state)
{
	char report[] = "units 16384 250\n" STAT "files 10 4\n" STAT
	                "files 20 6\nls: a warning\n";
	struct procfs_process process = { 0 };
	struct readings readings = { 0 };
	(void)state;
	process_take_report(&process, report);
	procfs_process_figures(&readings, &process, &process, 1);
	assert_double_equal(value(&readings, "proc.count"), 2, 0);
	assert_double_equal(value(&readings, "proc.rss_bytes"),
	    2 * 415 * 16384.0, 0);
	assert_double_equal(process.cpu_seconds, 1.6, 1e-9);
	assert_double_equal(value(&readings, "proc.files"), 30, 0);
	assert_null(readings_find(&readings, "proc.pid", 0));
	readings_release(&readings);
}

static struct procfs_process process_of(const char *text)
{
	struct procfs_process process = { 0 };
	assert_true(procfs_process_add(&process, text, &units));
	return process;
}

static void cpu_is_that_of_the_same_processes_since_the_last_look(void **state)
{
	const struct procfs_process before = process_of(STAT);
	const struct procfs_process same = process_of(LATER);
	const struct procfs_process other = process_of(YOUNGER);
	struct procfs_process both = process_of(LATER);
	struct readings readings = { 0 };
	(void)state;
	procfs_process_figures(&readings, &same, &before, 2);
	assert_double_equal(value(&readings, "proc.cpu_percent"), 50, 0);
	readings_clear(&readings);
	/* What one has used that was not there before was not used since. */
	assert_true(procfs_process_add(&both, YOUNGER, &units));
	procfs_process_figures(&readings, &other, &before, 2);
	procfs_process_figures(&readings, &both, &before, 2);
	assert_null(readings_find(&readings, "proc.cpu_percent", 0));
	readings_release(&readings);
}

static void a_pid_that_another_process_has_by_now_is_not_followed(void **state)
{
	struct process process = { .here.pid = 23284 };
	struct procfs_process found = process_of(STAT);
	struct err err;
	(void)state;
	assert_int_equal(process_judge(&process, &found, &err), 0);
	found = process_of(LATER);
	assert_int_equal(process_judge(&process, &found, &err), 0);
	found = process_of(YOUNGER);
	assert_int_equal(process_judge(&process, &found, &err), -1);
	assert_string_equal(err.text, "the process 23284 has ended, and "
	                              "another has its number");
	assert_double_equal(found.count, 0, 0);
	/* Of a name all are wanted, whenever they began. */
	struct process named = { .here.name = "a (b) c" };
	found = process_of(STAT);
	assert_int_equal(process_judge(&named, &found, &err), 0);
	found = process_of(YOUNGER);
	assert_int_equal(process_judge(&named, &found, &err), 0);
}

static void files_that_we_may_not_see_are_not_counted_as_none(void **state)
{
	char report[] = "units 4096 100\n" STAT "files 10 4\n" STAT;
	char none[] = "units 4096 100\n" STAT;
	struct procfs_process process = { 0 };
	(void)state;
	process_take_report(&process, none);
	assert_false(procfs_process_has_files(&process));
	process = (struct procfs_process){ 0 };
	process_take_report(&process, report);
	assert_false(procfs_process_has_files(&process));
}

static void this_process_is_seen(void **state)
{
	struct process process;
	struct procfs_process found;
	struct err err;
	(void)state;
	assert_int_equal(
	    process_init(&process, (uint64_t)getpid(), NULL, NULL, NULL, &err),
	    0);
	assert_int_equal(process_look(&process, 0, &found, &err), 0);
	assert_true(found.rss_bytes > 100000);
	assert_true(found.threads >= 1);
	assert_true(procfs_process_has_files(&found));
	process_release(&process);
	assert_int_equal(
	    process_init(&process, 0, "no such program", NULL, NULL, &err), 0);
	assert_int_equal(process_look(&process, 0, &found, &err), -1);
	assert_string_equal(err.text,
	    "there is no process of the name no such program");
	process_release(&process);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    a_name_with_blanks_and_brackets_is_no_hindrance),
		cmocka_unit_test(every_beginning_of_a_text_is_refused_or_read),
		cmocka_unit_test(a_process_that_has_ended_is_none),
		cmocka_unit_test(processes_of_a_name_are_added_up),
		cmocka_unit_test(
		    cpu_is_that_of_the_same_processes_since_the_last_look),
		cmocka_unit_test(
		    a_pid_that_another_process_has_by_now_is_not_followed),
		cmocka_unit_test(
		    files_that_we_may_not_see_are_not_counted_as_none),
		cmocka_unit_test(this_process_is_seen),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
