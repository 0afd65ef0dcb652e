/* driver_ws.c - any WebSocket server: messages and their answers, or pings and
 * their pongs, over a connection that each client holds. */
#include "stress_client/ws_session.h"

#include "lib/clock.h"
#include "lib/infile.h"
#include "lib/mem.h"
#include "lib/rng.h"
#include "stress_client/plan.h"
#include "stress_client/ws_check.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PAYLOAD_MAX ((size_t)64 << 20)

struct ws_values {
	struct ws_settings ws;
	char *payload, *payload_file, *payload_hex, *expect;
	int frame;
	double ping_share;
};

enum frame { FRAME_TEXT, FRAME_BINARY };

enum expect { EXPECT_ECHO, EXPECT_CONTAINS, EXPECT_ANY, EXPECT_NONE };

#define ROW(...) OPTION_ROW(struct ws_values, __VA_ARGS__)

static const struct option rows[] = {
	ROW("payload", OPTION_TEXT, payload, .words = "TEXT",
	    .help = "what every message says; default: ringstorm"),
	ROW("payload-file", OPTION_TEXT, payload_file, .words = "FILE",
	    .help = "whose content every message is"),
	ROW("payload-hex", OPTION_TEXT, payload_hex, .words = "HEX",
	    .help = "the bytes of every message"),
	ROW("frame", OPTION_CHOICE, frame, .fallback = "text",
	    .words = "text|binary", .help = "kind of every message"),
	ROW("expect", OPTION_TEXT, expect, .fallback = "echo",
	    .words = "'echo|any|none|contains TEXT'",
	    .help = "the right answer: the message itself, any, none is "
	            "waited for, or one with the text in it"),
	ROW("ping-share", OPTION_SHARE, ping_share, .fallback = "0%",
	    .to = "100%",
	    .help = "so many of the requests are pings, each an operation "
	            "ping"),
	WS_ROWS(struct ws_values, ws),
};

/* The same for all clients. */
struct shared {
	const struct ws_values *values;
	struct ws_targets targets;
	struct buf payload;
	enum expect expect;
	const char *text; /* that an answer contains */
};

/* What a client waits for. */
enum awaited { NOTHING, ANSWER, PONG, SENT };

struct state {
	struct ws_session session; /* first */
	const struct shared *shared;
	enum awaited awaited;
	uint64_t pings;     /* so far: the payload of the last one */
	const char *reason; /* why what was awaited is no success */
};

static enum websocket_opcode opcode(const struct shared *shared)
{
	return shared->values->frame == FRAME_TEXT ? WEBSOCKET_TEXT
	                                           : WEBSOCKET_BINARY;
}

/* Answers */

static bool contains(const struct websocket_message *message, const char *text)
{
	size_t length = strlen(text);
	const uint8_t *at = message->data;
	const uint8_t *end = at + message->length;
	while ((size_t)(end - at) >= length) {
		if (memcmp(at, text, length) == 0)
			return true;
		at = memchr(at + 1, text[0], (size_t)(end - at - 1));
		if (!at)
			break;
	}
	return false;
}

static bool is_right(const struct shared *shared,
    const struct websocket_message *message)
{
	const struct buf *payload = &shared->payload;
	if (shared->expect == EXPECT_CONTAINS)
		return contains(message, shared->text);
	return shared->expect != EXPECT_ECHO ||
	       (message->type == opcode(shared) &&
	           message->length == payload->length &&
	           memcmp(message->data, payload->data, payload->length) == 0);
}

static void settle(struct state *state, const char *reason)
{
	state->awaited = NOTHING;
	state->reason = reason;
	ws_session_wake(&state->session);
}

/* What nobody waits for - what others say in a chat, the pong to a ping that
 * was given up - is passed over. */
static void take_message(struct ws_session *session,
    const struct websocket_message *message)
{
	struct state *state = (struct state *)session;
	if (message->type == WEBSOCKET_PONG) {
		if (state->awaited == PONG &&
		    message->length == sizeof state->pings &&
		    memcmp(message->data, &state->pings, sizeof state->pings) ==
		        0)
			settle(state, NULL);
		return;
	}
	if (state->awaited == ANSWER)
		settle(state,
		    is_right(state->shared, message) ? NULL : "wrong answer");
}

static void take_loss(struct ws_session *session,
    const struct ws_failure *failure)
{
	struct state *state = (struct state *)session;
	if (state->awaited != NOTHING)
		settle(state, failure->reason);
}

static const struct ws_protocol protocol = {
	.message = take_message,
	.lost = take_loss,
};

/* Requests */

/* What is left of it in our own memory is not sent. */
static void settle_sent(struct state *state)
{
	if (state->awaited == SENT && state->session.link.out.length == 0)
		state->awaited = NOTHING;
}

static void await(struct state *state, int64_t deadline_ns)
{
	settle_sent(state);
	while (state->awaited != NOTHING &&
	       ws_session_doze(&state->session, deadline_ns) == 0)
		settle_sent(state);
	if (state->awaited == NOTHING)
		return;
	state->awaited = NOTHING;
	state->reason =
	    errno == ECANCELED ? "interrupted" : "request timed out";
	/* A late answer would pass for that to the next message. */
	if (errno != ECANCELED)
		ws_session_give_up(&state->session, state->reason);
}

static void send_ping(struct state *state)
{
	state->pings++;
	state->awaited = PONG;
	ws_link_send(&state->session.link, WEBSOCKET_PING, &state->pings,
	    sizeof state->pings);
}

