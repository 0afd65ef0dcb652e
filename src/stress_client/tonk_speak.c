/* tonk_speak.c - what a client of the relay says; see tonk.h. */
#include "stress_client/tonk.h"

#include "lib/clock.h"
#include "wire/cbor.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void tonk_send(struct tonk *tonk, struct buf *message)
{
	ws_link_send(&tonk->session.link, WEBSOCKET_BINARY, message->data,
	    message->length);
	buf_release(message);
}

static void send_sync(struct tonk *tonk, enum tonk_type type,
    const char *document, struct buf *sync)
{
	struct buf message = { 0 };
	if (tonk_write_sync(&message, type, tonk->id, tonk->relay, document,
	        (struct span){ sync->data, sync->length }) == 0)
		tonk_send(tonk, &message);
	buf_release(&message);
	buf_release(sync);
}

static int by_hash(const void *a, const void *b)
{
	return memcmp(a, b, AUTOMERGE_HASH);
}

/* The heads that the relay told last, as far as they are known here. Those left
 * out may be what the author's own last change is under: without that one, too,
 * the document would be saved, and could not be loaded. */
static void collect_deps(struct tonk *tonk, struct buf *deps)
{
	buf_add(deps, tonk->heads.data, tonk->heads.length);
	if (tonk->leaves_out && tonk->seq > 0 &&
	    !automerge_has(tonk_heads(tonk), tonk->last))
		buf_add(deps, tonk->last, sizeof tonk->last);
	if (deps->length > 0)
		qsort(deps->data, deps->length / AUTOMERGE_HASH, AUTOMERGE_HASH,
		    by_hash);
}

/* Each writer counts under a key of its own: nobody's writing is lost, and the
 * sum of all is the counter. */
static void describe(struct tonk *tonk, struct automerge_write *write,
    char key[20])
{
	snprintf(key, 20, "%02x%02x%02x%02x%02x%02x", tonk->actor[0],
	    tonk->actor[1], tonk->actor[2], tonk->actor[3], tonk->actor[4],
	    tonk->actor[5]);
	write->actor = (struct span){ tonk->actor, sizeof tonk->actor };
	write->seq = tonk->seq + 1;
	write->start_op = tonk_ledger_operations(tonk->shared->ledger, 1) + 1;
	write->time = clock_unix_ms() / 1000;
	write->action = AUTOMERGE_SET;
	write->key = key;
	write->type = AUTOMERGE_INT;
	write->value = (int64_t)write->seq;
}

int tonk_send_change(struct tonk *tonk)
{
	struct tonk_shared *shared = tonk->shared;
	struct automerge_op before = { .counter = tonk->last_op };
	struct automerge_write write = { 0 };
	struct buf deps = { 0 }, chunk = { 0 }, sync = { 0 };
	uint8_t hash[AUTOMERGE_HASH];
	char key[20];

	/* The relay may not have its last one, and would keep back what is
	 * built upon that. */
	if (tonk->unsure)
		tonk_change_author(tonk);
	collect_deps(tonk, &deps);
	describe(tonk, &write, key);
	write.deps = (struct automerge_hashes){ deps.data,
		deps.length / AUTOMERGE_HASH };
	write.overwrites = &before;
	write.overwrite_count = tonk->seq > 0;
	const struct automerge_hashes own = { hash, 1 };
	int result = automerge_change_write(&chunk, &write, hash);
	if (result == 0)
		result = automerge_sync_write(&sync, own, own,
		    (struct span){ chunk.data, chunk.length });
	if (result == 0) {
		memcpy(tonk->last, hash, sizeof hash);
		tonk->seq = write.seq;
		tonk->last_op = write.start_op;
		tonk->unsure = true;
		tonk->awaited = TONK_ACK;
		tonk_ledger_write(shared->ledger, tonk->listener, hash,
		    write.deps, !tonk->leaves_out, clock_now_ns());
		send_sync(tonk, TONK_SYNC, shared->document, &sync);
	}
	buf_release(&deps);
	buf_release(&chunk);
	buf_release(&sync);
	return result;
}

void tonk_send_answer(struct tonk *tonk, struct automerge_hashes heads)
{
	struct buf sync = { 0 };
	if (automerge_sync_write(&sync, heads, heads, (struct span){ 0 }) == 0)
		send_sync(tonk, TONK_SYNC, tonk->shared->document, &sync);
	buf_release(&sync);
}

void tonk_ask(struct tonk *tonk)
{
	const struct automerge_hashes nothing = { 0 };
	tonk->asked = true;
	tonk_send_answer(tonk, nothing);
}

/* One CBOR item of bytes, filled up to the length that the user wants. */
static int write_words(struct buf *data, const struct tonk_words *words,
    size_t length)
{
	size_t rest = length > sizeof *words ? length - sizeof *words : 0;
	if (cbor_write_head(data, CBOR_BYTES, sizeof *words + rest) < 0 ||
	    buf_add(data, words, sizeof *words) < 0)
		return -1;
	uint8_t *at = buf_room(data, rest);
	if (!at)
		return -1;
	memset(at, 'x', rest);
	data->length += rest;
	return 0;
}

uint64_t tonk_send_broadcast(struct tonk *tonk)
{
	struct tonk_shared *shared = tonk->shared;
	int64_t now_ns = clock_now_ns();
	struct tonk_words words = {
		.magic = TONK_MAGIC,
		.host = shared->host,
		.process = shared->process,
		.number =
		    tonk_ledger_send(shared->ledger, tonk->listener, now_ns),
		.sent_ns = now_ns,
	};
	struct buf data = { 0 }, message = { 0 };
	struct tonk_ephemeral ephemeral = { tonk->id, tonk->relay,
		shared->document, tonk->session_id, tonk->count++, { 0 } };

	if (write_words(&data, &words, shared->settings->message_bytes) == 0) {
		ephemeral.data = (struct span){ data.data, data.length };
		if (tonk_write_ephemeral(&message, &ephemeral) == 0)
			tonk_send(tonk, &message);
	}
	buf_release(&message);
	buf_release(&data);
	return words.number;
}

void tonk_send_lookup(struct tonk *tonk)
{
	const struct automerge_hashes none = { 0 };
	const uint64_t random[2] = { rng_next(tonk->session.link.rng),
		rng_next(tonk->session.link.rng) };
	struct buf sync = { 0 };

	document_id_write(tonk->looked_up, (const uint8_t *)random);
	tonk->awaited = TONK_ABSENCE;
	if (automerge_sync_write(&sync, none, none, (struct span){ 0 }) == 0)
		send_sync(tonk, TONK_REQUEST, tonk->looked_up, &sync);
	buf_release(&sync);
}
