/* tonk_hear.c - what a client of the relay does with what it is told, on the
 * thread's own stack; and how it joins. See tonk.h. */
#include "stress_client/tonk.h"

#include "lib/clock.h"
#include "stress_client/plan.h"
#include "wire/cbor.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

void tonk_settle(struct tonk *tonk, const char *reason)
{
	tonk->awaited = TONK_NOTHING;
	tonk->reason = reason;
	tonk->answered_ns = clock_now_ns();
	ws_session_wake(&tonk->session);
}

bool tonk_is_text(struct span span, const char *text)
{
	return span.left == strlen(text) &&
	       memcmp(span.at, text, span.left) == 0;
}

void tonk_copy_text(char *to, size_t size, struct span from)
{
	size_t length = from.left < size ? from.left : size - 1;
	if (length > 0)
		memcpy(to, from.at, length);
	to[length] = '\0';
}

static void record(struct tonk *tonk, const char *operation, int64_t latency_us)
{
	struct outcome outcome = {
		.operation = operation,
		.server = tonk->session.link.target->address.text,
		.service_us = latency_us > 0 ? latency_us : 0,
	};
	ws_session_count(&tonk->session, &outcome);
	user_record(tonk->session.user, &outcome);
}

/* Documents */

static void note_seen(void *context, int64_t latency_us)
{
	record(context, "propagation", latency_us);
}

static void learn(struct tonk *tonk, struct automerge_sync *sync,
    int64_t now_ns)
{
	struct tonk_ledger *ledger = tonk->shared->ledger;
	struct span bytes;
	while (automerge_next_chunk(sync, &bytes)) {
		struct automerge_chunk chunk;
		struct automerge_change change;
		if (automerge_chunk_read(&chunk, &bytes) < 0)
			continue;
		if (automerge_change_read(&change, &chunk) == 0) {
			/* First the number: who knows the hash counts on. */
			tonk_ledger_saw_operation(ledger,
			    change.start_op + change.op_count);
			tonk_ledger_learn(ledger, chunk.hash, change.deps,
			    now_ns, note_seen, tonk);
		}
		automerge_chunk_release(&chunk);
	}
}

static uint64_t mark_of(struct automerge_hashes heads)
{
	uint64_t mark = heads.count, word;
	for (size_t i = 0; i < heads.count; i++) {
		memcpy(&word, heads.at + i * AUTOMERGE_HASH, sizeof word);
		mark ^= word;
	}
	return mark;
}

/* As a real peer would: first asks for all there is, then says that it has
 * what it was sent. */
static void answer(struct tonk *tonk, const struct automerge_sync *sync)
{
	if (!tonk->asked) {
		tonk_ask(tonk);
		return;
	}
	uint64_t mark = mark_of(sync->heads);
	if (mark == tonk->told)
		return;
	tonk->told = mark;
	tonk_send_answer(tonk, sync->heads);
}

void tonk_change_author(struct tonk *tonk)
{
	const uint64_t random[2] = { rng_next(tonk->session.link.rng),
		rng_next(tonk->session.link.rng) };
	memcpy(tonk->actor, random, sizeof tonk->actor);
	tonk->seq = tonk->last_op = 0;
	tonk->unsure = false;
}

/* How much the relay lacks that it has told us that it has. What else it lacks,
 * somebody else's change is built upon. */
static size_t count_lost(const struct tonk *tonk,
    const struct automerge_sync *sync)
{
	size_t lost = 0;
	for (size_t i = 0; i < sync->needs.count; i++) {
		const uint8_t *hash = sync->needs.at + i * AUTOMERGE_HASH;
		lost += automerge_has(tonk_heads(tonk), hash) ||
		        tonk_ledger_has_seen(tonk->shared->ledger,
		            tonk->listener, hash);
	}
	return lost;
}

static void settle_lost(struct tonk *tonk, size_t lost)
{
	if (lost == 0 || tonk->awaited != TONK_ACK)
		return;
	user_log(tonk->session.user,
	    "the relay lacks %zu changes that it had before", lost);
	tonk_change_author(tonk);
	tonk->heads.length = 0;
	tonk->leaves_out = true;
	tonk_settle(tonk, STATS_LOST);
}

