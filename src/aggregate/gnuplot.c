#define _GNU_SOURCE /* memfd_create */
#include "aggregate/gnuplot.h"

#include "lib/buf.h"
#include "lib/clock.h"
#include "lib/mem.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define SECONDS_MOST 60
#define OUTPUT_BYTES ((size_t)64 << 20)

/* Files in memory: neither side ever waits for the other to read. */
struct ends {
	int in, out, err;
};

static int write_script(int fd, void (*write)(const void *arg, FILE *to),
    const void *arg)
{
	FILE *to = fdopen(dup(fd), "w");
	if (!to)
		return -1;
	write(arg, to);
	int failed = ferror(to);
	if (fclose(to) != 0 || failed)
		return -1;
	return lseek(fd, 0, SEEK_SET) < 0 ? -1 : 0;
}

static int spawn(pid_t *pid, const struct ends *ends)
{
	char program[] = "gnuplot", own[] = "-d";
	char *arguments[] = { program, own, NULL };
	const char *path = getenv("PATH");
	char *its_path = mem_format("PATH=%s", path ? path : "/usr/bin:/bin");
	char locale[] = "LC_ALL=C.UTF-8";
	char *environment[] = { its_path, locale, NULL };
	posix_spawn_file_actions_t actions;
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, ends->in, 0);
	posix_spawn_file_actions_adddup2(&actions, ends->out, 1);
	posix_spawn_file_actions_adddup2(&actions, ends->err, 2);
	int error =
	    posix_spawnp(pid, program, &actions, NULL, arguments, environment);
	posix_spawn_file_actions_destroy(&actions);
	free(its_path);
	errno = error;
	return error ? -1 : 0;
}

/* Returns its status; -1 when it had to be killed. */
static int await(pid_t pid)
{
	int status = 0;
	int fd = (int)syscall(SYS_pidfd_open, pid, 0);
	int64_t end_ns = clock_now_ns() + SECONDS_MOST * NS_PER_SECOND;
	struct pollfd end = { .fd = fd, .events = POLLIN };
	int ready = 0;
	do {
		int64_t left_ms = (end_ns - clock_now_ns()) / NS_PER_MS;
		ready = poll(&end, 1, left_ms > 0 ? (int)left_ms : 0);
	} while (ready < 0 && errno == EINTR);
	if (ready <= 0)
		kill(pid, SIGKILL);
	if (fd >= 0)
		close(fd);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return ready > 0 ? status : -1;
}

/* What is in it, as text to be freed; NULL when it cannot be read. */
static char *text_of(int fd)
{
	struct buf text = { .ceiling = OUTPUT_BYTES };
	ssize_t got = -1;
	uint8_t *room;
	if (lseek(fd, 0, SEEK_SET) == 0)
		while ((room = buf_room(&text, 65536)) &&
		       (got = read(fd, room, 65536)) > 0)
			text.length += (size_t)got;
	if (got != 0 || buf_add(&text, "", 1) < 0) {
		buf_release(&text);
		return NULL;
	}
	return (char *)text.data;
}

/* Its first line that says something is in the message. */
static char *conclude(const struct ends *ends, int status, struct err *err)
{
	char *said = text_of(ends->err);
	if (status == 0) {
		free(said);
		char *drawn = text_of(ends->out);
		if (!drawn)
			err_set(err, "what gnuplot drew cannot be read");
		return drawn;
	}
	if (status < 0) {
		err_set(err, "gnuplot did not end in %d s", SECONDS_MOST);
	} else {
		const char *words = said ? strstr(said, "line ") : NULL;
		int length = words ? (int)strcspn(words, "\n") : 0;
		err_set(err, "gnuplot failed%s%.*s", length ? ": " : "", length,
		    words ? words : "");
	}
	free(said);
	return NULL;
}

char *gnuplot_run(void (*write)(const void *arg, FILE *to), const void *arg,
    struct err *err)
{
	struct ends ends = {
		memfd_create("script", MFD_CLOEXEC),
		memfd_create("drawn", MFD_CLOEXEC),
		memfd_create("said", MFD_CLOEXEC),
	};
	pid_t pid;
	char *drawn = NULL;
	if (ends.in < 0 || ends.out < 0 || ends.err < 0 ||
	    write_script(ends.in, write, arg) < 0)
		err_system(err, "cannot keep a script for gnuplot in memory");
	else if (spawn(&pid, &ends) == 0)
		drawn = conclude(&ends, await(pid), err);
	else if (errno == ENOENT)
		err_set(err, "gnuplot is not installed (Debian's package is "
		             "gnuplot-nox; scripts/setup.sh installs it)");
	else
		err_system(err, "cannot start gnuplot");
	const int fds[] = { ends.in, ends.out, ends.err };
	for (size_t i = 0; i < sizeof fds / sizeof *fds; i++)
		if (fds[i] >= 0)
			close(fds[i]);
	return drawn;
}
