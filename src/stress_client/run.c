#include "stress_client/run.h"

#include "lib/clock.h"
#include "lib/mem.h"
#include "lib/unit.h"
#include "stress_client/run_state.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* Requests in flight get this long to end when the run is stopped. */
#define GRACE_NS (2 * NS_PER_SECOND)

/* A signal that comes again so soon is the same one: timeout(1), for one, sends
 * it to the process and to its group. */
#define SAME_SIGNAL_NS (NS_PER_SECOND / 4)

static bool all_ended(const struct run *run)
{
	for (uint64_t i = 0; i < run->thread_count; i++)
		if (!atomic_load(&run->threads[i].ended))
			return false;
	return true;
}

static void stop(struct run *run, int64_t now_ns)
{
	run->halt_ns = now_ns + GRACE_NS;
	atomic_store(&run->stopping, true);
	if (run->live)
		live_below(run->live);
}

void run_interrupt(struct run *run, int signal)
{
	char in_flight[UNIT_TEXT];
	int64_t now_ns = clock_now_ns();
	if (run->signal != 0 && now_ns < run->again_ns)
		return;
	if (run->signal != 0)
		_exit(128 + signal);
	run->signal = signal;
	run->again_ns = now_ns + SAME_SIGNAL_NS;
	stop(run, now_ns);
	if (!run->plan->settings->quiet)
		fprintf(stderr,
		    "stopping: %s requests in flight get 2 s to end, then the "
		    "files are written (^C again leaves at once)\n",
		    unit_count(in_flight, run_in_flight(run)));
}

/* A condition of --stop-when is met. */
static void stop_early(struct run *run, char *words)
{
	if (run->stopped || run->signal != 0) {
		free(words);
		return;
	}
	run->stopped = words;
	stop(run, clock_now_ns());
	if (!run->plan->settings->quiet)
		fprintf(stderr, "stopping the run: %s\n", words);
}

static void halt(struct run *run)
{
	run->halt_ns = CLOCK_NEVER;
	for (uint64_t i = 0; i < run->thread_count; i++)
		load_thread_halt(&run->threads[i]);
}

int run_wait_for_signal(const struct run *run, int64_t moment_ns)
{
	int64_t wait_ns = moment_ns - clock_now_ns();
	if (wait_ns < 0)
		wait_ns = 0;
	struct timespec wait = {
		.tv_sec = wait_ns / NS_PER_SECOND,
		.tv_nsec = wait_ns % NS_PER_SECOND,
	};
	int signal = sigtimedwait(&run->signals, NULL, &wait);
	return signal > 0 ? signal : 0;
}

