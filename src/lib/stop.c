#include "lib/stop.h"

#include <signal.h>

static struct loop *volatile running;
static volatile sig_atomic_t stopped;

static void on_signal(int signal)
{
	stopped = signal;
	if (running)
		loop_stop(running);
}

void stop_on_signals(struct loop *loop)
{
	struct sigaction action = { .sa_handler = on_signal };

	running = loop;
	sigemptyset(&action.sa_mask);
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
}

int stop_signal(void)
{
	return stopped;
}
