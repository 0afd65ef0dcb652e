/* run.c - see run.h. */
#include "stress_client/run.h"

#include "lib/clock.h"
#include "lib/generator.h"
#include "lib/live.h"
#include "lib/mem.h"
#include "lib/unit.h"
#include "stress_client/load_thread.h"
#include "stress_client/self_watch.h"

#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Requests in flight get this long to end when the run is stopped. */
#define GRACE_NS (2 * NS_PER_SECOND)

/* A signal that comes again so soon is the same one: timeout(1), for one, sends
 * it to the process and to its group. */
#define SAME_SIGNAL_NS (NS_PER_SECOND / 4)

/* Logs written in an interval; the others wait for the next. */
#define LOGS_AT_ONCE 200

struct run {
	struct plan *plan;
	struct output *output;
	struct live *live; /* NULL: no display */
	struct load_thread *threads;
	uint64_t thread_count; /* that were started */
	atomic_bool stopping;
	int signal;         /* that stops the run; 0: none */
	int64_t again_ns;   /* from when on another one counts */
	int64_t halt_ns;    /* when requests in flight are cut */
	int64_t from_ns;    /* of the interval in progress */
	uint64_t started;   /* requests until the last interval's end */
	struct stats total; /* of all intervals */
	struct self_watch self;
	struct generator generator; /* did it keep up? */
};

static uint64_t requests_started(struct run *run)
{
	uint64_t sum = 0;

	for (uint64_t i = 0; i < run->thread_count; i++)
		sum += atomic_load(&run->threads[i].started);
	return sum;
}

static uint64_t clients_active(struct run *run)
{
	uint64_t sum = 0;

	for (uint64_t i = 0; i < run->thread_count; i++)
		sum += atomic_load(&run->threads[i].active);
	return sum;
}

static bool all_ended(struct run *run)
{
	for (uint64_t i = 0; i < run->thread_count; i++) {
		if (!atomic_load(&run->threads[i].ended))
			return false;
	}
	return true;
}

/* Closes the interval that ends now: takes what was measured in it, writes and
 * shows it. `last`: nothing of this process follows. */
static void end_interval(struct run *run, bool last)
{
	const struct plan *plan = run->plan;
	struct measured measured = { 0 };
	struct record_interval interval = {
		.run_id = plan->run_id,
		.machine_id = plan->settings->machine_id,
		.process = plan->settings->process,
		.last = last,
	};
	char phase[64];
	int64_t now_ns = clock_now_ns();
	uint64_t started;

	if (now_ns < run->from_ns) /* stopped before the moment to start */
		now_ns = run->from_ns;
	for (uint64_t i = 0; i < run->thread_count; i++)
		load_thread_take(&run->threads[i], &measured);
	started = requests_started(run);
	stats_merge(&run->total, &measured.stats);

	snprintf(phase, sizeof phase, "%s",
	    phases_name(&plan->load,
	        (run->from_ns + now_ns) / 2 - plan->start_ns));
	interval.phase = phase;
	interval.open_loop = plan->open_loop;
	interval.lag = measured.lag;
	interval.from_unix_ms =
	    plan->start_unix_ms + (run->from_ns - plan->start_ns) / NS_PER_MS;
	interval.length_ms = (now_ns - plan->start_ns) / NS_PER_MS -
	                     (run->from_ns - plan->start_ns) / NS_PER_MS;
	interval.clients = clients_active(run);
	interval.started = started - run->started;
	interval.in_flight = started - run->total.sent;
	self_watch_look(&run->self, run->threads, run->thread_count,
	    now_ns - run->from_ns, &measured, &interval);
	interval.generator.unjudged =
	    plan->settings->generator_check == GENERATOR_CHECK_OFF;
	interval.stats = measured.stats;

	output_interval(run->output, &interval);
	output_log_lines(run->output, &measured.newest_line);
	output_write_logs(run->output, LOGS_AT_ONCE);
	generator_add(&run->generator, &interval);
	if (run->live != NULL)
		live_interval(run->live, &interval);
	histogram_clear(&interval.lag);
	record_generator_release(&interval.generator);
	measured_clear(&measured);
	run->started = started;
	run->from_ns = now_ns;
}