static int64_t earlier(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/* No interval holds the end of one phase and the beginning of the next. */
static int64_t next_phase(const struct run *run, int64_t now_ns)
{
	const struct plan *plan = run->plan;
	int64_t next_ns = phases_next(&plan->load, now_ns - plan->start_ns);
	return next_ns == CLOCK_NEVER ? CLOCK_NEVER : plan->start_ns + next_ns;
}

static void end_interval(struct run *run)
{
	char *met = run_end_interval(run, false);
	if (met)
		stop_early(run, met);
}

/* From the start to the end of the last client. */
static void conduct(struct run *run)
{
	int64_t period_ns = run->plan->settings->timeline_ns;
	int64_t interval_ns = run->from_ns + period_ns;
	int64_t phase_ns = next_phase(run, run->from_ns);
	int64_t draw_ns = run->from_ns;

	run->halt_ns = CLOCK_NEVER;
	while (!all_ended(run)) {
		int64_t moment_ns = earlier(earlier(run->halt_ns, draw_ns),
		    earlier(interval_ns, phase_ns));
		int signal = run_wait_for_signal(run, moment_ns);
		int64_t now_ns = clock_now_ns();
		if (signal == SIGINT || signal == SIGTERM)
			run_interrupt(run, signal);
		if (now_ns >= run->halt_ns)
			halt(run);
		if (now_ns >= interval_ns || now_ns >= phase_ns) {
			end_interval(run);
			phase_ns = next_phase(run, now_ns);
			while (interval_ns <= now_ns)
				interval_ns += period_ns;
		}
		if (now_ns < draw_ns)
			continue;
		draw_ns = now_ns + LIVE_PERIOD_NS;
		if (run->live && run->signal == 0)
			live_draw(run->live);
	}
}

static int start_threads(struct run *run, struct err *err)
{
	const struct plan *plan = run->plan;
	run->threads = mem_new(plan->threads, sizeof *run->threads);
	for (uint64_t i = 0; i < plan->threads; i++) {
		struct load_thread *thread = &run->threads[i];
		thread->plan = plan;
		thread->number = i;
		thread->threads = plan->threads;
		thread->stopping = &run->stopping;
		if (load_thread_start(thread, err) == -1)
			return -1;
		run->thread_count++;
	}
	return 0;
}

/* Joins the threads; -1 with `err` when one could not run. */
static int join_threads(struct run *run, struct err *err)
{
	int result = 0;
	for (uint64_t i = 0; i < run->thread_count; i++) {
		load_thread_join(&run->threads[i]);
		if (run->threads[i].err.text[0] != '\0')
			result = err_set(err, "%s", run->threads[i].err.text);
	}
	return result;
}

/* Whether what was measured is the generator's own doing; says so. */
static bool is_invalid(const struct run *run)
{
	struct generator_judgement judgement = generator_judge(&run->generator);
	if (judgement.verdict != GENERATOR_INVALID)
		return false;
	err_warn("the run is invalid, its figures tell of this load generator "
	         "and not of the target: %s; %s",
	    judgement.why, judgement.remedy);
	return true;
}

/* A name that is misspelt is noticed by nothing else. */
static void tell_idle_condition(const struct run *run)
{
	const char *text = stop_when_idle(&run->plan->stop_when);
	bool came_to_its_end = run->signal == 0 && !run->stopped;
	if (text && came_to_its_end && run->plan->settings->process == 0)
		err_warn("--stop-when '%s' was of no use: the run had no phase "
		         "and no operation of that name",
		    text);
}

static int verdict(const struct run *run)
{
	if (run->signal != 0)
		return 128 + run->signal;
	if (is_invalid(run))
		return EXIT_INVALID;
	if (counts_get(&run->total.reasons, "wrong answer") > 0 ||
	    counts_get(&run->total.reasons, STATS_LOST) > 0)
		return EXIT_WRONG;
	if (run->output->failed)
		return EXIT_CANNOT;
	if (run->total.ok == 0) {
		err_warn("not one request succeeded");
		return EXIT_CANNOT;
	}
	return EXIT_PASSED;
}

static struct live *new_display(const struct plan *plan)
{
	const struct settings *settings = plan->settings;
	char clients[UNIT_TEXT], title[160];
	struct live_setup setup = {
		.to = stderr,
		.title = title,
		.planned = plan_requests(plan),
		.start_unix_ms = plan->start_unix_ms,
		.duration_ms = plan->load.length_ns == CLOCK_NEVER
		                   ? 0
		                   : plan->load.length_ns / NS_PER_MS,
		.phases = (const char *const *)plan->load.names,
		.phase_count = plan->load.name_count,
		.plain = settings->no_color,
	};
	if (settings->quiet || !settings->progress)
		return NULL;
	int length = snprintf(title, sizeof title, "stress_client  %s",
	    plan->driver->name);
	if (plan->servers > 0)
		length += snprintf(title + length,
		    sizeof title - (size_t)length, "  %" PRIu64 " server%s",
		    plan->servers, plan->servers == 1 ? "" : "s");
	snprintf(title + length, sizeof title - (size_t)length,
	    "  %s%s client%s", plan->open_loop ? "at most " : "",
	    unit_count(clients, plan->clients), plan->clients == 1 ? "" : "s");
	return live_new(&setup);
}

static void release(struct run *run)
{
	for (uint64_t i = 0; i < run->thread_count; i++)
		load_thread_release(&run->threads[i]);
	free(run->threads);
	free(run->stopped);
	live_free(run->live);
	stats_clear(&run->total);
	generator_clear(&run->generator);
}

/* SIGINT, SIGTERM and the end of a thread are waited for, here and nowhere
 * else. A file that may not grow, or a terminal that is gone, is an error like
 * any other and ends no run. Where the results go to a pipe, its end is theirs.
 */
static void block_signals(struct run *run)
{
	sigset_t outlived;
	sigemptyset(&run->signals);
	sigaddset(&run->signals, SIGINT);
	sigaddset(&run->signals, SIGTERM);
	sigaddset(&run->signals, SIGUSR1);
	pthread_sigmask(SIG_BLOCK, &run->signals, NULL);
	sigemptyset(&outlived);
	sigaddset(&outlived, SIGXFSZ);
	if (!run->plan->lines_to_stdout)
		sigaddset(&outlived, SIGPIPE);
	pthread_sigmask(SIG_BLOCK, &outlived, NULL);
}

int run(struct plan *plan, struct output *output)
{
	struct run run = { .plan = plan, .output = output };
	int code = EXIT_CANNOT;
	struct err err = { "" };

	block_signals(&run);
	plan_start(plan);
	run.live = new_display(plan);
	run.from_ns = plan->start_ns;
	if (start_threads(&run, &err) == -1) {
		atomic_store(&run.stopping, true);
		halt(&run);
	}
	conduct(&run);
	if (join_threads(&run, &err) == -1 || err.text[0] != '\0')
		err_fail(&err, EXIT_CANNOT);
	free(run_end_interval(&run, false));
	if (run.live) {
		live_draw(run.live);
		live_below(run.live);
	}
	run_write_clients(&run);
	free(run_end_interval(&run, true));
	if (err.text[0] == '\0') {
		tell_idle_condition(&run);
		code = verdict(&run);
	}
	release(&run);
	return code;
}
