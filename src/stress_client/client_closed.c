/* client_closed.c - a closed loop: each client sends one request after another
 * and rests between them, as long as the load has room for it. */
#include "stress_client/client.h"

#include "lib/clock.h"
#include "stress_client/load_thread.h"
#include "stress_client/plan.h"
#include "stress_client/think.h"

/* Requests in a row, without a pause, before the others get their turn. */
#define BURST 64

/* Rests until a planned start and returns the time then. */
static int64_t rest_until(struct client *client, int64_t moment_ns)
{
	int woken = client_rest(client, moment_ns);
	int64_t now_ns = clock_now_ns();
	if (woken == 0 && moment_ns < client->user.plan->end_ns)
		load_thread_lag(client->thread, now_ns - moment_ns);
	return now_ns;
}

static bool goes_on(const struct client *client, int64_t now_ns)
{
	const struct plan *plan = client->user.plan;
	return (plan->requests == 0 || client->requests < plan->requests) &&
	       now_ns < plan->end_ns && client_goes_on(client);
}

/* When the load has room for it again. */
static int64_t next_place(const struct client *client, int64_t now_ns)
{
	const struct plan *plan = client->user.plan;
	int64_t at_ns = phases_above(&plan->load, (double)client->rank,
	    now_ns - plan->start_ns);
	return at_ns == CLOCK_NEVER ? plan->end_ns : plan->start_ns + at_ns;
}

/* Rests while the load has no room for it. Its connection stays as it is. */
static int64_t wait_for_place(struct client *client, int64_t now_ns)
{
	const struct plan *plan = client->user.plan;
	while (!plan->steady && goes_on(client, now_ns) &&
	       phases_load(&plan->load, now_ns - plan->start_ns) <=
	           (double)client->rank)
		now_ns = rest_until(client, next_place(client, now_ns));
	return now_ns;
}

static void send_requests(struct client *client, int64_t now_ns)
{
	const struct plan *plan = client->user.plan;
	while (goes_on(client, now_ns)) {
		bool ok;
		client_begin(client);
		now_ns = client_send(client, now_ns, now_ns, &ok);
		int64_t pause_ns =
		    think_time_ns(plan->settings, &client->user.rng, ok);
		if (client->requests == plan->requests)
			break;
		if (pause_ns >= plan->end_ns - now_ns)
			break;
		if (pause_ns > 0) {
			now_ns = rest_until(client, now_ns + pause_ns);
		} else if (client->requests % BURST == 0) {
			fiber_yield();
			now_ns = clock_now_ns();
		}
		now_ns = wait_for_place(client, now_ns);
	}
}

/* The moment of its first request: the clients of all processes are spread
 * evenly over the ramp. Those that only a higher load has room for come with
 * it. */
static int64_t first_moment(const struct client *client)
{
	const struct plan *plan = client->user.plan;
	const struct settings *settings = plan->settings;
	double place = (double)client->rank / (double)settings->num_clients;
	if (place >= 1)
		return plan->start_ns;
	int64_t moment_ns =
	    plan->start_ns + (int64_t)(place * (double)settings->ramp_ns);
	return moment_ns < plan->end_ns ? moment_ns : plan->end_ns;
}

/* Until the end of the run, when it has one. */
static void stay(struct client *client)
{
	const struct plan *plan = client->user.plan;
	if (plan->driver->holds && plan->end_ns != CLOCK_NEVER &&
	    client->begun && client_goes_on(client))
		client_rest(client, plan->end_ns);
}

void client_live_closed(struct client *client)
{
	int64_t now_ns = rest_until(client, first_moment(client));
	now_ns = wait_for_place(client, now_ns);
	send_requests(client, now_ns);
	stay(client);
}
