#define _GNU_SOURCE
#include "lib/remote.h"

#include "lib/clock.h"
#include "lib/fiber.h"

#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define SOON_NS (100 * NS_PER_MS)
#define LATE_NS (20 * NS_PER_SECOND) /* only reached when a test fails */

/* A command, and what became of it. */
struct trial {
	const char *script;
	const char *const *words;
	int64_t limit_ns;
	int outcome, error;
	int64_t took_ns;
	struct remote_result result;
	struct err err;
};

static void run_trial(void *arg)
{
	struct trial *trial = arg;
	struct remote *remote = remote_new("local", NULL, &trial->err);
	int64_t began_ns = clock_now_ns();

	assert_non_null(remote);
	trial->outcome = remote_run(remote, trial->script, trial->words,
	    began_ns + (trial->limit_ns ? trial->limit_ns : LATE_NS),
	    &trial->result, &trial->err);
	trial->error = errno;
	trial->took_ns = clock_now_ns() - began_ns;
	remote_free(remote);
}

static void on_a_fiber(void (*work)(void *), void *arg)
{
	struct loop *loop = loop_new(NULL);

	assert_non_null(loop);
	assert_non_null(fiber_spawn(loop, work, arg));
	assert_int_equal(loop_run(loop, NULL), 0);
	loop_free(loop);
}

static void try(struct trial *trial)
{
	on_a_fiber(run_trial, trial);
}

static void forget(struct trial *trial)
{
	remote_result_release(&trial->result);
}

static void expect_output(const struct trial *trial, const char *out,
    const char *err)
{
	assert_int_equal(trial->outcome, 0);
	assert_string_equal(trial->result.out.data, out);
	assert_string_equal(trial->result.err.data, err);
}

static void a_command_gives_its_output_apart_and_its_status(void **state)
{
	(void)state;
	struct trial trial = { .script = "echo out; echo err >&2; exit 7" };

	try(&trial);
	expect_output(&trial, "out\n", "err\n");
	assert_int_equal(trial.result.status, 7);
	assert_string_equal(trial.result.signal_name, "");
	assert_true(trial.result.ended_unix_ms >= trial.result.sent_unix_ms);
	forget(&trial);
}

static void words_arrive_as_they_were_given(void **state)
{
	(void)state;
	const char *const words[] = { "a b", "it's", "\"$HOME\"", "*", "",
		"new\nline", "\\", "!x", "`id`", NULL };
	struct trial trial = { .script = "printf '<%s>' \"$@\"",
		.words = words };

	try(&trial);
	expect_output(&trial,
	    "<a b><it's><\"$HOME\"><*><><new\nline><\\><!x><`id`>", "");
	forget(&trial);
}

static void a_command_that_a_signal_ends_names_it(void **state)
{
	(void)state;
	struct trial trial = { .script = "kill -TERM $$" };

	try(&trial);
	assert_int_equal(trial.outcome, 0);
	assert_int_equal(trial.result.status, -1);
	assert_string_equal(trial.result.signal_name, "TERM");
	forget(&trial);
}

static void stdin_is_empty(void **state)
{
	(void)state;
	struct trial trial = { .script = "cat; echo end" };

	try(&trial);
	expect_output(&trial, "end\n", "");
	forget(&trial);
}

static void a_deadline_kills_the_command_and_what_it_started(void **state)
{
	(void)state;
	struct trial trial = { .script = "sleep 100 & echo $!; wait",
		.limit_ns = SOON_NS };

	try(&trial);
	assert_int_equal(trial.outcome, -1);
	assert_int_equal(trial.error, ETIME);
	assert_non_null(strstr(trial.err.text, "did not end in time"));
	assert_true(trial.took_ns < LATE_NS / 2);

	pid_t pid = (pid_t)strtol((char *)trial.result.out.data, NULL, 10);
	assert_true(pid > 1);
	char path[64];
	snprintf(path, sizeof path, "/proc/%ld/stat", (long)pid);
	for (int64_t until = clock_now_ns() + LATE_NS;
	     clock_now_ns() < until;) {
		/* Killed, it may still be a zombie of whoever adopted it. */
		FILE *file = fopen(path, "r");
		char letter = 'Z';
		if (file) {
			if (fscanf(file, "%*d (%*[^)]) %c", &letter) != 1)
				letter = 'Z';
			fclose(file);
		}
		if (letter == 'Z') {
			forget(&trial);
			return;
		}
	}
	fail_msg("process %ld lives on", (long)pid);
}

static void endless_output_is_cut_off(void **state)
{
	(void)state;
	struct trial trial = { .script = "cat /dev/zero" };

	try(&trial);
	assert_int_equal(trial.outcome, -1);
	assert_int_equal(trial.error, EMSGSIZE);
	assert_non_null(strstr(trial.err.text, "more than 16 MiB"));
	forget(&trial);
}

