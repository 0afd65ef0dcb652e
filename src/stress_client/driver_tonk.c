/* driver_tonk.c - clients of a relay for automerge's documents, such as Tonk's:
 * they join, write true changes to a document that all share, say ephemeral
 * things, and measure when the others see and hear them. */
#include "stress_client/tonk.h"

#include "lib/clock.h"
#include "lib/mem.h"
#include "stress_client/plan.h"
#include "stress_client/ws_check.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* How often who waits for all others looks whether they have heard. */
#define LOOK_FIRST_NS (NS_PER_MS / 2)
#define LOOK_LAST_NS  (20 * NS_PER_MS)

#define ROW(...) OPTION_ROW(struct tonk_settings, __VA_ARGS__)

static const struct option rows[] = {
	ROW("document", OPTION_TEXT, document, .words = "ID",
	    .help = "the shared document; default: one that follows from the "
	            "run's id"),
	ROW("operations", OPTION_LIST, operations, .words = "NAME=WEIGHT",
	    .help = "what clients do how often: change, broadcast, ping, "
	            "lookup; default: only changes"),
	ROW("ops-per-minute", OPTION_COUNT, ops_per_minute, .to = "6M",
	    .help = "about so many operations, at random moments; 0: none; "
	            "default: as --min-delay-ms and --max-delay-ms say"),
	ROW("ops-per", OPTION_CHOICE, ops_per, .fallback = "client",
	    .words = "client|machine",
	    .help = "whose operations these are: each client's, or those of "
	            "the clients of a machine together"),
	ROW("listeners", OPTION_CHOICE, listeners, .fallback = "answering",
	    .words = "answering|silent",
	    .help = "whether clients answer what the relay tells them of the "
	            "document, as users' clients do, or only read it"),
	ROW("message-bytes", OPTION_BYTES, message_bytes, .fallback = "64",
	    .from = "40", .to = "1M",
	    .help = "length of what a broadcast says"),
	ROW("seen-timeout", OPTION_TIME, seen_timeout_ns, .fallback = "10s",
	    .from = "10ms", .to = "1h",
	    .help = "what has not come to a client so long after it was "
	            "written never comes"),
	ROW("settle", OPTION_TIME, settle_ns, .fallback = "5s", .from = "0",
	    .to = "1h",
	    .help = "how long clients wait at the end until they have seen "
	            "all changes; 0: not at all, and nothing is verified"),
	WS_ROWS(struct tonk_settings, ws),
};

/* Requests */

static enum tonk_operation choose(struct tonk *tonk)
{
	const double *until = tonk->shared->until;
	double place =
	    rng_unit(&tonk->session.user->rng) * until[TONK_OPERATIONS - 1];
	size_t i = 0;
	while (i + 1 < TONK_OPERATIONS && until[i] <= place)
		i++;
	return (enum tonk_operation)i;
}

/* A relay from which nothing comes at all is taken for dead. */
static void time_out(struct tonk *tonk, int error)
{
	const struct tonk_settings *settings = tonk->shared->settings;
	tonk->awaited = TONK_NOTHING;
	tonk->answered_ns = clock_now_ns();
	tonk->reason = error == ECANCELED ? "interrupted" : "request timed out";
	if (error != ECANCELED &&
	    tonk->answered_ns - tonk->heard_ns >= settings->ws.reply_timeout_ns)
		ws_session_give_up(&tonk->session, tonk->reason);
}

static void await(struct tonk *tonk, int64_t deadline_ns)
{
	while (tonk->awaited != TONK_NOTHING)
		if (ws_session_doze(&tonk->session, deadline_ns) < 0) {
			time_out(tonk, errno);
			return;
		}
}

/* Until all the others of this process have heard it. */
static void await_all(struct tonk *tonk, uint64_t number, int64_t deadline_ns)
{
	int64_t look_ns = LOOK_FIRST_NS;
	while (!tonk_ledger_all_heard(tonk->shared->ledger, number,
	    &tonk->answered_ns)) {
		if (clock_now_ns() >= deadline_ns) {
			tonk->reason = "not heard by all";
			return;
		}
		if (fiber_sleep_until(clock_now_ns() + look_ns) < 0) {
			tonk->reason = "interrupted";
			return;
		}
		if (!tonk->session.joined && tonk->session.reason) {
			tonk->reason = tonk->session.reason;
			return;
		}
		if (look_ns < LOOK_LAST_NS)
			look_ns += look_ns / 4;
	}
}

