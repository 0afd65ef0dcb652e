/* client.c - see client.h. */
#include "stress_client/client.h"

#include "lib/clock.h"
#include "lib/unit.h"
#include "stress_client/load_thread.h"
#include "stress_client/plan.h"

#include <inttypes.h>
#include <stdio.h>

/* Requests in a row, without a pause, before the others get their turn. */
#define BURST 64

/* After a failure a client rests at least this long, more or less by half, so
 * that a target that refuses everything is not hammered. */
#define FAILURE_PAUSE_NS (100 * NS_PER_MS)

/* A client's log stays readable and its size bounded. */
#define LOG_LINES_MAX 200

static void client_log(struct client *client, const char *level,
    const char *text)
{
	if (client->log_lines > LOG_LINES_MAX)
		return;
	if (++client->log_lines > LOG_LINES_MAX)
		text = "more than can be told here; from now on only counted";
	load_thread_log(client->thread, client->number, level, text);
}

static void log_for_driver(void *context, const char *text)
{
	client_log(context, "WARN", text);
}

void client_init(struct client *client, const struct plan *plan, uint64_t k)
{
	client->number = plan_client_number(plan, k);
	client->user.plan = plan;
	client->user.log = log_for_driver;
	client->user.log_context = client;
	rng_init(&client->user.rng, plan->seed,
	    plan->settings->machine_id << 32 | client->number);
	(void)snprintf(client->user.name, sizeof(client->user.name),
	    "Machine_%" PRIu64 "_Client_%" PRIu64, plan->settings->machine_id,
	    client->number);
}

void client_release(struct client *client)
{
	stats_clear(&client->stats);
}

void client_wake(struct client *client)
{
	if (client->fiber != NULL && client->resting)
		fiber_cancel(client->fiber);
}

/* Rests until `moment` and returns the time then. */
static int64_t rest_until(struct client *client, int64_t moment_ns)
{
	int64_t now_ns;
	int cancelled;

	client->resting = true;
	cancelled = fiber_sleep_until(moment_ns);
	client->resting = false;
	now_ns = clock_now_ns();
	if (!cancelled)
		load_thread_lag(client->thread, now_ns - moment_ns);
	return now_ns;
}

static void log_failure(struct client *client, const struct request *request,
    int64_t service_ns)
{
	char text[320], duration[UNIT_TEXT];

	(void)snprintf(text, sizeof(text),
	    "request %" PRIu64 " FAILED after %s: %s%s%s", request->number,
	    unit_duration(duration, service_ns), request->outcome.reason,
	    request->detail[0] == '\0' ? "" : ": ", request->detail);
	client_log(client, "ERROR", text);
}

static void count_started(struct load_thread *thread)
{
	atomic_store_explicit(&thread->started,
	    atomic_load_explicit(&thread->started, memory_order_relaxed) + 1,
	    memory_order_relaxed);
}

void user_record(struct user *user, const struct outcome *outcome)
{
	struct client *client = user->log_context;
	struct outcome measured = *outcome;

	measured.response_us = measured.service_us;
	count_started(client->thread);
	stats_record(&client->stats, &measured);
	load_thread_count(client->thread, &measured);
}

/* One request that begins now; returns the moment of its end. */
static int64_t send_one(struct client *client, int64_t begin_ns, bool *ok)
{
	struct load_thread *thread = client->thread;
	const struct plan *plan = client->user.plan;
	struct request request;
	int64_t end_ns;

	request.number = client->stats.sent + 1;
	/* Runs of the same client begin in different milliseconds, and none
	 * starts 2,048 requests in each: no id is ever used twice. Below 2^53,
	 * so that a reader of JSON in doubles sees it right. */
	request.id = ((uint64_t)plan->start_unix_ms << 11) + request.number;
	request.outcome = (struct outcome){ .service_us = -1 };
	request.detail[0] = '\0';

	count_started(thread);
	plan->driver->request(&client->user, &request);
	end_ns = clock_now_ns();

	/* In a closed loop the plan is to send when the client is ready. */
	if (request.outcome.service_us < 0)
		request.outcome.service_us = (end_ns - begin_ns) / NS_PER_US;
	request.outcome.response_us = request.outcome.service_us;
	stats_record(&client->stats, &request.outcome);
	load_thread_count(thread, &request.outcome);
	*ok = request.outcome.reason == NULL;
	if (!*ok)
		log_failure(client, &request, end_ns - begin_ns);
	return end_ns;
}

