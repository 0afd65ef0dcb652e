/* driver_tonk.c - clients of a relay for automerge's documents, such as Tonk's:
 * they join, write true changes to a document that all share, say ephemeral
 * things, and measure when the others see and hear them. */
#include "stress_client/tonk.h"

#include "lib/clock.h"
#include "lib/mem.h"
#include "stress_client/plan.h"

#include <errno.h>
#include <openssl/sha.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* How often who waits for all others looks whether they have heard. */
#define LOOK_FIRST_NS (NS_PER_MS / 2)
#define LOOK_LAST_NS  (20 * NS_PER_MS)

/* As good as for ever. */
#define PAUSE_MAX_NS (720 * 3600 * 1e9)

enum ops_per { OPS_PER_CLIENT, OPS_PER_MACHINE };

#define ROW(flag, kind, member, ...)                                           \
	WS_ROW(flag, kind, struct tonk_settings, member, __VA_ARGS__)

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
	    .to = "1M", .help = "length of what a broadcast says, at least 40"),
	ROW("seen-timeout", OPTION_TIME, seen_timeout_ns, .fallback = "10s",
	    .from = "10ms", .to = "1h",
	    .help = "what has not come to a client so long after it was "
	            "written never comes"),
	ROW("settle", OPTION_TIME, settle_ns, .fallback = "5s", .from = "0",
	    .to = "1h",
	    .help = "how long clients wait at the end until they have seen "
	            "all changes"),
	WS_ROWS(struct tonk_settings, ws),
};

static const char *const operation_names[] = {
	[TONK_CHANGE] = "change",
	[TONK_BROADCAST] = "broadcast",
	[TONK_PING] = "ping",
	[TONK_LOOKUP] = "lookup",
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

	if (missed.messages > 0)
		user_connections(tonk->session.user,
		    &(struct connections_change){ .missed = missed.messages });
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
	outcome->operation = operation_names[operation];
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
	struct outcome outcome = {
		.operation = "converge",
		.server = tonk->session.link.target->address.text,
	};

	while (tonk_ledger_due(ledger, tonk->listener) > 0 &&
	       clock_now_ns() < deadline_ns && tonk->session.joined) {
		/* The one before may have left. */
		if (!tonk->asked &&
		    tonk_ledger_is_scribe(ledger, tonk->listener))
			tonk_ask(tonk);
		if (fiber_sleep_until(clock_now_ns() + look_ns) < 0)
			return;
		if (look_ns < LOOK_LAST_NS)
			look_ns += look_ns / 4;
	}
	size_t due = tonk_ledger_due(ledger, tonk->listener);
	if (due > 0 || !tonk->session.joined) {
		outcome.reason = "out of sync";
		user_log(tonk->session.user,
		    "at the end %zu changes have not come to it", due);
	}
	outcome.service_us = (clock_now_ns() - begin_ns) / NS_PER_US;
	ws_session_count(&tonk->session, &outcome);
	user_record(tonk->session.user, &outcome);
}

static void close_user(struct user *user)
{
	struct tonk *tonk = user->state;
	if (tonk->shared->until[TONK_CHANGE] > 0 &&
	    tonk->shared->settings->settle_ns > 0)
		converge(tonk);
	tonk_ledger_leave(tonk->shared->ledger, tonk->listener);
	ws_session_close(&tonk->session);
	buf_release(&tonk->heads);
	free(tonk);
	user->state = NULL;
}

/* Before the run */

static int read_operation(struct tonk_shared *shared, const char *item,
    struct err *err)
{
	size_t length = strcspn(item, "=");
	double weight = 1;
	char *end = NULL;

	if (item[length] == '=') {
		weight = strtod(item + length + 1, &end);
		if (*end || end == item + length + 1 || !(weight >= 0) ||
		    weight > 1e9)
			return err_set(err,
			    "--operations '%s': the weight is not a number",
			    item);
	}
	for (size_t i = 0; i < TONK_OPERATIONS; i++)
		if (strlen(operation_names[i]) == length &&
		    strncmp(operation_names[i], item, length) == 0) {
			shared->until[i] = weight;
			return 0;
		}
	return err_set(err,
	    "--operations '%s': there are change, broadcast, ping and lookup",
	    item);
}