static void send_ping(struct tonk *tonk)
{
	tonk->token++;
	tonk->awaited = TONK_PONG;
	ws_link_send(&tonk->session.link, WEBSOCKET_PING, &tonk->token,
	    sizeof tonk->token);
}

/* What is said, made on the thread's own stack. */
struct speech {
	struct tonk *tonk;
	enum tonk_operation operation;
	uint64_t number;
};

static void speak(void *arg)
{
	struct speech *speech = arg;
	struct tonk *tonk = speech->tonk;
	switch (speech->operation) {
	case TONK_CHANGE:
		if (tonk_send_change(tonk) < 0)
			tonk_settle(tonk, "out of memory");
		break;
	case TONK_BROADCAST:
		speech->number = tonk_send_broadcast(tonk);
		break;
	case TONK_LOOKUP:
		tonk_send_lookup(tonk);
		break;
	case TONK_PING:
	case TONK_OPERATIONS:
		send_ping(tonk);
		break;
	}
}

static void operate(struct tonk *tonk, enum tonk_operation operation,
    struct outcome *outcome)
{
	const struct tonk_settings *settings = tonk->shared->settings;
	struct speech speech = { .tonk = tonk, .operation = operation };
	int64_t begin_ns = clock_now_ns();

	tonk->reason = NULL;
	tonk->answered_ns = begin_ns;
	fiber_call(speak, &speech);
	if (operation == TONK_BROADCAST)
		await_all(tonk, speech.number,
		    begin_ns + settings->seen_timeout_ns);
	else
		await(tonk, begin_ns + settings->ws.reply_timeout_ns);
	outcome->reason = tonk->reason;
	if (!tonk->reason)
		outcome->service_us =
		    (tonk->answered_ns - begin_ns) / NS_PER_US;
}

/* What has never come is a failure of the operation that it was to be. */
static void tell_missed(struct tonk *tonk, int64_t before_ns)
{
	const struct tonk_settings *settings = tonk->shared->settings;
	struct tonk_missed missed =
	    tonk_ledger_expire(tonk->shared->ledger, before_ns);
	struct outcome outcome = {
		.server = tonk->session.link.target->address.text,
		.service_us = settings->seen_timeout_ns / NS_PER_US,
	};

	uint64_t all = missed.messages + missed.changes;
	if (all > 0)
		user_connections(tonk->session.user,
		    &(struct connections_change){ .missed = all });
	outcome.operation = "propagation";
	outcome.reason = "not seen";
	for (uint64_t i = 0; i < missed.changes; i++)
		user_record(tonk->session.user, &outcome);
	outcome.operation = "ephemeral";
	outcome.reason = "not heard";
	for (uint64_t i = 0; i < missed.messages; i++)
		user_record(tonk->session.user, &outcome);
}

/* A client's first request is to join: so that many who come at once do not
 * write at once. */
static void join_first(struct tonk *tonk, struct outcome *outcome)
{
	const struct ws_session *session = &tonk->session;
	tonk->begun = true;
	outcome->operation = "join";
	outcome->reason = session->first_join_reason;
	outcome->service_us = session->first_join_us;
}

static void request(struct user *user, struct request *request)
{
	struct tonk *tonk = user->state;
	const struct tonk_settings *settings = tonk->shared->settings;
	struct outcome *outcome = &request->outcome;
	int64_t now_ns = clock_now_ns();

	outcome->server = tonk->session.link.target->address.text;
	if (!tonk->begun) {
		join_first(tonk, outcome);
		return;
	}
	tell_missed(tonk, now_ns - settings->seen_timeout_ns);
	enum tonk_operation operation = choose(tonk);
	outcome->operation = tonk_operation_names[operation];
	if (ws_session_wait(&tonk->session,
	        now_ns + settings->ws.reply_timeout_ns, &outcome->reason) < 0) {
		snprintf(request->detail, sizeof request->detail,
		    "there is no connection");
		return;
	}
	operate(tonk, operation, outcome);
	ws_session_end(&tonk->session, outcome);
}

