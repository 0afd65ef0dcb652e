#define _GNU_SOURCE
#include "lib/ssh_proxy.h"

#include "lib/mem.h"
#include "lib/remote_local.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* It may take leave so long before it is killed. */
#define LEAVE_MS 500

#define TEXT_BYTES   300
#define SH_NOT_FOUND 127

/* What it says. It is always read, so that who says much is not held up. */

static void stop_listening(struct ssh_proxy *proxy)
{
	if (proxy->stderr_watch.fd < 0)
		return;
	watch_remove(&proxy->stderr_watch);
	close(proxy->stderr_watch.fd);
	proxy->stderr_watch.fd = -1;
}

static void keep_end(struct ssh_proxy *proxy, const char *part, size_t length)
{
	const size_t most = sizeof proxy->said;
	if (length > most) {
		part += length - most;
		length = most;
	}
	size_t kept =
	    proxy->length + length > most ? most - length : proxy->length;
	memmove(proxy->said, proxy->said + proxy->length - kept, kept);
	memcpy(proxy->said + kept, part, length);
	proxy->length = kept + length;
}

/* False: there is nothing more now. */
static bool hear(struct ssh_proxy *proxy)
{
	char part[4096];
	ssize_t got = read(proxy->stderr_watch.fd, part, sizeof part);
	if (got > 0)
		keep_end(proxy, part, (size_t)got);
	else if (got == 0 || (errno != EAGAIN && errno != EINTR))
		stop_listening(proxy);
	return got > 0;
}

static void on_words(struct watch *watch, uint32_t events)
{
	(void)events;
	hear(
	    (void *)((char *)watch - offsetof(struct ssh_proxy, stderr_watch)));
}

/* As one line. */
static void tell(const struct ssh_proxy *proxy, char text[TEXT_BYTES])
{
	size_t length = 0;
	bool between = false;
	for (size_t i = 0; i < proxy->length; i++) {
		char c = proxy->said[i];
		if (c == '\n' || c == '\r' || c == '\0') {
			between = length > 0;
			continue;
		}
		if (between && length + 3 < TEXT_BYTES) {
			text[length++] = ';';
			text[length++] = ' ';
		}
		between = false;
		if (length + 1 < TEXT_BYTES)
			text[length++] = c;
	}
	text[length] = '\0';
}

/* Its life */

static int spawn(struct ssh_proxy *proxy, const char *command, int socket,
    int err)
{
	char sh[] = "sh", dash_c[] = "-c";
	char *text =
	    mem_format("export SSH_ASKPASS_REQUIRE=never; exec %s", command);
	char *arguments[] = { sh, dash_c, text, NULL };
	int result = local_spawn(&proxy->pid, arguments, socket, socket, err);
	int error = errno;
	if (result != 0)
		proxy->pid = 0;
	free(text);
	errno = error;
	return result;
}

static void close_pair(const int ends[2])
{
	int error = errno;
	for (int i = 0; i < 2; i++)
		if (ends[i] >= 0)
			close(ends[i]);
	errno = error;
}

int ssh_proxy_start(struct ssh_proxy *proxy, const char *command,
    struct conn *conn)
{
	int ends[2] = { -1, -1 }, err[2] = { -1, -1 };

	*proxy = (struct ssh_proxy){ .stderr_watch.fd = -1, .status = -1 };
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0 ||
	    pipe2(err, O_CLOEXEC) < 0 ||
	    fcntl(ends[0], F_SETFL, O_NONBLOCK) < 0 ||
	    fcntl(err[0], F_SETFL, O_NONBLOCK) < 0 ||
	    spawn(proxy, command, ends[1], err[1]) < 0) {
		close_pair(ends);
		close_pair(err);
		return -1;
	}
	close(ends[1]);
	close(err[1]);
	*conn = (struct conn){ 0 };
	watch_add(&conn->watch, ends[0]);
	watch_add(&proxy->stderr_watch, err[0]);
	return watch_listen(&proxy->stderr_watch, EPOLLIN, on_words);
}

/* Its group is there as long as it is not waited for; so nobody else is hit. */
static int end_group(pid_t pid)
{
	int status = 0, fd = (int)syscall(SYS_pidfd_open, pid, 0);
	struct pollfd end = { .fd = fd, .events = POLLIN };

	kill(-pid, SIGTERM);
	if (fd >= 0) {
		poll(&end, 1, LEAVE_MS);
		close(fd);
	}
	kill(-pid, SIGKILL);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

void ssh_proxy_end(struct ssh_proxy *proxy)
{
	int error = errno;
	if (proxy->pid > 0) {
		/* What it says of its being ended is not the reason for it. */
		for (int i = 0;
		     i < 32 && proxy->stderr_watch.fd >= 0 && hear(proxy); i++)
			;
		proxy->status = end_group(proxy->pid);
		stop_listening(proxy);
	}
	proxy->pid = 0;
	errno = error;
}

void ssh_proxy_explain(const struct ssh_proxy *proxy,
    const struct ssh_target *target, const char *what, struct err *err)
{
	const char *words = target->words, *via = target->via;
	char said[TEXT_BYTES];

	tell(proxy, said);
	if (proxy->status == SH_NOT_FOUND && !target->proxy_command)
		err_set(err,
		    "%s: %s: there is no ssh here to go through other hosts; "
		    "install openssh-client",
		    words, via);
	else if (proxy->status > 0 && *said)
		err_set(err, "%s: %s: %s", words, via, said);
	else if (proxy->status >= 0 && !*said)
		err_set(err,
		    "%s: %s: %s; it ended with status %d and said nothing",
		    words, via, what, proxy->status);
	else
		err_set(err, "%s: %s: %s%s%s", words, via, what,
		    *said ? "; it said: " : "", said);
}
