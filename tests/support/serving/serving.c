#include "serving.h"

#include "lib/clock.h"
#include "lib/fiber.h"

#include <signal.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <unistd.h>

static sigset_t signals(void)
{
	sigset_t set;
	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	return set;
}

void serving_prepare(void)
{
	struct rlimit files;
	if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
		files.rlim_cur = files.rlim_max;
		setrlimit(RLIMIT_NOFILE, &files);
	}
	sigset_t set = signals();
	sigprocmask(SIG_BLOCK, &set, NULL);
}

void serving_await_signal(void)
{
	struct watch watch;
	sigset_t set = signals();
	int fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	watch_add(&watch, fd);
	watch_wait(&watch, EPOLLIN, CLOCK_NEVER);
	watch_remove(&watch);
	close(fd);
}
