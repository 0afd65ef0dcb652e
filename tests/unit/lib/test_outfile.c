#include "lib/outfile.h"

#include <dirent.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static void enter_folder(char folder[])
{
	assert_non_null(mkdtemp(folder));
	assert_int_equal(chdir(folder), 0);
}

/* Fails unless "report" is all that is left; then removes everything. */
static void leave_folder(const char *folder)
{
	DIR *here = opendir(".");
	const struct dirent *entry;
	assert_non_null(here);
	while ((entry = readdir(here)))
		assert_true(entry->d_name[0] == '.' ||
		            strcmp(entry->d_name, "report") == 0);
	closedir(here);
	unlink("report");
	assert_int_equal(chdir("/"), 0);
	assert_int_equal(rmdir(folder), 0);
}

static void write_report(const char *text)
{
	struct outfile file;
	struct err err;
	assert_int_equal(outfile_open(&file, "report", &err), 0);
	fputs(text, file.stream);
	assert_int_equal(outfile_commit(&file, &err), 0);
	outfile_discard(&file);
}

static void expect_report(const char *text)
{
	char line[100] = "";
	FILE *file = fopen("report", "r");
	assert_non_null(file);
	assert_non_null(fgets(line, sizeof line, file));
	fclose(file);
	assert_string_equal(line, text);
}

static void a_file_appears_only_when_committed(void **state)
{
	char folder[] = "/tmp/ringstorm-outfile-XXXXXX";
	struct outfile file;
	struct err err;
	(void)state;
	enter_folder(folder);
	assert_int_equal(outfile_open(&file, "report", &err), 0);
	fputs("half", file.stream);
	assert_int_equal(access("report", F_OK), -1);
	outfile_discard(&file);
	assert_int_equal(access("report", F_OK), -1);
	write_report("whole");
	expect_report("whole");
	leave_folder(folder);
}

/* A limit on the size of files stands for a disk that is full. */
static void a_failed_write_leaves_the_older_file_untouched(void **state)
{
	char folder[] = "/tmp/ringstorm-outfile-XXXXXX";
	static const struct sigaction ignore = { .sa_handler = SIG_IGN };
	struct rlimit limit, small;
	struct outfile file;
	struct err err;
	(void)state;
	enter_folder(folder);
	write_report("older");
	assert_int_equal(sigaction(SIGXFSZ, &ignore, NULL), 0);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
	small = limit;
	small.rlim_cur = 100;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	assert_int_equal(outfile_open(&file, "report", &err), 0);
	for (int i = 0; i < 1000; i++)
		fputs("0123456789", file.stream);
	int result = outfile_commit(&file, &err);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
	assert_int_equal(result, -1);
	assert_string_equal(err.text, "cannot write report: File too large");
	expect_report("older");
	leave_folder(folder);
}

static void folders_are_made_with_their_parents(void **state)
{
	char folder[] = "/tmp/ringstorm-outfile-XXXXXX";
	struct err err;
	(void)state;
	enter_folder(folder);
	assert_int_equal(outfile_folder("a/b//c/", &err), 0);
	assert_int_equal(outfile_folder("a/b/c", &err), 0);
	assert_int_equal(rmdir("a/b/c") | rmdir("a/b") | rmdir("a"), 0);
	write_report("x");
	assert_int_equal(outfile_folder("report/a", &err), -1);
	leave_folder(folder);
}

static void a_pipe_is_written_to_and_stays_one(void **state)
{
	char folder[] = "/tmp/ringstorm-outfile-XXXXXX";
	char text[10] = "";
	struct stat status;
	(void)state;
	enter_folder(folder);
	assert_int_equal(mkfifo("report", 0600), 0);
	int pipe = open("report", O_RDWR | O_NONBLOCK);
	assert_true(pipe >= 0);
	write_report("in it");
	assert_int_equal(read(pipe, text, sizeof text - 1), 5);
	assert_string_equal(text, "in it");
	assert_int_equal(lstat("report", &status), 0);
	assert_true(S_ISFIFO(status.st_mode));
	close(pipe);
	leave_folder(folder);
}

static void an_open_file_of_proc_is_written_to_as_it_is(void **state)
{
	char folder[] = "/tmp/ringstorm-outfile-XXXXXX";
	char target[50];
	struct outfile file;
	struct stat status;
	struct err err;
	(void)state;
	enter_folder(folder);
	int fd = open("report", O_WRONLY | O_CREAT, 0600);
	assert_true(fd >= 0);
	snprintf(target, sizeof target, "/proc/self/fd/%d", fd);
	assert_int_equal(symlink(target, "link"), 0);
	assert_int_equal(outfile_open(&file, "link", &err), 0);
	fputs("newer", file.stream);
	assert_int_equal(outfile_commit(&file, &err), 0);
	assert_int_equal(lstat("link", &status), 0);
	assert_true(S_ISLNK(status.st_mode));
	expect_report("newer");
	close(fd);
	unlink("link");
	leave_folder(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_file_appears_only_when_committed),
		cmocka_unit_test(
		    a_failed_write_leaves_the_older_file_untouched),
		cmocka_unit_test(a_pipe_is_written_to_and_stays_one),
		cmocka_unit_test(an_open_file_of_proc_is_written_to_as_it_is),
		cmocka_unit_test(folders_are_made_with_their_parents),
	};

	return cmocka_run_group_tests_name("outfile", tests, NULL, NULL);
}
