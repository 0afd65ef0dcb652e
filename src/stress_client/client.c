#include "stress_client/client.h"

#include "lib/clock.h"
#include "lib/mem.h"
#include "lib/unit.h"
#include "stress_client/load_thread.h"
#include "stress_client/plan.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

/* A client's log stays readable and its size bounded: 200 lines, of which the
 * last two say that there would be more, and the end. */
#define LOG_LINES_MAX 198

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

struct client *client_new(struct load_thread *thread, const struct plan *plan,
    uint64_t k)
{
	struct client *client = mem_new(1, sizeof *client);
	client->thread = thread;
	client->number = plan_client_number(plan, k);
	client->rank = plan_client_rank(plan, k);
	client->user.plan = plan;
	client->user.number = client->number;
	client->user.scratch = thread->scratch;
	client->user.log = log_for_driver;
	client->user.log_context = client;
	rng_init(&client->user.rng, plan->seed,
	    plan->settings->machine_id << 32 | client->number);
	snprintf(client->user.name, sizeof client->user.name,
	    "Machine_%" PRIu64 "_Client_%" PRIu64, plan->settings->machine_id,
	    client->number);
	return client;
}

void client_free(struct client *client)
{
	if (client)
		tally_clear(&client->tally);
	free(client);
}

void client_wake(struct client *client)
{
	if (client->fiber && client->resting)
		fiber_cancel(client->fiber);
}

int client_rest(struct client *client, int64_t moment_ns)
{
	client->resting = true;
	int result = fiber_sleep_until(moment_ns);
	client->resting = false;
	return result;
}

int client_park(struct client *client)
{
	client->resting = true;
	int result = fiber_park(CLOCK_NEVER);
	client->resting = false;
	return result;
}

bool client_goes_on(const struct client *client)
{
	return !atomic_load_explicit(client->thread->stopping,
	    memory_order_relaxed);
}

/* Requests. Text is made on the thread's stack: that of a client that rests
 * stays small. */

/* What a line about a failure tells. */
struct failure {
	struct client *client;
	const struct request *request;
	int64_t service_ns;
};

static void log_failure(void *arg)
{
	const struct failure *failure = arg;
	const struct request *request = failure->request;
	char text[320], duration[UNIT_TEXT];
	snprintf(text, sizeof text,
	    "request %" PRIu64 " FAILED after %s: %s%s%s", request->number,
	    unit_duration(duration, failure->service_ns),
	    request->outcome.reason, request->detail[0] == '\0' ? "" : ": ",
	    request->detail);
	client_log(failure->client, "ERROR", text);
}

static void count(struct client *client, const struct outcome *outcome,
    bool lasting)
{
	tally_record(&client->tally, outcome, lasting);
	load_thread_count(client->thread, outcome, lasting);
}

void user_record(struct user *user, const struct outcome *outcome)
{
	struct client *client = user->log_context;
	struct outcome measured = *outcome;
	measured.response_us = measured.service_us;
	load_thread_started(client->thread);
	count(client, &measured, false);
}

bool user_is_stopped(const struct user *user)
{
	const struct client *client = user->log_context;
	return !client_goes_on(client);
}

void user_connections(struct user *user,
    const struct connections_change *change)
{
	struct client *client = user->log_context;
	load_thread_connections(client->thread, change);
}

int64_t client_send(struct client *client, int64_t planned_ns, int64_t begin_ns,
    bool *ok)
{
	const struct plan *plan = client->user.plan;
	struct request request;
	request.number = ++client->requests;
	/* Runs of the same client begin in different milliseconds, and none
	 * starts 2,048 requests in each: no id is ever used twice. Below 2^53,
	 * so that a reader of JSON in doubles sees it right. */
	request.id = ((uint64_t)plan->start_unix_ms << 11) + request.number;
	request.begin_ns = begin_ns;
	request.outcome = (struct outcome){ .service_us = -1 };
	request.detail[0] = '\0';

	load_thread_started(client->thread);
	plan->driver->request(&client->user, &request);
	int64_t end_ns = clock_now_ns();

	struct outcome *outcome = &request.outcome;
	if (outcome->service_us < 0)
		outcome->service_us = (end_ns - begin_ns) / NS_PER_US;
	outcome->response_us =
	    outcome->service_us + (begin_ns - planned_ns) / NS_PER_US;
	count(client, outcome, outcome->server != request.server);
	*ok = !outcome->reason;
	if (!*ok && client->log_lines <= LOG_LINES_MAX)
		fiber_call(log_failure,
		    &(struct failure){ client, &request, end_ns - begin_ns });
	return end_ns;
}

/* Its life */

static void log_start(void *arg)
{
	struct client *client = arg;
	const struct plan *plan = client->user.plan;
	char text[160];
	snprintf(text, sizeof text, "start: %s, driver %s, run %s",
	    client->user.name, plan->driver->name, plan->run_id);
	client_log(client, "INFO", text);
}

static void log_end(void *arg)
{
	struct client *client = arg;
	const struct stats *stats = &client->tally.stats;
	char text[160];
	snprintf(text, sizeof text,
	    "end: %" PRIu64 " requests, %" PRIu64 " ok, %" PRIu64 " failed, "
	    "%" PRIu64 " not sent, %" PRIu64 " retries",
	    stats->sent, stats->ok, stats->failed, stats->skipped,
	    stats->retries);
	load_thread_log(client->thread, client->number, "INFO", text);
}

void client_begin(struct client *client)
{
	const struct driver *driver = client->user.plan->driver;
	if (client->begun)
		return;
	client->begun = true;
	fiber_call(log_start, client);
	if (driver->open)
		driver->open(&client->user);
}

static void live(void *arg)
{
	struct client *client = arg;
	const struct plan *plan = client->user.plan;
	if (plan->open_loop)
		client_live_open(client);
	else
		client_live_closed(client);
	if (client->begun && plan->driver->close)
		plan->driver->close(&client->user);

	tally_settle(&client->tally);
	if (client->requests < plan->requests) {
		uint64_t left = plan->requests - client->requests;
		stats_skip(&client->tally.stats, left);
		load_thread_skip(client->thread, left);
	}
	client->end_ns = clock_now_ns();
	if (client->begun)
		fiber_call(log_end, client);
	client->fiber = NULL;
	load_thread_client_ended(client->thread, client);
}

int client_start(struct client *client, struct loop *loop)
{
	client->fiber = fiber_spawn(loop, live, client);
	return client->fiber ? 0 : -1;
}
