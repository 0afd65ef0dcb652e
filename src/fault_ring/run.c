#include "fault_ring/run.h"

#include "lib/clock.h"
#include "lib/fiber.h"
#include "lib/mem.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <unistd.h>

/* So long before its moment a fault is armed; the first has at least this. */
#define LEAD_NS  NS_PER_SECOND
#define FIRST_NS (200 * NS_PER_MS)

struct act {
	struct strike strike;
	struct run *run;
	bool began, released, ended;
};

struct run {
	struct stage *stage;
	struct targets *targets;
	const struct plan *plan;
	struct act *acts; /* one for each of the plan */
	struct fiber *conductor;
	struct watch signals;
	int64_t start_ns;
	bool broken; /* a server did not come back: no further fault */
};

/* What somebody has to type who does not have us any more. */
static void print_by_hand(const struct run *run)
{
	for (size_t i = 0; i < run->plan->count; i++) {
		const struct act *act = &run->acts[i];
		const struct strike *strike = &act->strike;
		const char *host;
		int64_t due_s;
		if (!act->began || act->ended || !strike->armed)
			continue;
		host = strike->target->settings->host;
		due_s = (strike->due_ns - clock_now_ns()) / NS_PER_SECOND;
		fprintf(stderr,
		    "server %u (%s) is still %s; it heals itself in %" PRId64
		    " s, or by: fault_ring --heal, or there by: sh '%s/%s'\n",
		    strike->planned->server, host, strike->planned->fault->done,
		    due_s > 0 ? due_s : 0, vars_get(&strike->vars, "work"),
		    vars_get(&strike->vars, "file"));
	}
}

static void stop(struct run *run, int signal)
{
	struct stage *stage = run->stage;

	events_countdown_end(&stage->events);
	if (stage->stopping) {
		fputs("leaving at once\n", stderr);
		print_by_hand(run);
		fflush(NULL);
		_exit(128 + signal);
	}
	stage->stopping = signal;
	fputs("stopping: what is broken is healed first (^C again leaves at "
	      "once)\n",
	    stderr);
	for (size_t i = 0; i < run->plan->count; i++) {
		if (run->acts[i].strike.waits)
			fiber_unpark(run->acts[i].strike.fiber);
	}
	fiber_unpark(run->conductor);
}

/* Ends when it is cancelled. */
static void watch_signals(void *arg)
{
	struct run *run = arg;
	struct signalfd_siginfo info;

	while (watch_wait(&run->signals, EPOLLIN, CLOCK_NEVER) == 0) {
		if (read(run->signals.fd, &info, sizeof info) ==
		    (ssize_t)sizeof info)
			stop(run, (int)info.ssi_signo);
	}
}

static void released(void *arg)
{
	struct act *act = arg;

	act->released = true;
	fiber_unpark(act->run->conductor);
}

static void perform(void *arg)
{
	struct act *act = arg;

	act->strike.fiber = fiber_self();
	strike_run(&act->strike, released, act);
	if (!act->strike.healed)
		act->run->broken = true;
	act->ended = true;
	fiber_unpark(act->run->conductor);
}

/* How many are there that are not healed, or not even released. */
static size_t busy(const struct run *run, bool until_released)
{
	size_t count = 0;

	for (size_t i = 0; i < run->plan->count; i++) {
		const struct act *act = &run->acts[i];
		count += act->began &&
		         !(until_released ? act->released : act->ended);
	}
	return count;
}

static bool may_go_on(const struct run *run)
{
	return !run->stage->stopping && !run->broken;
}

static void wait_for_all(struct run *run)
{
	while (busy(run, false) > 0)
		(void)fiber_park(CLOCK_NEVER);
}

/* Until the moment, or until there is nothing to wait for any more. */
static void wait_until(struct run *run, int64_t moment_ns)
{
	struct events *events = &run->stage->events;

	while (may_go_on(run) && clock_now_ns() < moment_ns) {
		int64_t wake_ns = clock_now_ns() + NS_PER_SECOND;
		if (events->countdown && busy(run, false) == 0)
			events_countdown(events, "the next fault",
			    moment_ns + LEAD_NS - clock_now_ns());
		else
			wake_ns = moment_ns;
		(void)fiber_park(wake_ns < moment_ns ? wake_ns : moment_ns);
	}
}

/* The guard while it runs: a server that takes long to come back counts. */
static void wait_for_room(struct run *run, size_t needed)
{
	uint64_t most = run->stage->settings->max_down;

	while (may_go_on(run) && busy(run, false) + needed > most)
		(void)fiber_park(CLOCK_NEVER);
}

/* Lets those before come as far as the order wants it. */
static void wait_for_those_before(struct run *run, const struct planned *next)
{
	bool overlap = run->stage->settings->allow_overlap;

	if (overlap && next->at_ns != AFTER_THE_LAST)
		return;
	while (busy(run, overlap) > 0)
		(void)fiber_park(CLOCK_NEVER);
}

/* When the group of `next` comes. */
static int64_t moment_of(const struct run *run, const struct planned *next)
{
	const struct settings *settings = run->stage->settings;
	int64_t first_ns = run->start_ns + settings->start_after_ns;
	int64_t soonest_ns = clock_now_ns() + FIRST_NS;
	int64_t moment_ns;

	if (next->at_ns != AFTER_THE_LAST)
		moment_ns = first_ns + next->at_ns;
	else if (next->group == 0)
		moment_ns = first_ns;
	else
		moment_ns = clock_now_ns() + settings->fault_interval_ns;
	return moment_ns > soonest_ns ? moment_ns : soonest_ns;
}

