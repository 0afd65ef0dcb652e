/* main.c - live_view: shows how a run goes by following its timelines. */
#include "lib/clock.h"
#include "lib/err.h"
#include "lib/live.h"
#include "lib/stop.h"
#include "live_view/follow.h"
#include "live_view/settings.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>

#define LOOK_MS 100 /* between two looks at the files */

/* SIGUSR1 has come: somebody writes below the drawing. */
static volatile sig_atomic_t interrupted;

static void on_interruption(int signal)
{
	interrupted = signal;
}

static void heed_signals(void)
{
	struct sigaction action = { .sa_handler = on_interruption };
	sigemptyset(&action.sa_mask);
	sigaction(SIGUSR1, &action, NULL);
	stop_on_signals(NULL);
}

static int watch(struct follower *follower, struct live *live,
    uint64_t processes)
{
	int64_t draw_ns = 0;
	struct err err;
	while (!stop_signal() && follower->ended < processes) {
		if (follower_read(follower, live, &err) < 0)
			return err_fail(&err, EXIT_CANNOT);
		if (interrupted) {
			interrupted = 0;
			live_below(live);
		}
		if (clock_now_ns() >= draw_ns) {
			live_draw(live);
			draw_ns = clock_now_ns() + LIVE_PERIOD_NS;
		}
		poll(NULL, 0, LOOK_MS);
	}
	live_draw(live);
	live_below(live);
	return stop_signal() ? 128 + stop_signal() : EXIT_PASSED;
}

static int run(const struct settings *settings, const char *path)
{
	struct live_setup setup = {
		.to = stderr,
		.title = settings->title,
		.planned = settings->planned,
		.duration_ms = settings->duration_ns / NS_PER_MS,
		.phases = (const char *const *)settings->phases.items,
		.phase_count = settings->phases.count,
		.plain = settings->no_color,
		.lines = settings->lines,
	};
	struct follower follower = { .path = path };
	struct live *live = live_new(&setup);

	heed_signals();
	int code = watch(&follower, live, settings->processes);
	follower_release(&follower);
	live_free(live);
	return code;
}

int main(int argc, char **argv)
{
	struct settings settings = { 0 };
	struct option_set set;
	struct options options = {
		.program = "live_view",
		.operands = "PATH",
		.about = "Shows on stderr how a run goes, from the timeline "
		         "file PATH or those of the folder PATH.",
		.sets = &set,
		.set_count = 1,
	};
	struct err err;
	int operand, code;

	settings_set(&settings, &set);
	if (options_start(&options, argc, argv, &operand, &code)) {
		if (argc - operand == 1) {
			code = run(&settings, argv[operand]);
		} else {
			err_set(&err, "name one timeline file or one folder");
			code = err_fail(&err, EXIT_USAGE);
		}
	}
	options_release(&options);
	return err_end(code);
}
