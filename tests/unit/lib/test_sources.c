#include "lib/sources.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

/* Each test runs in an empty folder of its own. */
static int enter_folder(void **state)
{
	static char path[64];
	strncpy(path, "/tmp/ringstorm-sources-XXXXXX", sizeof path - 1);
	*state = path;
	return mkdtemp(path) ? chdir(path) : -1;
}

static void remove_all(const char *path)
{
	DIR *folder = opendir(path);
	const struct dirent *entry;
	assert_non_null(folder);
	assert_int_equal(chdir(path), 0);
	while ((entry = readdir(folder))) {
		if (strcmp(entry->d_name, ".") == 0 ||
		    strcmp(entry->d_name, "..") == 0)
			continue;
		if (unlink(entry->d_name) != 0)
			remove_all(entry->d_name);
	}
	closedir(folder);
	assert_int_equal(chdir(".."), 0);
	assert_int_equal(rmdir(path), 0);
}

static int leave_folder(void **state)
{
	assert_int_equal(chdir("/tmp"), 0);
	remove_all(*state);
	return 0;
}

static void touch(const char *path)
{
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	fclose(file);
}

/* Adds the path and compares what is to be read, a path a line. */
static void assert_read(const char *path, const char *expected)
{
	struct sources sources = { 0 };
	struct err err;
	char list[1000] = "";
	assert_int_equal(sources_add(&sources, path, &err), 0);
	sources_sort(&sources);
	for (size_t i = 0; i < sources.count; i++) {
		strncat(list, sources.items[i].path, 100);
		strncat(list, "\n", 2);
	}
	assert_string_equal(list, expected);
	sources_release(&sources);
}

static void faults_come_first_then_descriptions_timelines_clients_by_number(
    void **state)
{
	(void)state;
	touch("fault_events.jsonl");
	touch("machine_1_client_10.json");
	touch("machine_1_client_9.json");
	touch("machine_1_timeline.jsonl");
	touch("machine_1_run.json");
	assert_read(".",
	    "./fault_events.jsonl\n"
	    "./machine_1_run.json\n./machine_1_timeline.jsonl\n"
	    "./machine_1_client_9.json\n./machine_1_client_10.json\n");
}

static void logs_reports_and_hidden_files_are_passed_over(void **state)
{
	(void)state;
	touch("machine_1_client_1.log");
	touch("final_report.json");
	touch("final_report.txt");
	touch(".machine_1_client_1.json.tmp");
	touch("fault_events.log");
	touch("clock.json");
	assert_read(".", "");
}

static void of_folders_only_those_of_machines_are_searched(void **state)
{
	(void)state;
	assert_int_equal(mkdir("machine_2", 0700), 0);
	assert_int_equal(mkdir("collected", 0700), 0);
	assert_int_equal(mkdir("older", 0700), 0);
	touch("machine_2/client_1.json");
	touch("collected/machine_3_client_1.json");
	touch("older/machine_1_client_1.json");
	assert_read(".", "./collected/machine_3_client_1.json\n"
	                 "./machine_2/client_1.json\n");
}

static void a_link_to_a_file_is_followed_one_to_a_folder_is_not(void **state)
{
	(void)state;
	assert_int_equal(mkdir("machine_1", 0700), 0);
	touch("machine_1/client_1.json");
	assert_int_equal(symlink("machine_1", "machine_9"), 0);
	assert_int_equal(symlink("machine_1/client_1.json", "one.json"), 0);
	assert_read(".", "./machine_1/client_1.json\n./one.json\n");
}

static void a_file_that_is_named_is_read_whatever_its_name(void **state)
{
	(void)state;
	touch("notes");
	assert_read("notes", "notes\n");
	assert_read("-", "-\n");
}

static void what_is_named_twice_is_read_once(void **state)
{
	struct sources sources = { 0 };
	struct err err;
	(void)state;
	assert_int_equal(mkdir("machine_1", 0700), 0);
	touch("machine_1/client_1.json");
	assert_int_equal(sources_add(&sources, "machine_1", &err), 0);
	assert_int_equal(sources_add(&sources, "machine_1//", &err), 0);
	sources_sort(&sources);
	assert_int_equal(sources.count, 1);
	sources_release(&sources);
}

static void what_is_not_there_is_an_error_that_names_it(void **state)
{
	struct sources sources = { 0 };
	struct err err = { "" };
	(void)state;
	assert_int_equal(sources_add(&sources, "nowhere", &err), -1);
	assert_string_equal(err.text,
	    "cannot read nowhere: No such file or directory");
	sources_release(&sources);
}

#define IN_FOLDER(test)                                                        \
	cmocka_unit_test_setup_teardown(test, enter_folder, leave_folder)

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_FOLDER(
		    faults_come_first_then_descriptions_timelines_clients_by_number),
		IN_FOLDER(logs_reports_and_hidden_files_are_passed_over),
		IN_FOLDER(of_folders_only_those_of_machines_are_searched),
		IN_FOLDER(a_link_to_a_file_is_followed_one_to_a_folder_is_not),
		IN_FOLDER(a_file_that_is_named_is_read_whatever_its_name),
		IN_FOLDER(what_is_named_twice_is_read_once),
		IN_FOLDER(what_is_not_there_is_an_error_that_names_it),
	};
	return cmocka_run_group_tests_name("sources", tests, NULL, NULL);
}
