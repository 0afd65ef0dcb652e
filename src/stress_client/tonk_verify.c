/* tonk_verify.c - at the end: whether the relay still has what it acknowledged.
 *
 * Somebody new joins and asks for the whole document. It is whole when all that
 * its heads and its changes are built upon is there; then each change of which
 * a writer was told that the relay has it must be among them. See tonk.h. */
#include "stress_client/tonk.h"

#include "lib/clock.h"
#include "lib/mem.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A change by its key (0: none): named by others or as a head, and read. */
struct place {
	uint64_t key;
	bool named, read;
};

struct reader {
	struct ws_link link; /* first */
	const char *document;
	char id[40], relay[64];
	struct fiber *fiber;
	bool joined, told, nothing; /* of heads; that there is no document */
	struct ws_failure failure;
	struct place *places; /* 2^bits of them */
	unsigned bits;
	size_t count, missing; /* named and not read */
	uint64_t odd;          /* which place is whose cannot be foreseen */
};

static struct place *place_in(struct place *places, unsigned bits, uint64_t odd,
    uint64_t key)
{
	size_t last = ((size_t)1 << bits) - 1;
	size_t i = (size_t)(key * odd >> (64 - bits));
	while (places[i].key && places[i].key != key)
		i = (i + 1) & last;
	return &places[i];
}

static void grow(struct reader *reader)
{
	size_t old = (size_t)1 << reader->bits;
	struct place *places = mem_new(2 * old, sizeof *places);
	for (size_t i = 0; i < old; i++)
		if (reader->places[i].key)
			*place_in(places, reader->bits + 1, reader->odd,
			    reader->places[i].key) = reader->places[i];
	free(reader->places);
	reader->places = places;
	reader->bits++;
}

static struct place *place_of(struct reader *reader, uint64_t key)
{
	struct place *place =
	    place_in(reader->places, reader->bits, reader->odd, key);
	if (place->key)
		return place;
	if (++reader->count > (size_t)1 << (reader->bits - 1)) {
		grow(reader);
		place =
		    place_in(reader->places, reader->bits, reader->odd, key);
	}
	place->key = key;
	return place;
}

static void note_named(struct reader *reader, struct automerge_hashes hashes)
{
	for (size_t i = 0; i < hashes.count; i++) {
		struct place *place = place_of(reader,
		    tonk_ledger_key(hashes.at + i * AUTOMERGE_HASH));
		reader->missing += !place->named && !place->read;
		place->named = true;
	}
}

static void note_read(struct reader *reader, const uint8_t *hash)
{
	struct place *place = place_of(reader, tonk_ledger_key(hash));
	reader->missing -= place->named && !place->read;
	place->read = true;
}

/* What comes */

static void take_sync(struct reader *reader, struct span data)
{
	struct automerge_sync sync;
	struct span bytes;
	if (automerge_sync_read(&sync, data.at, data.left) < 0)
		return;
	reader->told |= sync.heads.count > 0;
	note_named(reader, sync.heads);
	while (automerge_next_chunk(&sync, &bytes)) {
		struct automerge_chunk chunk;
		struct automerge_change change;
		if (automerge_chunk_read(&chunk, &bytes) < 0)
			continue;
		if (automerge_change_read(&change, &chunk) == 0) {
			note_read(reader, chunk.hash);
			note_named(reader, change.deps);
		}
		automerge_chunk_release(&chunk);
	}
}

static void say(struct reader *reader, struct buf *message)
{
	ws_link_send(&reader->link, WEBSOCKET_BINARY, message->data,
	    message->length);
	buf_release(message);
}

static void take_message(struct ws_link *link,
    const struct websocket_message *message)
{
	struct reader *reader = (struct reader *)link;
	struct tonk_message read;
	struct buf answer = { 0 };
	if (message->type != WEBSOCKET_BINARY ||
	    tonk_read(&read, message->data, message->length) < 0)
		return;
	bool ours = tonk_is_text(read.document, reader->document);
	if (read.type == TONK_PEER) {
		tonk_copy_text(reader->relay, sizeof reader->relay,
		    read.sender);
		reader->joined = true;
	} else if (read.type == TONK_SYNC && ours) {
		take_sync(reader, read.data);
	} else if (read.type == TONK_UNAVAILABLE && ours) {
		reader->nothing = true;
	} else if (read.type == TONK_REQUEST) {
		char document[64];
		tonk_copy_text(document, sizeof document, read.document);
		tonk_write_unavailable(&answer, reader->id, reader->relay,
		    document);
		say(reader, &answer);
	}
	fiber_unpark(reader->fiber);
}

static void take_loss(struct ws_link *link, const struct ws_failure *failure)
{
	struct reader *reader = (struct reader *)link;
	reader->failure = *failure;
	fiber_unpark(reader->fiber);
}