/* What a change of ours is built upon. Its operation must have a higher number
 * than all of theirs: a document in which it has not is saved, and cannot be
 * loaded. So heads are left out of which nobody here has had the chunk; who
 * wants the chunk would not get it either, if he built upon it. */
static void keep_heads(struct tonk *tonk, struct automerge_hashes heads)
{
	struct buf kept = { 0 };
	for (size_t i = 0; i < heads.count; i++) {
		const uint8_t *hash = heads.at + i * AUTOMERGE_HASH;
		if (automerge_has(tonk_heads(tonk), hash) ||
		    tonk_ledger_knows(tonk->shared->ledger, hash))
			buf_add(&kept, hash, AUTOMERGE_HASH);
	}
	buf_release(&tonk->heads);
	tonk->heads = kept;
	tonk->leaves_out = tonk_heads(tonk).count < heads.count;
}

static void take_sync(struct tonk *tonk, const struct tonk_message *message)
{
	struct tonk_shared *shared = tonk->shared;
	struct automerge_sync sync;
	int64_t now_ns = clock_now_ns();

	if (!tonk_is_text(message->document, shared->document) ||
	    automerge_sync_read(&sync, message->data.at, message->data.left) <
	        0)
		return;
	/* Who answers gets the chunks, each of them once. */
	bool scribe = tonk_ledger_is_scribe(shared->ledger, tonk->listener);
	bool answers =
	    scribe || shared->settings->listeners == LISTENERS_ANSWERING;
	learn(tonk, &sync, now_ns);
	size_t lost = count_lost(tonk, &sync);
	tonk_ledger_heads(shared->ledger, tonk->listener, sync.heads, now_ns,
	    note_seen, tonk);
	keep_heads(tonk, sync.heads);
	settle_lost(tonk, lost);
	if (tonk->awaited == TONK_ACK &&
	    (automerge_has(sync.heads, tonk->last) ||
	        tonk_ledger_has_seen(shared->ledger, tonk->listener,
	            tonk->last))) {
		tonk->unsure = false;
		tonk_settle(tonk, NULL);
	}
	if (sync.heads.count > 0 && answers)
		answer(tonk, &sync);
}

/* Somebody looks for a document: we have none that the relay has not. */
static void take_request(struct tonk *tonk, const struct tonk_message *message)
{
	char document[64];
	struct buf answer = { 0 };
	tonk_copy_text(document, sizeof document, message->document);
	if (tonk_write_unavailable(&answer, tonk->id, tonk->relay, document) ==
	    0)
		tonk_send(tonk, &answer);
	buf_release(&answer);
}

static void take_absence(struct tonk *tonk, const struct tonk_message *message)
{
	if (tonk->awaited == TONK_ABSENCE &&
	    tonk_is_text(message->document, tonk->looked_up))
		tonk_settle(tonk, NULL);
}

/* Messages of others. Only clocks of one machine can be compared. */
static void take_ephemeral(struct tonk *tonk,
    const struct tonk_message *message)
{
	const struct tonk_shared *shared = tonk->shared;
	struct span data = message->data;
	struct tonk_words words;
	struct cbor item;
	int64_t now_ns = clock_now_ns();

	if (cbor_read(&data, &item) < 0 || item.type != CBOR_BYTES ||
	    item.number < sizeof words)
		return;
	memcpy(&words, item.bytes, sizeof words);
	if (words.magic != TONK_MAGIC || words.host != shared->host)
		return;
	if (words.process == shared->process) {
		enum tonk_heard heard = tonk_ledger_hear(shared->ledger,
		    tonk->listener, words.number, now_ns);
		if (heard == TONK_AGAIN)
			user_connections(tonk->session.user,
			    &(struct connections_change){ .doubled = 1 });
		if (heard != TONK_HEARD)
			return;
	}
	record(tonk, "ephemeral", (now_ns - words.sent_ns) / NS_PER_US);
}

/* Connections */