static void stop(struct run *run, int signal)
{
	char in_flight[UNIT_TEXT];
	int64_t now_ns = clock_now_ns();

	if (run->signal != 0 && now_ns < run->again_ns)
		return;
	if (run->signal != 0)
		_exit(128 + signal);
	run->signal = signal;
	run->again_ns = now_ns + SAME_SIGNAL_NS;
	run->halt_ns = now_ns + GRACE_NS;
	atomic_store(&run->stopping, true);
	if (run->live != NULL)
		live_below(run->live);
	if (run->plan->settings->quiet)
		return;
	(void)fprintf(stderr,
	    "stopping: %s requests in flight get 2 s to end, then the "
	    "files are written (^C again leaves at once)\n",
	    unit_count(in_flight, requests_started(run) - run->total.sent));
}

static void halt(struct run *run)
{
	run->halt_ns = CLOCK_NEVER;
	for (uint64_t i = 0; i < run->thread_count; i++)
		load_thread_halt(&run->threads[i]);
}

/* Waits for one of the signals until the moment; 0 when none came. */
static int wait_for_signal(const sigset_t *signals, int64_t moment_ns)
{
	int64_t wait_ns = moment_ns - clock_now_ns();
	struct timespec wait;
	int signal;

	if (wait_ns < 0)
		wait_ns = 0;
	wait.tv_sec = wait_ns / NS_PER_SECOND;
	wait.tv_nsec = wait_ns % NS_PER_SECOND;
	signal = sigtimedwait(signals, NULL, &wait);
	return signal > 0 ? signal : 0;
}

static int64_t earliest(int64_t a, int64_t b)
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

/* From the start to the end of the last client. */
static void conduct(struct run *run, const sigset_t *signals)
{
	int64_t period_ns = run->plan->settings->timeline_ns;
	int64_t interval_ns = run->from_ns + period_ns;
	int64_t draw_ns = run->from_ns;
	int64_t phase_ns = next_phase(run, run->from_ns);

	run->halt_ns = CLOCK_NEVER;
	while (!all_ended(run)) {
		int signal = wait_for_signal(signals,
		    earliest(earliest(run->halt_ns, phase_ns),
		        earliest(interval_ns, draw_ns)));
		int64_t now_ns = clock_now_ns();

		if (signal == SIGINT || signal == SIGTERM)
			stop(run, signal);
		if (now_ns >= run->halt_ns)
			halt(run);
		if (now_ns >= interval_ns || now_ns >= phase_ns) {
			end_interval(run, false);
			phase_ns = next_phase(run, now_ns);
			while (interval_ns <= now_ns)
				interval_ns += period_ns;
		}
		if (now_ns >= draw_ns) {
			draw_ns = now_ns + LIVE_PERIOD_NS;
			if (run->live != NULL && run->signal == 0)
				live_draw(run->live);
		}
	}
}

