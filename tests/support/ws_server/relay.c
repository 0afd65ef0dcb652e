/* relay.c - a relay for automerge's messages, as the specification says that
 * the real one behaves (sections 3.2 and 3.5): who joins is told of every
 * document, changes are told to all others, ephemeral messages forwarded, and
 * who asks for a document that nobody has is answered when all have said so. */
#include "peer.h"

#include "lib/mem.h"
#include "wire/automerge.h"
#include "wire/tonk.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ID          "peer-1234567890"
#define DOCUMENTS   64
#define SESSION_MAX 64

struct document {
	char id[40];
	struct buf heads, hashes; /* hashes one behind another */
	struct buf chunks;        /* 4 bytes of length, and the chunk */
	size_t asked;             /* that have not answered the question */
	struct peer *asking;
};

struct relay {
	struct document documents[DOCUMENTS];
	size_t count;
	FILE *store; /* of each chunk: the document's id, length, chunk */
};

void relay_free(struct relay *relay)
{
	if (relay && relay->store)
		fclose(relay->store);
	for (size_t i = 0; relay && i < relay->count; i++) {
		buf_release(&relay->documents[i].heads);
		buf_release(&relay->documents[i].hashes);
		buf_release(&relay->documents[i].chunks);
	}
	free(relay);
}

static struct automerge_hashes hashes_in(const struct buf *buf)
{
	return (
	    struct automerge_hashes){ buf->data, buf->length / AUTOMERGE_HASH };
}

static void copy_text(char *to, size_t size, struct span from)
{
	size_t length = from.left < size ? from.left : size - 1;
	memcpy(to, from.at, length);
	to[length] = '\0';
}

static struct document *document_of(struct relay *relay, struct span id)
{
	char name[sizeof relay->documents[0].id];
	copy_text(name, sizeof name, id);
	for (size_t i = 0; i < relay->count; i++)
		if (strcmp(relay->documents[i].id, name) == 0)
			return &relay->documents[i];
	if (relay->count == DOCUMENTS)
		return NULL;
	struct document *document = &relay->documents[relay->count++];
	memcpy(document->id, name, sizeof name);
	return document;
}

static uint64_t bit_of(struct relay *relay, const struct document *document)
{
	return UINT64_C(1) << (document - relay->documents);
}

static void say(struct peer *peer, struct buf *message)
{
	peer_send(peer, WEBSOCKET_FIN | WEBSOCKET_BINARY, message->data,
	    message->length);
	buf_release(message);
}

/* The document's heads, with one chunk or none. */
static void tell(struct peer *peer, const struct document *document,
    enum tonk_type type, struct span chunk)
{
	struct automerge_hashes heads = hashes_in(&document->heads);
	struct buf sync = { 0 }, message = { 0 };
	automerge_sync_write(&sync, heads, heads, chunk);
	tonk_write_sync(&message, type, ID, peer->id, document->id,
	    (struct span){ sync.data, sync.length });
	buf_release(&sync);
	say(peer, &message);
}

static void tell_everything(struct peer *peer, const struct document *document)
{
	const uint8_t *at = document->chunks.data;
	const uint8_t *end = at + document->chunks.length;
	while (at < end) {
		uint32_t length;
		memcpy(&length, at, sizeof length);
		at += sizeof length;
		tell(peer, document, TONK_SYNC, (struct span){ at, length });
		at += length;
	}
}

static void join(struct peer *peer, const struct tonk_message *message)
{
	struct relay *relay = peer->server->relay;
	struct buf answer = { 0 };
	if (peer->joined) {
		tonk_write_error(&answer, "unexpected join or peer message");
		say(peer, &answer);
		return;
	}
	copy_text(peer->id, sizeof peer->id, message->sender);
	peer->joined = true;
	tonk_write_peer(&answer, ID, peer->id);
	say(peer, &answer);
	for (size_t i = 0; i < relay->count && !peer->dead; i++)
		if (relay->documents[i].heads.length > 0)
			tell(peer, &relay->documents[i], TONK_SYNC,
			    (struct span){ 0 });
}

/* Documents */

static void remove_heads(struct document *document,
    struct automerge_hashes covered)
{
	struct buf left = { 0 };
	struct automerge_hashes heads = hashes_in(&document->heads);
	for (size_t i = 0; i < heads.count; i++) {
		const uint8_t *hash = heads.at + i * AUTOMERGE_HASH;
		if (!automerge_has(covered, hash))
			buf_add(&left, hash, AUTOMERGE_HASH);
	}
	buf_release(&document->heads);
	document->heads = left;
}