static void take_peer(struct tonk *tonk, const struct tonk_message *message)
{
	tonk_copy_text(tonk->relay, sizeof tonk->relay, message->sender);
	tonk->told_peer = true;
	ws_session_wake(&tonk->session);
}

static void take_error(struct tonk *tonk, const struct tonk_message *message)
{
	user_log(tonk->session.user, "the relay says: %.*s",
	    (int)(message->error.left < 120 ? message->error.left : 120),
	    message->error.left ? (const char *)message->error.at : "");
	ws_session_give_up(&tonk->session, "server error");
}

static void take_message(struct ws_session *session,
    const struct websocket_message *message)
{
	struct tonk *tonk = (struct tonk *)session;
	struct tonk_message read;

	tonk->heard_ns = clock_now_ns();
	if (message->type == WEBSOCKET_PONG) {
		if (tonk->awaited == TONK_PONG &&
		    message->length == sizeof tonk->token &&
		    memcmp(message->data, &tonk->token, sizeof tonk->token) ==
		        0)
			tonk_settle(tonk, NULL);
		return;
	}
	if (message->type != WEBSOCKET_BINARY ||
	    tonk_read(&read, message->data, message->length) < 0) {
		ws_session_give_up(session, "bad reply");
		return;
	}
	if (read.type == TONK_SYNC)
		take_sync(tonk, &read);
	else if (read.type == TONK_EPHEMERAL)
		take_ephemeral(tonk, &read);
	else if (read.type == TONK_REQUEST)
		take_request(tonk, &read);
	else if (read.type == TONK_UNAVAILABLE)
		take_absence(tonk, &read);
	else if (read.type == TONK_PEER)
		take_peer(tonk, &read);
	else if (read.type == TONK_ERROR)
		take_error(tonk, &read);
}

static void take_loss(struct ws_session *session,
    const struct ws_failure *failure)
{
	struct tonk *tonk = (struct tonk *)session;
	tonk_ledger_leave(tonk->shared->ledger, tonk->listener);
	if (tonk->awaited != TONK_NOTHING)
		tonk_settle(tonk, failure->reason);
}

/* Who comes again is somebody else: the relay forgets neither the session of
 * an ephemeral message nor the author of a change. */
static void be_somebody(struct tonk *tonk)
{
	struct rng *rng = tonk->session.link.rng;
	snprintf(tonk->id, sizeof tonk->id, "load-%016" PRIx64 "-%" PRIu64,
	    rng_next(rng) ^ tonk->shared->process, tonk->session.user->number);
	snprintf(tonk->session_id, sizeof tonk->session_id, "%016" PRIx64,
	    rng_next(rng) ^ tonk->shared->process);
	tonk_change_author(tonk);
	tonk->heads.length = 0;
	tonk->leaves_out = false;
	tonk->count = 0;
	tonk->told = 0;
	tonk->told_peer = tonk->asked = false;
}

static void send_join(struct tonk *tonk)
{
	struct buf message = { 0 };
	if (tonk_write_join(&message, tonk->id) == 0)
		tonk_send(tonk, &message);
	buf_release(&message);
}

static int join(struct ws_session *session, int64_t deadline_ns,
    struct ws_failure *failure)
{
	struct tonk *tonk = (struct tonk *)session;

	be_somebody(tonk);
	/* From now on it may be told something. */
	uint64_t missed = tonk_ledger_join(tonk->shared->ledger, tonk->listener,
	    clock_now_ns());
	send_join(tonk);
	while (session->link.up && !tonk->told_peer)
		if (ws_session_doze(session, deadline_ns) < 0)
			break;
	if (tonk->told_peer && session->link.up) {
		if (missed > 0)
			user_connections(session->user,
			    &(struct connections_change){ .missed = missed });
		return 0;
	}
	tonk_ledger_leave(tonk->shared->ledger, tonk->listener);
	failure->reason =
	    session->link.up ? "request timed out" : session->reason;
	snprintf(failure->detail, sizeof failure->detail,
	    "the relay did not let us in");
	return -1;
}

const struct ws_protocol tonk_protocol = {
	.join = join,
	.message = take_message,
	.lost = take_loss,
};
