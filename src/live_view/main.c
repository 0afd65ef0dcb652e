/* main.c - live_view: shows how a run goes by following its timelines. */
#include "lib/clock.h"
#include "lib/err.h"
#include "lib/live.h"
#include "lib/options.h"
#include "live_view/follow.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LOOK_MS 100 /* between two looks at the files */

struct settings {
	uint64_t processes, planned;
	int64_t duration_ns;
	struct text_list phases;
	char *title;
	bool no_color, lines;
};

#define ROW(flag, kind, member, ...)                                           \
	{                                                                      \
		.name = flag, .type = kind,                                    \
		.offset = offsetof(struct settings, member), __VA_ARGS__       \
	}

static const struct option rows[] = {
	ROW("processes", OPTION_COUNT, processes, .fallback = "1", .from = "1",
	    .to = "100k",
	    .help = "end when so many processes have written their last line"),
	ROW("planned", OPTION_COUNT, planned, .words = "N",
	    .help = "requests of the whole run, for the bar"),
	ROW("duration", OPTION_TIME, duration_ns, .from = "1ms", .to = "720h",
	    .help = "of the whole run, for the bar"),
	ROW("phases", OPTION_ITEMS, phases, .words = "'NAME TIME LOAD'",
	    .help = "a phase of the run, in order; only the name is shown"),
	ROW("title", OPTION_TEXT, title, .fallback = "stress test",
	    .words = "TEXT", .help = "first words of the display"),
	ROW("lines", OPTION_FLAG, lines,
	    .help = "a line every 5 s, on a terminal as well"),
	ROW("no-color", OPTION_FLAG, no_color, .help = "no colour"),
};

/* SIGINT or SIGTERM has come: set once, read by the loop. */
static volatile sig_atomic_t stopped;

/* SIGUSR1 has come: somebody writes below the drawing. */
static volatile sig_atomic_t interrupted;

static void on_signal(int signal)
{
	if (signal == SIGUSR1)
		interrupted = 1;
	else
		stopped = signal;
}

static void catch_signals(void)
{
	struct sigaction action = { .sa_handler = on_signal };

	sigemptyset(&action.sa_mask);
	(void)sigaction(SIGINT, &action, NULL);
	(void)sigaction(SIGTERM, &action, NULL);
	(void)sigaction(SIGUSR1, &action, NULL);
}

static int watch(struct follower *follower, struct live *live,
    uint64_t processes)
{
	int64_t draw_ns = 0;
	struct err err;

	while (stopped == 0 && follower->ended < processes) {
		if (follower_read(follower, live, &err) == -1)
			return err_fail(&err, EXIT_CANNOT);
		if (interrupted) {
			interrupted = 0;
			live_below(live);
		}
		if (clock_now_ns() >= draw_ns) {
			live_draw(live);
			draw_ns = clock_now_ns() + LIVE_PERIOD_NS;
		}
		(void)poll(NULL, 0, LOOK_MS);
	}
	live_draw(live);
	live_below(live);
	return stopped == 0 ? EXIT_PASSED : 128 + stopped;
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
	int code;

	catch_signals();
	code = watch(&follower, live, settings->processes);
	follower_release(&follower);
	live_free(live);
	return code;
}

int main(int argc, char **argv)
{
	struct settings settings = { 0 };
	const struct option_set set = { .title = "Display",
		.rows = rows,
		.count = sizeof(rows) / sizeof(*rows),
		.values = &settings };
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

	err_program(argv[0]);
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
