#define _GNU_SOURCE
#include "fault_ring/shell.h"

#include "lib/mem.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static char text[4000];

/* Runs a script with a shell; `text` gets what it said. */
static int run(const char *script, const char *option)
{
	int ends[2], status = -1;
	size_t length = 0;
	ssize_t got;
	pid_t pid;

	assert_int_equal(pipe(ends), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		dup2(ends[1], 1);
		dup2(ends[1], 2);
		close(ends[0]);
		execl("/bin/sh", "sh", option, script, (char *)NULL);
		_exit(126);
	}
	close(ends[1]);
	while (length < sizeof text - 1 && (got = read(ends[0], text + length,
	                                        sizeof text - 1 - length)) > 0)
		length += (size_t)got;
	text[length] = '\0';
	close(ends[0]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void every_script_of_every_fault_is_sh(void **state)
{
	(void)state;
	static const char *const steps[] = { step_look, step_ask, step_arm,
		step_apply, step_heal, step_sweep, step_undo };
	struct vars vars = { 0 };

	vars_set(&vars, "id", "1");
	for (size_t i = 0; i < fault_count; i++) {
		for (size_t j = 0; j < sizeof steps / sizeof *steps; j++) {
			char *script = shell_script(&vars, faults[i], steps[j]);
			char *quiet =
			    mem_format("if false; then\n%s\nfi\n", script);
			int status = run(quiet, "-c");
			if (status != 0)
				print_error("%s, step %zu: %s", faults[i]->name,
				    j, text);
			assert_int_equal(status, 0);
			free(quiet);
			free(script);
		}
	}
	vars_release(&vars);
}

static void values_reach_the_shell_as_they_are(void **state)
{
	(void)state;
	static const char *const odd[] = { "it's", "$(id)", "`id`", "a\"b",
		"a b\tc", "\\", "*", "-n", "" };
	struct vars vars = { 0 };

	for (size_t i = 0; i < sizeof odd / sizeof *odd; i++) {
		char *script;
		vars_set(&vars, "work", odd[i]);
		script = shell_script(&vars, NULL, "say \"[$work]\"\n");
		assert_int_equal(run(script, "-c"), 0);
		assert_int_equal(text[0], '[');
		assert_memory_equal(text + 1, odd[i], strlen(odd[i]));
		assert_string_equal(text + 1 + strlen(odd[i]), "]\n");
		free(script);
	}
	vars_release(&vars);
}

/* Whether the shell takes our own process for that server. */
static int is_server(const char *binary, const char *config)
{
	struct vars vars = { 0 };
	char *script;
	int status;

	vars_set(&vars, "binary", binary);
	vars_set(&vars, "config", config);
	vars_format(&vars, "self", "%ld", (long)getpid());
	script = shell_script(&vars, NULL, "is_server \"$self\"\n");
	status = run(script, "-c");
	vars_release(&vars);
	free(script);
	return status;
}

static void a_process_is_the_server_by_its_binary_and_configuration(
    void **state)
{
	(void)state;
	char self[400];
	ssize_t length = readlink("/proc/self/exe", self, sizeof self - 1);

	assert_true(length > 0);
	self[length] = '\0';
	assert_int_equal(is_server(self, ""), 0);
	/* It names no configuration, and is not sshd. */
	assert_int_equal(is_server(self, "/etc/passwd"), 1);
	assert_int_equal(is_server("/usr/sbin/sshd", ""), 1);
	/* Its own file is on its command line, which is as good as any. */
	assert_int_equal(is_server(self, self), 0);
}

static void facts_are_found_by_their_first_word(void **state)
{
	(void)state;
	char out[8];
	const char *facts = "pids 3\npid 12\nwhy not at all\npid 13";

	assert_string_equal(shell_fact(out, sizeof out, facts, "pid"), "12");
	assert_string_equal(shell_fact(out, sizeof out, facts, "why"),
	    "not at ");
	assert_string_equal(shell_fact(out, sizeof out, facts, "saw"), "");
	assert_string_equal(shell_fact(out, sizeof out, "pid", "pid"), "");
}

static void only_known_names_are_expanded_for_people(void **state)
{
	(void)state;
	struct vars vars = { 0 };
	struct buf out = { 0 };

	vars_set(&vars, "port", "8001");
	vars_set(&vars, "empty", "");
	vars_expand(&vars, "$port ${port} $ports ${port:+x} $empty $1 $", &out);
	buf_add(&out, "", 1);
	assert_string_equal((const char *)out.data,
	    "8001 8001 $ports ${port:+x} $empty $1 $");
	buf_release(&out);
	vars_release(&vars);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_script_of_every_fault_is_sh),
		cmocka_unit_test(values_reach_the_shell_as_they_are),
		cmocka_unit_test(
		    a_process_is_the_server_by_its_binary_and_configuration),
		cmocka_unit_test(facts_are_found_by_their_first_word),
		cmocka_unit_test(only_known_names_are_expanded_for_people),
	};

	return cmocka_run_group_tests_name("shell", tests, NULL, NULL);
}