static void say_next(struct run *run, const struct planned *next)
{
	const struct settings *settings = run->stage->settings;

	if (next->group > 0 && next->at_ns == AFTER_THE_LAST)
		events_say(&run->stage->events,
		    "Waiting %gs before moving to next server in ring...",
		    (double)settings->fault_interval_ns / NS_PER_SECOND);
}

static void begin(struct run *run, size_t index, int64_t moment_ns)
{
	struct act *act = &run->acts[index];
	const struct planned *planned = &run->plan->items[index];

	act->run = run;
	act->strike.stage = run->stage;
	act->strike.planned = planned;
	act->strike.target = targets_find(run->targets, planned->server);
	act->strike.moment_ns = moment_ns;
	act->began = true;
	if (!fiber_spawn(loop_current(), perform, act))
		perform(act);
}

/* One group after the other. */
static void conduct(struct run *run)
{
	const struct plan *plan = run->plan;
	size_t next = 0;

	while (next < plan->count) {
		const struct planned *first = &plan->items[next];
		size_t end = next;
		int64_t moment_ns;
		while (
		    end < plan->count && plan->items[end].group == first->group)
			end++;
		wait_for_those_before(run, first);
		if (!may_go_on(run))
			break;
		say_next(run, first);
		moment_ns = moment_of(run, first);
		wait_until(run, moment_ns - LEAD_NS);
		wait_for_room(run, end - next);
		if (!may_go_on(run))
			break;
		if (moment_ns < clock_now_ns() + FIRST_NS)
			moment_ns = clock_now_ns() + FIRST_NS;
		for (; next < end; next++)
			begin(run, next, moment_ns);
	}
	wait_for_all(run);
}

/* The guide's last words, and how many faults were what they should be. */
static int conclude(struct run *run)
{
	struct events *events = &run->stage->events;
	size_t made = 0, confirmed = 0, healed = 0;

	for (size_t i = 0; i < run->plan->count; i++) {
		const struct strike *strike = &run->acts[i].strike;
		made += strike->made;
		confirmed += strike->confirmed;
		healed += strike->made && strike->healed;
	}
	events_countdown_end(events);
	printf("=========================================\n"
	       "Fault Simulation %s\n"
	       "Total Cycles:       %u\n"
	       "Servers Processed:  %zu\n"
	       "Total Faults:       %zu\n"
	       "Total Time:         %" PRId64 "s\n"
	       "=========================================\n",
	    run->stage->stopping || run->broken ? "Stopped!" : "Completed!",
	    run->stage->cycle, run->targets->count, made,
	    (clock_now_ns() - run->start_ns + NS_PER_SECOND / 2) /
	        NS_PER_SECOND);
	printf("%zu fault%s: %zu confirmed, %zu healed.  Events: %s, %s\n",
	    made, made == 1 ? "" : "s", confirmed, healed, events->log_path,
	    events->lines_path);
	fflush(stdout);
	if (run->broken)
		err_warn("a server did not come back; no further fault was "
		         "made. See above, and run: fault_ring --heal");
	if (run->stage->stopping)
		return 128 + run->stage->stopping;
	if (confirmed < made)
		return EXIT_INVALID;
	return healed < made || run->broken || events->failed ? EXIT_CANNOT
	                                                      : EXIT_PASSED;
}

/* From here on they are read, not delivered; also those that the one who
 * started us ignored, but SIGHUP: that is nohup. What we start does not inherit
 * this. */
static int catch_signals(struct run *run)
{
	struct sigaction action = { .sa_handler = SIG_DFL }, hangup;
	sigset_t set;
	int fd;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	if (sigaction(SIGHUP, NULL, &hangup) == 0 &&
	    hangup.sa_handler != SIG_IGN)
		sigaddset(&set, SIGHUP);
	sigprocmask(SIG_BLOCK, &set, NULL);
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	fd = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
	if (fd >= 0)
		watch_add(&run->signals, fd);
	return fd;
}

int run_plan(struct stage *stage, struct targets *targets,
    const struct plan *plan)
{
	struct run run = {
		.stage = stage,
		.targets = targets,
		.plan = plan,
		.acts = mem_new(plan->count, sizeof *run.acts),
		.conductor = fiber_self(),
		.start_ns = clock_now_ns(),
	};
	struct fiber *watcher = NULL;
	struct err err;
	int fd = catch_signals(&run), code;

	stage->cycles = plan->cycles;
	if (fd >= 0)
		watcher = fiber_spawn(loop_current(), watch_signals, &run);
	if (watcher) {
		conduct(&run);
		code = conclude(&run);
		fiber_cancel(watcher);
		(void)fiber_yield();
	} else {
		err_system(&err, "cannot wait for signals");
		code = err_fail(&err, EXIT_CANNOT);
	}
	if (fd >= 0) {
		watch_remove(&run.signals);
		close(fd);
	}
	for (size_t i = 0; i < plan->count; i++)
		strike_release(&run.acts[i].strike);
	free(run.acts);
	return code;
}