static int start_threads(struct run *run, struct err *err)
{
	const struct plan *plan = run->plan;

	run->threads = mem_new(plan->threads, sizeof(*run->threads));
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

/* The k-th client of the process; NULL: it was never needed. */
static struct client *client_at(const struct run *run, uint64_t k)
{
	const struct plan *plan = run->plan;

	if (k % plan->threads >= run->thread_count)
		return NULL;
	const struct load_thread *thread = &run->threads[k % plan->threads];
	uint64_t j = k / plan->threads;
	return j < thread->made ? thread->clients[j] : NULL;
}

/* Whether it has a record: in an open loop, those that have ever sent do. */
static bool took_part(const struct run *run, const struct client *client)
{
	if (!client)
		return false;
	return !run->plan->open_loop || client->stats.planned > 0;
}

/* What an open loop planned and did not send was nobody's: it is dealt out to
 * the records, so that they add up to what was planned. */
static void deal_unserved(struct run *run)
{
	const struct plan *plan = run->plan;
	uint64_t unserved = 0, records = 0;

	for (uint64_t i = 0; i < run->thread_count; i++)
		unserved += run->threads[i].unserved;
	for (uint64_t k = 0; k < plan->clients; k++)
		records += took_part(run, client_at(run, k));
	for (uint64_t k = 0; k < plan->clients && unserved > 0; k++) {
		struct client *client = client_at(run, k);
		uint64_t part = records > 0 ? unserved / records : unserved;

		if (!client || (records > 0 && !took_part(run, client)))
			continue;
		stats_skip(&client->stats, part);
		unserved -= part;
		records -= records > 0;
	}
}

/* Writing the files of a million clients takes a while, in which signals are
 * heeded too. */
static void write_clients(struct run *run, const sigset_t *signals)
{
	if (run->plan->open_loop)
		deal_unserved(run);
	for (uint64_t k = 0; k < run->plan->clients; k++) {
		const struct client *client = client_at(run, k);

		if (!took_part(run, client))
			continue;
		int signal = wait_for_signal(signals, 0);
		if (signal == SIGINT || signal == SIGTERM)
			stop(run, signal);
		output_client(run->output, client);
	}
	output_write_logs(run->output, UINT64_MAX);
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

static int verdict(const struct run *run)
{
	if (run->signal != 0)
		return 128 + run->signal;
	if (is_invalid(run))
		return EXIT_INVALID;
	if (counts_get(&run->total.reasons, "wrong answer") > 0)
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
		.threads = plan->threads,
		.plain = settings->no_color,
	};
	int length = snprintf(title, sizeof(title), "stress_client  %s",
	    plan->driver->name);

	if (settings->quiet || !settings->progress)
		return NULL;
	if (plan->servers > 0)
		length += snprintf(title + length,
		    sizeof(title) - (size_t)length, "  %" PRIu64 " server%s",
		    plan->servers, plan->servers == 1 ? "" : "s");
	(void)snprintf(title + length, sizeof(title) - (size_t)length,
	    "  %s client%s", unit_count(clients, plan->clients),
	    plan->clients == 1 ? "" : "s");
	return live_new(&setup);
}

static void release(struct run *run)
{
	for (uint64_t i = 0; i < run->thread_count; i++)
		load_thread_release(&run->threads[i]);
	free(run->threads);
	live_free(run->live);
	generator_clear(&run->generator);
	stats_clear(&run->total);
}

/* A file that may not grow, or a terminal that is gone, is an error like any
 * other and ends no run. Where the results go to a pipe, its end is theirs. */
static void outlive_writing(const struct plan *plan)
{
	sigset_t signals;

	sigemptyset(&signals);
	sigaddset(&signals, SIGXFSZ);
	if (!plan->lines_to_stdout)
		sigaddset(&signals, SIGPIPE);
	pthread_sigmask(SIG_BLOCK, &signals, NULL);
}

int run(struct plan *plan, struct output *output)
{
	struct run run = { .plan = plan, .output = output };
	int code = EXIT_CANNOT;
	struct err err = { "" };
	sigset_t signals;

	/* They are waited for, here and nowhere else. */
	sigemptyset(&signals);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGUSR1);
	pthread_sigmask(SIG_BLOCK, &signals, NULL);
	outlive_writing(plan);

	plan_start(plan);
	run.live = new_display(plan);
	run.from_ns = plan->start_ns;
	if (start_threads(&run, &err) == -1) {
		atomic_store(&run.stopping, true);
		halt(&run);
	}
	conduct(&run, &signals);
	if (join_threads(&run, &err) == -1 || err.text[0] != '\0')
		(void)err_fail(&err, EXIT_CANNOT);
	end_interval(&run, false);
	if (run.live != NULL) {
		live_draw(run.live);
		live_below(run.live);
	}
	write_clients(&run, &signals);
	end_interval(&run, true);
	if (err.text[0] == '\0')
		code = verdict(&run);
	release(&run);
	return code;
}