static int64_t pause_after(struct client *client, bool ok)
{
	const struct settings *settings = client->user.plan->settings;
	int64_t range = settings->max_delay_ns - settings->min_delay_ns;
	int64_t pause = settings->min_delay_ns;

	if (range > 0)
		pause += (int64_t)(rng_unit(&client->user.rng) * (double)range);
	if (!ok && pause < FAILURE_PAUSE_NS)
		pause = (int64_t)((0.5 + rng_unit(&client->user.rng)) *
		                  (double)FAILURE_PAUSE_NS);
	return pause;
}

static bool goes_on(const struct client *client, int64_t now_ns)
{
	const struct plan *plan = client->user.plan;

	return (plan->requests == 0 || client->stats.sent < plan->requests) &&
	       now_ns < plan->end_ns &&
	       !atomic_load_explicit(client->thread->stopping,
	           memory_order_relaxed);
}

static void send_requests(struct client *client)
{
	const struct plan *plan = client->user.plan;
	int64_t now_ns = clock_now_ns();

	while (goes_on(client, now_ns)) {
		bool ok;
		int64_t pause_ns;

		now_ns = send_one(client, now_ns, &ok);
		pause_ns = pause_after(client, ok);
		if (client->stats.sent == plan->requests)
			break;
		if (pause_ns >= plan->end_ns - now_ns)
			break;
		if (pause_ns > 0) {
			now_ns = rest_until(client, now_ns + pause_ns);
		} else if (client->stats.sent % BURST == 0) {
			(void)fiber_yield();
			now_ns = clock_now_ns();
		}
	}
}

static void log_start(struct client *client)
{
	const struct plan *plan = client->user.plan;
	char text[160];

	(void)snprintf(text, sizeof(text), "start: %s, driver %s, run %s",
	    client->user.name, plan->driver->name, plan->run_id);
	client_log(client, "INFO", text);
}

static void log_end(struct client *client)
{
	const struct stats *stats = &client->stats;
	char text[160];

	(void)snprintf(text, sizeof(text),
	    "end: %" PRIu64 " requests, %" PRIu64 " ok, %" PRIu64 " failed, "
	    "%" PRIu64 " not sent, %" PRIu64 " retries",
	    stats->sent, stats->ok, stats->failed, stats->skipped,
	    stats->retries);
	load_thread_log(client->thread, client->number, "INFO", text);
}

static int64_t earlier(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/* The moment of its first request: the clients of all processes are spread
 * evenly over the ramp. */
static int64_t first_moment(const struct client *client)
{
	const struct plan *plan = client->user.plan;
	double place =
	    (double)(client->number - 1) / (double)plan->settings->num_clients;

	return plan->start_ns +
	       (int64_t)(place * (double)plan->settings->ramp_ns);
}

static void live(void *arg)
{
	struct client *client = arg;
	const struct plan *plan = client->user.plan;
	const struct driver *driver = plan->driver;

	(void)rest_until(client, earlier(first_moment(client), plan->end_ns));
	log_start(client);
	if (driver->open != NULL)
		driver->open(&client->user);
	send_requests(client);
	if (driver->close != NULL)
		driver->close(&client->user);

	if (client->stats.sent < plan->requests) {
		stats_skip(&client->stats, plan->requests - client->stats.sent);
		load_thread_skip(client->thread,
		    plan->requests - client->stats.sent);
	}
	client->end_ns = clock_now_ns();
	log_end(client);
	client->fiber = NULL;
	load_thread_client_ended(client->thread);
}

int client_start(struct client *client, struct loop *loop)
{
	client->user.scratch = client->thread->scratch;
	client->fiber = fiber_spawn(loop, live, client);
	return client->fiber == NULL ? -1 : 0;
}