static int read_operations(struct tonk_shared *shared, struct err *err)
{
	const struct text_list *list = &shared->settings->operations;
	if (list->count == 0)
		shared->until[TONK_CHANGE] = 1;
	for (size_t i = 0; i < list->count; i++)
		if (read_operation(shared, list->items[i], err) < 0)
			return -1;
	for (size_t i = 1; i < TONK_OPERATIONS; i++)
		shared->until[i] += shared->until[i - 1];
	if (shared->until[TONK_OPERATIONS - 1] > 0)
		return 0;
	return err_set(err, "--operations leaves nothing to do");
}

static int choose_document(struct tonk_shared *shared, const struct plan *plan,
    struct err *err)
{
	const char *given = shared->settings->document;
	uint8_t hash[SHA256_DIGEST_LENGTH];

	SHA256((const uint8_t *)plan->run_id, strlen(plan->run_id), hash);
	if (!given) {
		document_id_write(shared->document, hash);
		return 0;
	}
	if (document_id_read(hash, given, strlen(given)) < 0)
		return err_set(err,
		    "--document '%s' is no document id (base58, with its "
		    "checksum)",
		    given);
	snprintf(shared->document, sizeof shared->document, "%s", given);
	return 0;
}

/* Whose monotonic clock it is. */
static uint64_t host_name(void)
{
	char text[64] = "";
	uint8_t hash[SHA256_DIGEST_LENGTH];
	uint64_t name;
	FILE *file = fopen("/proc/sys/kernel/random/boot_id", "r");
	if (file) {
		if (!fgets(text, sizeof text, file))
			text[0] = '\0';
		fclose(file);
	}
	SHA256((const uint8_t *)text, strlen(text), hash);
	memcpy(&name, hash, sizeof name);
	return text[0] ? name : rng_system_seed();
}

/* Pauses about as long as the operations of a minute leave, from none to twice
 * that. */
static void pace(struct tonk_shared *shared, struct plan *plan)
{
	uint64_t per_minute = shared->settings->ops_per_minute;
	struct settings *general = &shared->general;
	double clients = 1;

	*general = *plan->settings;
	plan->settings = general;
	if (shared->settings->ops_per == OPS_PER_MACHINE)
		clients =
		    (double)general->num_clients / (double)general->machines;
	double longest_ns = PAUSE_MAX_NS;
	if (per_minute > 0)
		longest_ns = 2 * 60.0 * (double)NS_PER_SECOND * clients /
		             (double)per_minute;
	if (longest_ns > PAUSE_MAX_NS)
		longest_ns = PAUSE_MAX_NS;
	general->max_delay_ns = (int64_t)longest_ns;
	general->min_delay_ns = per_minute > 0 ? 0 : general->max_delay_ns;
}

static void release(struct plan *plan)
{
	struct tonk_shared *shared = plan->driver_state;
	if (!shared)
		return;
	ws_targets_release(&shared->targets);
	tonk_ledger_free(shared->ledger);
	free(shared);
	plan->driver_state = NULL;
}

static int prepare(struct plan *plan, struct err *err)
{
	struct tonk_shared *shared = mem_new(1, sizeof *shared);

	plan->driver_state = shared;
	shared->settings = plan->driver_values;
	plan->descriptors = 1;
	if (read_operations(shared, err) < 0 ||
	    choose_document(shared, plan, err) < 0 ||
	    ws_targets_init(&shared->targets, &plan->settings->url,
	        &shared->settings->ws, err) < 0)
		return -1;
	plan->servers = shared->targets.count;
	shared->ledger = tonk_ledger_new(plan->clients);
	shared->host = host_name();
	shared->process = rng_system_seed();
	if (options_given(plan->options, "ops-per-minute"))
		pace(shared, plan);
	return 0;
}

extern const struct driver driver_tonk;
const struct driver driver_tonk = {
	.name = "tonk",
	.help = "Tonk: clients of a relay for automerge's documents",
	.options = rows,
	.option_count = sizeof rows / sizeof *rows,
	.values_size = sizeof(struct tonk_settings),
	.holds = true,
	.prepare = prepare,
	.release = release,
	.open = open_user,
	.request = request,
	.close = close_user,
};