static int by_hash(const void *a, const void *b)
{
	return memcmp(a, b, AUTOMERGE_HASH);
}

enum taken { TAKEN, KNOWN, LACKING };

static enum taken take_change(struct document *document,
    const struct automerge_chunk *chunk, struct span bytes)
{
	struct automerge_hashes known = hashes_in(&document->hashes);
	struct automerge_change change;
	uint32_t length = (uint32_t)bytes.left;
	if (automerge_has(known, chunk->hash) ||
	    automerge_change_read(&change, chunk) < 0)
		return KNOWN;
	for (size_t i = 0; i < change.deps.count; i++)
		if (!automerge_has(known, change.deps.at + i * AUTOMERGE_HASH))
			return LACKING;
	remove_heads(document, change.deps);
	buf_add(&document->heads, chunk->hash, AUTOMERGE_HASH);
	qsort(document->heads.data, document->heads.length / AUTOMERGE_HASH,
	    AUTOMERGE_HASH, by_hash);
	buf_add(&document->hashes, chunk->hash, AUTOMERGE_HASH);
	buf_add(&document->chunks, &length, sizeof length);
	buf_add(&document->chunks, bytes.at, bytes.left);
	return TAKEN;
}

/* What an earlier relay has written there. */
static void read_store(struct relay *relay)
{
	char id[sizeof relay->documents[0].id];
	uint32_t length;
	while (fread(id, sizeof id, 1, relay->store) == 1 &&
	       fread(&length, sizeof length, 1, relay->store) == 1) {
		struct automerge_chunk chunk;
		uint8_t *bytes = mem_new(length, 1);
		if (fread(bytes, length, 1, relay->store) != 1)
			abort();
		struct span whole = { bytes, length }, from = whole;
		struct document *document = document_of(relay,
		    (struct span){ (uint8_t *)id, strlen(id) });
		if (!document || automerge_chunk_read(&chunk, &from) < 0)
			abort();
		take_change(document, &chunk, whole);
		automerge_chunk_release(&chunk);
		free(bytes);
	}
}

struct relay *relay_new(struct server *server)
{
	struct relay *relay = mem_new(1, sizeof *relay);
	const char *store = server->settings.store;
	if (!store)
		return relay;
	relay->store = fopen(store, "a+b");
	if (!relay->store)
		abort();
	rewind(relay->store);
	read_store(relay);
	return relay;
}

/* On its way to the disk before anybody is told that we have it. */
static void keep(struct relay *relay, const struct document *document,
    struct span bytes)
{
	uint32_t length = (uint32_t)bytes.left;
	if (!relay->store)
		return;
	fwrite(document->id, sizeof document->id, 1, relay->store);
	fwrite(&length, sizeof length, 1, relay->store);
	fwrite(bytes.at, bytes.left, 1, relay->store);
	fflush(relay->store);
}

static void tell_others(struct peer *writer, const struct document *document,
    struct span chunk)
{
	struct relay *relay = writer->server->relay;
	struct peer *next;
	if (strcmp(writer->server->settings.fault, "quiet") == 0)
		return;
	for (struct peer *peer = writer->server->peers; peer; peer = next) {
		next = peer->next;
		if (peer == writer || !peer->joined)
			continue;
		bool answers = peer->documents & bit_of(relay, document);
		tell(peer, document, TONK_SYNC,
		    answers ? chunk : (struct span){ 0 });
	}
}

/* "I lack what this builds upon": the dependencies as needs. */
static void ask_for(struct peer *peer, const struct document *document,
    struct automerge_hashes deps)
{
	struct buf sync = { 0 }, message = { 0 };
	struct automerge_hashes heads = hashes_in(&document->heads);
	uint8_t count = (uint8_t)heads.count, needs = (uint8_t)deps.count;
	buf_add(&sync, "\x42", 1);
	buf_add(&sync, &count, 1);
	buf_add(&sync, heads.at, heads.count * AUTOMERGE_HASH);
	buf_add(&sync, &needs, 1);
	buf_add(&sync, deps.at, deps.count * AUTOMERGE_HASH);
	buf_add(&sync, "\0\0", 2);
	tonk_write_sync(&message, TONK_SYNC, ID, peer->id, document->id,
	    (struct span){ sync.data, sync.length });
	buf_release(&sync);
	say(peer, &message);
}

/* Tells its heads with a need of what somebody else has built upon. */
static void ask_for_foreign(struct peer *peer, const struct document *document)
{
	static const uint8_t foreign[AUTOMERGE_HASH] = { 0xf0 };
	if (strcmp(peer->server->settings.fault, "foreign") == 0)
		ask_for(peer, document,
		    (struct automerge_hashes){ foreign, 1 });
}