static const struct ws_handlers handlers = { .message = take_message,
	.down = take_loss };

/* What is asked */

static bool has_joined(const struct reader *reader)
{
	return reader->joined;
}

static bool is_whole(const struct reader *reader)
{
	return reader->nothing || (reader->told && reader->missing == 0);
}

static int await(struct reader *reader,
    bool (*is_there)(const struct reader *reader), int64_t deadline_ns)
{
	while (!is_there(reader)) {
		if (fiber_park(deadline_ns) < 0)
			reader->failure.reason = errno == ECANCELED
			                             ? "interrupted"
			                             : "request timed out";
		else if (reader->count > TONK_CHANGES_MOST)
			reader->failure.reason = "message too large";
		if (reader->failure.reason)
			return -1;
	}
	return 0;
}

static void send_join(void *arg)
{
	struct reader *reader = arg;
	struct buf message = { 0 };
	tonk_write_join(&message, reader->id);
	say(reader, &message);
}

static void send_request(void *arg)
{
	struct reader *reader = arg;
	const struct automerge_hashes none = { 0 };
	struct buf sync = { 0 }, message = { 0 };
	automerge_sync_write(&sync, none, none, (struct span){ 0 });
	tonk_write_sync(&message, TONK_REQUEST, reader->id, reader->relay,
	    reader->document, (struct span){ sync.data, sync.length });
	say(reader, &message);
	buf_release(&sync);
}

/* Returns 0 when all that the relay has is read. */
static int read_all(struct reader *reader, const struct ws_settings *settings)
{
	if (ws_link_open(&reader->link,
	        clock_now_ns() + settings->connect_timeout_ns,
	        &reader->failure) < 0)
		return -1;
	int64_t deadline_ns = clock_now_ns() + settings->reply_timeout_ns;
	fiber_call(send_join, reader);
	if (await(reader, has_joined, deadline_ns) < 0)
		return -1;
	fiber_call(send_request, reader);
	return await(reader, is_whole, deadline_ns);
}

static size_t count_lost(struct reader *reader, const uint64_t *keys,
    size_t count)
{
	size_t lost = 0;
	for (size_t i = 0; i < count; i++)
		lost += !place_in(reader->places, reader->bits, reader->odd,
		    keys[i])
		             ->read;
	return lost;
}

/* Each that is lost is a request of its own. */
static void tell(struct tonk *tonk, const struct reader *reader,
    int64_t begin_ns, const char *reason, size_t times)
{
	struct outcome outcome = {
		.operation = "verify",
		.reason = reason,
		.server = reader->link.target->address.text,
		.service_us = (clock_now_ns() - begin_ns) / NS_PER_US,
		.bytes_sent = reader->link.bytes_sent,
		.bytes_received = reader->link.bytes_received,
	};
	for (size_t i = 0; i < times; i++) {
		user_record(tonk->session.user, &outcome);
		outcome.bytes_sent = outcome.bytes_received = 0;
	}
}

/* `keys` is what it must have, at least one. */
static void verify(struct tonk *tonk, const uint64_t *keys, size_t count)
{
	const struct tonk_shared *shared = tonk->shared;
	struct user *user = tonk->session.user;
	int64_t begin_ns = clock_now_ns();
	struct reader reader = {
		.link = { .conn = CONN_CLOSED,
		    .target = tonk->session.link.target,
		    .handlers = &handlers,
		    .rng = &user->rng,
		    .scratch = user->scratch },
		.document = shared->document,
		.fiber = fiber_self(),
		.bits = 10,
		.odd = rng_next(&user->rng) | 1,
	};
	snprintf(reader.id, sizeof reader.id, "load-%016" PRIx64 "-verify",
	    rng_next(&user->rng) ^ shared->process);
	reader.places =
	    mem_new((size_t)1 << reader.bits, sizeof *reader.places);
	bool is_read = read_all(&reader, &shared->settings->ws) == 0;
	ws_link_close(&reader.link, WEBSOCKET_NORMAL);
	size_t lost = is_read ? count_lost(&reader, keys, count) : 0;
	if (lost > 0) {
		user_log(user,
		    "the relay lacks %zu of %zu changes that it had "
		    "acknowledged",
		    lost, count);
		tell(tonk, &reader, begin_ns, STATS_LOST, lost);
	} else if (is_read || !user_is_stopped(user)) {
		tell(tonk, &reader, begin_ns,
		    is_read ? NULL : reader.failure.reason, 1);
	}
	free(reader.places);
}

void tonk_verify(struct tonk *tonk)
{
	size_t count;
	uint64_t *keys = tonk_ledger_take_acked(tonk->shared->ledger, &count);
	if (count > 0)
		verify(tonk, keys, count);
	free(keys);
}
