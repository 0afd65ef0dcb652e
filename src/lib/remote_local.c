#define _GNU_SOURCE
#include "lib/remote_local.h"

#include "lib/clock.h"
#include "lib/fiber.h"
#include "lib/mem.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define READ_BYTES 16384

extern char **environ;

/* A command that runs, as the one who waits for it sees it. */
struct child {
	pid_t pid; /* -1: none that is to be waited for */
	struct watch out, err, end;
};

static void close_watch(struct watch *watch)
{
	if (watch->fd < 0)
		return;
	watch_remove(watch);
	close(watch->fd);
	watch->fd = -1;
}

/* A pipe whose reading end `watch` gets. Returns the other end, or -1. */
static int open_pipe(struct watch *watch)
{
	int ends[2];
	if (pipe2(ends, O_CLOEXEC) < 0)
		return -1;
	fcntl(ends[0], F_SETFL, O_NONBLOCK);
	watch_add(watch, ends[0]);
	return ends[1];
}

/* argv of the shell. It borrows the words, which exec does not change although
 * its prototype says so. */
static char **shell_arguments(const char *script, const char *const *words)
{
	const char *const head[] = { "sh", "-c", script, "sh" };
	size_t count = 0;
	while (words && words[count])
		count++;
	char **all = mem_new(4 + count + 1, sizeof *all);
	memcpy(all, head, sizeof head);
	if (count > 0)
		memcpy(all + 4, words, count * sizeof *all);
	return all;
}

int local_spawn(pid_t *pid, char *const *arguments, int in, int out, int err)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	sigset_t none, all;

	sigemptyset(&none);
	sigfillset(&all);
	posix_spawn_file_actions_init(&actions);
	if (in < 0)
		posix_spawn_file_actions_addopen(&actions, 0, "/dev/null",
		    O_RDONLY, 0);
	else
		posix_spawn_file_actions_adddup2(&actions, in, 0);
	posix_spawn_file_actions_adddup2(&actions, out, 1);
	posix_spawn_file_actions_adddup2(&actions, err, 2);
	posix_spawnattr_init(&attributes);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSID |
	                                          POSIX_SPAWN_SETSIGMASK |
	                                          POSIX_SPAWN_SETSIGDEF);
	posix_spawnattr_setsigmask(&attributes, &none);
	posix_spawnattr_setsigdefault(&attributes, &all);
	int error = posix_spawn(pid, "/bin/sh", &actions, &attributes,
	    arguments, environ);
	posix_spawn_file_actions_destroy(&actions);
	posix_spawnattr_destroy(&attributes);
	errno = error;
	return error ? -1 : 0;
}

static int start(struct child *child, const char *script,
    const char *const *words)
{
	int out = open_pipe(&child->out);
	int err = open_pipe(&child->err);
	char **arguments = shell_arguments(script, words);
	int result = -1;

	if (out >= 0 && err >= 0)
		result = local_spawn(&child->pid, arguments, -1, out, err);
	int error = errno;
	free(arguments);
	if (out >= 0)
		close(out);
	if (err >= 0)
		close(err);
	if (result == 0) {
		int fd = (int)syscall(SYS_pidfd_open, child->pid, 0);
		error = errno;
		watch_add(&child->end, fd);
		result = fd < 0 ? -1 : 0;
	} else {
		child->pid = -1;
	}
	errno = error;
	return result;
}

/* Takes what is there; at the end closes the watch. */
static int drain(struct watch *from, struct buf *to)
{
	while (from->fd >= 0) {
		uint8_t *room = buf_room(to, READ_BYTES);
		if (!room)
			return -1;
		ssize_t got = read(from->fd, room, READ_BYTES);
		if (got < 0)
			return errno == EAGAIN || errno == EINTR ? 0 : -1;
		to->length += (size_t)got;
		if (to->length > REMOTE_OUTPUT_BYTES) {
			errno = EMSGSIZE;
			return -1;
		}
		if (got == 0)
			close_watch(from);
		else if (fiber_share() < 0)
			return -1;
	}
	return 0;
}