static void take_chunks(struct peer *peer, struct document *document,
    struct automerge_sync *sync)
{
	struct span bytes;
	while (automerge_next_chunk(sync, &bytes)) {
		struct automerge_chunk chunk;
		struct automerge_change change;
		struct span from = bytes;
		if (automerge_chunk_read(&chunk, &from) < 0)
			continue;
		enum taken taken = take_change(document, &chunk, bytes);
		if (taken == LACKING &&
		    automerge_change_read(&change, &chunk) == 0)
			ask_for(peer, document, change.deps);
		if (taken == TAKEN) {
			keep(peer->server->relay, document, bytes);
			ask_for_foreign(peer, document);
		}
		if (taken != LACKING)
			tell(peer, document, TONK_SYNC, (struct span){ 0 });
		if (taken == TAKEN)
			tell_others(peer, document, bytes);
		automerge_chunk_release(&chunk);
	}
}

static void sync_document(struct peer *peer, const struct tonk_message *message)
{
	struct relay *relay = peer->server->relay;
	struct document *document = document_of(relay, message->document);
	struct automerge_sync sync;
	if (!document || automerge_sync_read(&sync, message->data.at,
	                     message->data.left) < 0)
		return;
	if (sync.chunk_count > 0) {
		take_chunks(peer, document, &sync);
		return;
	}
	peer->documents |= bit_of(relay, document);
	if (sync.heads.count == 0)
		tell_everything(peer, document);
}

static void answer_asking(struct document *document)
{
	struct buf answer = { 0 };
	if (!document->asking || document->asked > 0)
		return;
	tonk_write_unavailable(&answer, ID, document->asking->id, document->id);
	say(document->asking, &answer);
	document->asking = NULL;
}

static void request_document(struct peer *peer,
    const struct tonk_message *message)
{
	struct document *document =
	    document_of(peer->server->relay, message->document);
	struct peer *next;
	if (!document)
		return;
	if (document->heads.length > 0) {
		sync_document(peer, message);
		return;
	}
	document->asking = peer;
	document->asked = 0;
	for (struct peer *other = peer->server->peers; other; other = next) {
		next = other->next;
		if (other == peer || !other->joined)
			continue;
		document->asked++;
		tell(other, document, TONK_REQUEST, (struct span){ 0 });
	}
	answer_asking(document);
}

static void take_unavailable(struct peer *peer,
    const struct tonk_message *message)
{
	struct document *document =
	    document_of(peer->server->relay, message->document);
	if (!document || document->asked == 0)
		return;
	document->asked--;
	answer_asking(document);
}

/* To all others, with another target. */
static void forward(struct peer *sender, const struct tonk_message *message)
{
	char document[40], session[SESSION_MAX];
	struct peer *next;
	copy_text(document, sizeof document, message->document);
	copy_text(session, sizeof session, message->session);
	for (struct peer *peer = sender->server->peers; peer; peer = next) {
		next = peer->next;
		if (peer == sender || !peer->joined)
			continue;
		struct tonk_ephemeral ephemeral = { sender->id, peer->id,
			document, session, message->count, message->data };
		struct buf copy = { 0 };
		tonk_write_ephemeral(&copy, &ephemeral);
		if (strcmp(peer->server->settings.fault, "twice") == 0)
			peer_send(peer, WEBSOCKET_FIN | WEBSOCKET_BINARY,
			    copy.data, copy.length);
		say(peer, &copy);
	}
}

void relay_message(struct peer *peer, const struct websocket_message *message)
{
	struct tonk_message read;
	struct buf answer = { 0 };
	if (message->type != WEBSOCKET_BINARY ||
	    tonk_read(&read, message->data, message->length) < 0) {
		peer_close(peer, WEBSOCKET_NO_CODE);
		return;
	}
	if (read.type == TONK_JOIN) {
		join(peer, &read);
	} else if (!peer->joined) {
		tonk_write_error(&answer, "expected a join message");
		say(peer, &answer);
	} else if (read.type == TONK_SYNC) {
		sync_document(peer, &read);
	} else if (read.type == TONK_REQUEST) {
		request_document(peer, &read);
	} else if (read.type == TONK_UNAVAILABLE) {
		take_unavailable(peer, &read);
	} else if (read.type == TONK_EPHEMERAL) {
		forward(peer, &read);
	}
}

void relay_leave(struct peer *peer)
{
	struct relay *relay = peer->server->relay;
	for (size_t i = 0; i < relay->count; i++)
		if (relay->documents[i].asking == peer)
			relay->documents[i].asking = NULL;
}