static void send_message(struct state *state)
{
	const struct shared *shared = state->shared;
	state->awaited = shared->expect == EXPECT_NONE ? SENT : ANSWER;
	ws_link_send(&state->session.link, opcode(shared), shared->payload.data,
	    shared->payload.length);
}

static void request(struct user *user, struct request *request)
{
	struct state *state = user->state;
	const struct ws_values *values = state->shared->values;
	const int64_t timeout_ns = values->ws.reply_timeout_ns;
	struct outcome *outcome = &request->outcome;
	bool ping =
	    values->ping_share > 0 && rng_unit(&user->rng) < values->ping_share;

	outcome->operation = ping ? "ping" : "message";
	outcome->server = state->session.link.target->address.text;
	if (ws_session_wait(&state->session, clock_now_ns() + timeout_ns,
	        &outcome->reason) < 0) {
		snprintf(request->detail, sizeof request->detail,
		    "there is no connection");
		return;
	}
	state->reason = NULL;
	if (ping)
		send_ping(state);
	else
		send_message(state);
	/* The answer has its whole time, also after a wait for a connection. */
	await(state, clock_now_ns() + timeout_ns);
	outcome->reason = state->reason;
	ws_session_end(&state->session, outcome);
}

static void open_user(struct user *user)
{
	const struct shared *shared = user->plan->driver_state;
	struct state *state = mem_new(1, sizeof *state);

	user->state = state;
	state->shared = shared;
	state->session.user = user;
	state->session.settings = &shared->values->ws;
	state->session.protocol = &protocol;
	state->session.link.target =
	    ws_targets_choose(&shared->targets, user->number);
	ws_session_open(&state->session);
}

static void close_user(struct user *user)
{
	struct state *state = user->state;
	ws_session_close(&state->session);
	free(state);
	user->state = NULL;
}

/* Before the run */

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static int read_hex(struct buf *payload, const char *hex, struct err *err)
{
	for (; *hex; hex += 2) {
		int high = hex_digit(hex[0]);
		int low = high < 0 ? -1 : hex_digit(hex[1]);
		if (low < 0)
			return err_set(err, "--payload-hex is not pairs of "
			                    "hexadecimal digits");
		uint8_t byte = (uint8_t)(high << 4 | low);
		if (buf_add(payload, &byte, 1) < 0)
			return err_system(err, "cannot hold the payload");
	}
	return 0;
}

static int read_payload(struct shared *shared, struct err *err)
{
	const struct ws_values *values = shared->values;
	struct buf *payload = &shared->payload;
	int result = 0;

	payload->ceiling = PAYLOAD_MAX;
	if (!!values->payload + !!values->payload_file + !!values->payload_hex >
	    1)
		return err_set(err, "--payload, --payload-file and "
		                    "--payload-hex exclude one another");
	if (values->payload_hex)
		result = read_hex(payload, values->payload_hex, err);
	else if (values->payload_file &&
	         infile_read(payload, values->payload_file) < 0)
		result = errno == EMSGSIZE
		             ? err_set(err, "the payload %s is more than 64M",
		                   values->payload_file)
		             : err_system(err, "cannot read the payload %s",
		                   values->payload_file);
	else if (!values->payload_file)
		result = buf_add_text(payload,
		    values->payload ? values->payload : "ringstorm");
	if (result == 0 && values->frame == FRAME_TEXT &&
	    !utf8_is_valid(payload->data, payload->length))
		return err_set(err, "the payload is not UTF-8; send it with "
		                    "--frame binary");
	return result;
}

static int read_expect(struct shared *shared, struct err *err)
{
	static const char with_text[] = "contains ";
	const char *expect = shared->values->expect;

	if (strcmp(expect, "echo") == 0)
		shared->expect = EXPECT_ECHO;
	else if (strcmp(expect, "any") == 0)
		shared->expect = EXPECT_ANY;
	else if (strcmp(expect, "none") == 0)
		shared->expect = EXPECT_NONE;
	else if (strncmp(expect, with_text, strlen(with_text)) == 0 &&
	         expect[strlen(with_text)] != '\0')
		shared->expect = EXPECT_CONTAINS;
	else
		return err_set(err,
		    "--expect '%s' is neither echo, any, none nor 'contains "
		    "TEXT'",
		    expect);
	shared->text =
	    expect + strlen(with_text) * (shared->expect == EXPECT_CONTAINS);
	return 0;
}

static void release(struct plan *plan)
{
	struct shared *shared = plan->driver_state;
	if (!shared)
		return;
	ws_targets_release(&shared->targets);
	buf_release(&shared->payload);
	free(shared);
	plan->driver_state = NULL;
}

static int prepare(struct plan *plan, struct err *err)
{
	struct shared *shared = mem_new(1, sizeof *shared);

	plan->driver_state = shared;
	shared->values = plan->driver_values;
	plan->descriptors = 1;
	if (read_payload(shared, err) < 0 || read_expect(shared, err) < 0 ||
	    ws_targets_init(&shared->targets, &plan->settings->url,
	        &shared->values->ws, err) < 0)
		return -1;
	plan->servers = shared->targets.count;
	return 0;
}

static int check(struct plan *plan)
{
	const struct shared *shared = plan->driver_state;
	return ws_check(&shared->targets, &shared->values->ws);
}

extern const struct driver driver_ws;
const struct driver driver_ws = {
	.name = "ws",
	.help = "WebSocket: messages and pings over connections that are held",
	.options = rows,
	.option_count = sizeof rows / sizeof *rows,
	.values_size = sizeof(struct ws_values),
	.holds = true,
	.prepare = prepare,
	.release = release,
	.check = check,
	.open = open_user,
	.request = request,
	.close = close_user,
};