static void open_user(struct user *user)
{
	struct tonk_shared *shared = user->plan->driver_state;
	struct tonk *tonk = mem_new(1, sizeof *tonk);

	user->state = tonk;
	tonk->shared = shared;
	tonk->listener = tonk_ledger_enter(shared->ledger);
	tonk->session.user = user;
	tonk->session.settings = &shared->settings->ws;
	tonk->session.protocol = &tonk_protocol;
	tonk->session.first_join_is_ours = true;
	tonk->session.link.target =
	    ws_targets_choose(&shared->targets, user->number);
	ws_session_open(&tonk->session);
}

/* At the end: whether it has seen all changes that its process knows of. */
static void converge(struct tonk *tonk)
{
	struct tonk_ledger *ledger = tonk->shared->ledger;
	int64_t begin_ns = clock_now_ns();
	int64_t deadline_ns = begin_ns + tonk->shared->settings->settle_ns;
	int64_t look_ns = LOOK_FIRST_NS;
	const char *reason;
	struct outcome outcome = {
		.operation = "converge",
		.server = tonk->session.link.target->address.text,
	};

	/* Who is just coming again gets the time for it. */
	while (ws_session_wait(&tonk->session, deadline_ns, &reason) == 0 &&
	       tonk_ledger_due(ledger, tonk->listener) > 0 &&
	       clock_now_ns() < deadline_ns) {
		if (user_is_stopped(tonk->session.user))
			return;
		/* The one before may have left. */
		if (!tonk->asked &&
		    tonk_ledger_is_scribe(ledger, tonk->listener))
			tonk_ask(tonk);
		if (fiber_sleep_until(clock_now_ns() + look_ns) < 0)
			return;
		if (look_ns < LOOK_LAST_NS)
			look_ns += look_ns / 4;
	}
	if (user_is_stopped(tonk->session.user))
		return;
	size_t due = tonk_ledger_due(ledger, tonk->listener);
	if (due > 0 || !tonk->session.joined) {
		outcome.reason = "out of sync";
		user_log(tonk->session.user,
		    "at the end %zu changes have not come to it", due);
		user_connections(tonk->session.user,
		    &(struct connections_change){ .missed = due });
	}
	outcome.service_us = (clock_now_ns() - begin_ns) / NS_PER_US;
	ws_session_end(&tonk->session, &outcome);
	user_record(tonk->session.user, &outcome);
}

static void close_user(struct user *user)
{
	struct tonk *tonk = user->state;
	bool settles = tonk->shared->until[TONK_CHANGE] > 0 &&
	               tonk->shared->settings->settle_ns > 0;
	if (settles && !user_is_stopped(user))
		converge(tonk);
	tonk_ledger_leave(tonk->shared->ledger, tonk->listener);
	ws_session_close(&tonk->session);
	bool last = tonk_ledger_exit(tonk->shared->ledger,
	    clock_now_ns() >= user->plan->end_ns);
	/* Each of several relays answers for what it has acknowledged itself.
	 */
	if (settles && last && tonk->shared->targets.count == 1 &&
	    !user_is_stopped(user))
		tonk_verify(tonk);
	buf_release(&tonk->heads);
	free(tonk);
	user->state = NULL;
}

static int check(struct plan *plan)
{
	const struct tonk_shared *shared = plan->driver_state;
	return ws_check(&shared->targets, &shared->settings->ws);
}

extern const struct driver driver_tonk;
const struct driver driver_tonk = {
	.name = "tonk",
	.help = "Tonk: clients of a relay for automerge's documents",
	.options = rows,
	.option_count = sizeof rows / sizeof *rows,
	.values_size = sizeof(struct tonk_settings),
	.holds = true,
	.prepare = tonk_prepare,
	.release = tonk_release,
	.check = check,
	.open = open_user,
	.request = request,
	.close = close_user,
};