/* Until the command has ended and nobody can write any more. */
static int follow(struct child *child, struct remote_result *result,
    int64_t deadline_ns)
{
	struct watch *watches[] = { &child->out, &child->err };

	while (child->out.fd >= 0 || child->err.fd >= 0) {
		uint32_t events[] = { child->out.fd >= 0 ? EPOLLIN : 0,
			child->err.fd >= 0 ? EPOLLIN : 0 };
		if (watch_wait_any(watches, events, 2, deadline_ns) < 0 ||
		    drain(&child->out, &result->out) < 0 ||
		    drain(&child->err, &result->err) < 0)
			return -1;
	}
	return watch_wait(&child->end, EPOLLIN, deadline_ns);
}

static void note_end(struct remote_result *result, int status)
{
	if (WIFEXITED(status)) {
		result->status = WEXITSTATUS(status);
		return;
	}
	const char *name = sigabbrev_np(WTERMSIG(status));
	snprintf(result->signal_name, sizeof result->signal_name, "%s",
	    name ? name : "unknown");
}

static int reap(struct child *child, int result)
{
	int status = 0, error = errno;
	if (child->pid > 0) {
		if (result != 0)
			kill(-child->pid, SIGKILL);
		while (waitpid(child->pid, &status, 0) < 0 && errno == EINTR)
			;
	}
	close_watch(&child->out);
	close_watch(&child->err);
	close_watch(&child->end);
	errno = error;
	return status;
}

int local_run(const char *script, const char *const *words, int64_t deadline_ns,
    struct remote_result *result, struct err *err)
{
	struct child child = { .pid = -1 };
	child.out.fd = child.err.fd = child.end.fd = -1;

	result->sent_unix_ms = clock_unix_ms();
	int outcome = start(&child, script, words);
	if (outcome < 0)
		err_system(err, "cannot start /bin/sh");
	else
		outcome = follow(&child, result, deadline_ns);
	int status = reap(&child, outcome);
	result->ended_unix_ms = clock_unix_ms();
	if (outcome == 0)
		note_end(result, status);
	return outcome;
}

int local_list(const char *folder,
    int (*each)(void *arg, const struct remote_file *file), void *arg,
    struct err *err)
{
	DIR *stream = opendir(folder);
	const struct dirent *entry;
	int result = 0;

	if (!stream)
		return err_system(err, "cannot read the folder %s", folder);
	while (result == 0 && (errno = 0, entry = readdir(stream))) {
		struct stat status;
		if (strcmp(entry->d_name, ".") == 0 ||
		    strcmp(entry->d_name, "..") == 0 ||
		    fstatat(dirfd(stream), entry->d_name, &status,
		        AT_SYMLINK_NOFOLLOW) < 0)
			continue;
		const struct remote_file file = {
			.name = entry->d_name,
			.size_bytes = (uint64_t)status.st_size,
			.modified_unix_s = status.st_mtime,
			.is_plain = S_ISREG(status.st_mode),
			.is_folder = S_ISDIR(status.st_mode),
		};
		result = each(arg, &file);
	}
	int error = errno;
	closedir(stream);
	errno = error;
	if (result == 0 && error != 0)
		return err_system(err, "cannot read the folder %s", folder);
	return result;
}

/* A named pipe would keep us waiting, and a device has no end. */
static int open_plain(const char *path)
{
	struct stat status;
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (fd >= 0 && fstat(fd, &status) == 0 && S_ISREG(status.st_mode))
		return fd;
	if (fd >= 0) {
		close(fd);
		errno = EINVAL;
	}
	return -1;
}

int local_fetch(const char *path, FILE *to, uint64_t most_bytes,
    struct err *err)
{
	char part[READ_BYTES];
	uint64_t total = 0;
	ssize_t got = 0;
	int fd = open_plain(path);

	if (fd < 0)
		return err_system(err, "cannot read %s", path);
	while ((got = read(fd, part, sizeof part)) > 0) {
		total += (uint64_t)got;
		if (total > most_bytes) {
			errno = EMSGSIZE;
			break;
		}
		if (fwrite(part, 1, (size_t)got, to) != (size_t)got ||
		    fiber_share() < 0)
			break;
	}
	int error = errno;
	close(fd);
	errno = error;
	if (got != 0)
		return err_system(err, "cannot copy %s", path);
	return 0;
}