static void quoted_words_are_one_word_of_a_shell(void **state)
{
	(void)state;
	struct buf text = { 0 };

	assert_int_equal(remote_quote(&text, "it's a 'b'"), 0);
	assert_int_equal(buf_add(&text, "", 1), 0);
	assert_string_equal(text.data, "'it'\\''s a '\\''b'\\'''");
	buf_release(&text);
}

static void hosts_work_at_the_same_time(void **state)
{
	(void)state;
	struct trial trials[8] = { 0 };
	struct loop *loop = loop_new(NULL);
	int64_t began_ns = clock_now_ns();

	for (int i = 0; i < 8; i++) {
		trials[i].script = "sleep 0.3; echo $0";
		assert_non_null(fiber_spawn(loop, run_trial, &trials[i]));
	}
	assert_int_equal(loop_run(loop, NULL), 0);
	assert_true(clock_now_ns() - began_ns < 2 * NS_PER_SECOND);
	loop_free(loop);
	for (int i = 0; i < 8; i++) {
		expect_output(&trials[i], "sh\n", "");
		forget(&trials[i]);
	}
}

static void localhost_is_this_machine_unless_ssh_knows_it(void **state)
{
	(void)state;
	char path[] = "/tmp/ssh_config.XXXXXX";
	const char text[] = "Host localhost\n";
	const struct remote_settings none = { .ssh_config = "/dev/null" },
	                             named = { .ssh_config = path };
	struct err err = { "" };
	int fd = mkstemp(path);

	assert_int_equal(write(fd, text, sizeof text - 1), sizeof text - 1);
	close(fd);
	struct remote *remote = remote_new("localhost", &none, &err);
	assert_true(remote_is_local(remote));
	remote_free(remote);
	remote = remote_new("localhost", &named, &err);
	assert_false(remote_is_local(remote));
	assert_false(remote_is_connected(remote));
	assert_string_equal(remote_host(remote), "localhost");
	remote_free(remote);
	assert_null(remote_new("-x", &none, &err));
	assert_non_null(strstr(err.text, "is no host"));
	unlink(path);
}

/* Files */

static int count_plain(void *arg, const struct remote_file *file)
{
	*(int *)arg += file->is_plain && file->size_bytes == 3;
	return 0;
}

static void copy_files(void *arg)
{
	const char *folder = arg;
	struct remote *remote = remote_new("local", NULL, NULL);
	struct err err = { "" };
	char path[128], text[16] = "", *copy = NULL;
	size_t size = 0;
	int plain = 0;
	FILE *to = open_memstream(&copy, &size);

	assert_int_equal(
	    remote_list(remote, folder, count_plain, &plain, CLOCK_NEVER, &err),
	    0);
	assert_int_equal(plain, 1);
	snprintf(path, sizeof path, "%s/file", folder);
	assert_int_equal(remote_fetch(remote, path, to, 3, CLOCK_NEVER, &err),
	    0);
	assert_int_equal(remote_fetch(remote, path, to, 2, CLOCK_NEVER, &err),
	    -1);
	assert_int_equal(errno, EMSGSIZE);
	snprintf(path, sizeof path, "%s/pipe", folder);
	assert_int_equal(remote_fetch(remote, path, to, 9, CLOCK_NEVER, &err),
	    -1);
	fclose(to);
	snprintf(text, sizeof text, "%.3s", copy);
	assert_string_equal(text, "abc");
	free(copy);
	remote_free(remote);
}

static void files_are_listed_and_copied_and_bounded(void **state)
{
	(void)state;
	char folder[] = "/tmp/remote.XXXXXX", path[64];

	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof path, "%s/pipe", folder);
	assert_int_equal(mkfifo(path, 0600), 0);
	snprintf(path, sizeof path, "%s/file", folder);
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	fputs("abc", file);
	fclose(file);
	on_a_fiber(copy_files, folder);
	unlink(path);
	snprintf(path, sizeof path, "%s/pipe", folder);
	unlink(path);
	rmdir(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    a_command_gives_its_output_apart_and_its_status),
		cmocka_unit_test(words_arrive_as_they_were_given),
		cmocka_unit_test(a_command_that_a_signal_ends_names_it),
		cmocka_unit_test(stdin_is_empty),
		cmocka_unit_test(
		    a_deadline_kills_the_command_and_what_it_started),
		cmocka_unit_test(endless_output_is_cut_off),
		cmocka_unit_test(quoted_words_are_one_word_of_a_shell),
		cmocka_unit_test(hosts_work_at_the_same_time),
		cmocka_unit_test(localhost_is_this_machine_unless_ssh_knows_it),
		cmocka_unit_test(files_are_listed_and_copied_and_bounded),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
