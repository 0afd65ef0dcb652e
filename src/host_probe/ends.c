#define _GNU_SOURCE /* ppoll */
#include "host_probe/ends.h"

#include "lib/clock.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

int ends_init(struct ends *ends, bool stdin_too, struct err *err)
{
	sigset_t signals;
	sigemptyset(&signals);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGTERM);
	sigprocmask(SIG_BLOCK, &signals, NULL);
	ends->stdin_too = stdin_too;
	ends->signals = signalfd(-1, &signals, SFD_CLOEXEC);
	return ends->signals < 0 ? err_system(err, "cannot await signals") : 0;
}

static bool has_ended(int fd)
{
	char bytes[256];
	ssize_t got = read(fd, bytes, sizeof bytes);
	return got == 0 || (got < 0 && errno != EINTR);
}

enum woken ends_wait_until(const struct ends *ends, int64_t moment_ns,
    int *signal)
{
	for (;;) {
		struct pollfd fds[] = {
			{ .fd = ends->signals, .events = POLLIN },
			{ .fd = ends->stdin_too ? STDIN_FILENO : -1,
			    .events = POLLIN },
		};
		struct signalfd_siginfo info;
		int64_t left_ns = moment_ns - clock_now_ns();
		if (left_ns < 0)
			left_ns = 0;
		const struct timespec left = { left_ns / NS_PER_SECOND,
			left_ns % NS_PER_SECOND };
		int ready = ppoll(fds, 2, &left, NULL);
		if (ready == 0)
			return WOKEN_BY_TIME;
		if (fds[0].revents &&
		    read(ends->signals, &info, sizeof info) == sizeof info) {
			*signal = (int)info.ssi_signo;
			return WOKEN_BY_SIGNAL;
		}
		if (fds[1].revents && has_ended(STDIN_FILENO))
			return WOKEN_BY_END;
	}
}

void ends_release(struct ends *ends)
{
	close(ends->signals);
}
