/* tonk.h - the messages of automerge-repo's WebSocket protocol, as its relays
 * speak it: one CBOR map each (the specification, sections 3.1 and 3.2). */
#ifndef WIRE_TONK_H
#define WIRE_TONK_H

#include "lib/buf.h"
#include "wire/span.h"

#include <stdint.h>

enum tonk_type {
	TONK_JOIN,
	TONK_PEER,
	TONK_REQUEST,
	TONK_SYNC,
	TONK_UNAVAILABLE, /* "doc-unavailable" */
	TONK_EPHEMERAL,
	TONK_LEAVE,
	TONK_ERROR,
	TONK_SUBSCRIPTION, /* "remote-subscription-change" */
	TONK_HEADS,        /* "remote-heads-changed" */
	TONK_UNKNOWN,      /* of a type that this does not know */
};

/* Fields that a message lacks are empty. Texts are not terminated. */
struct tonk_message {
	enum tonk_type type;
	struct span sender, target, document, session, error, version;
	struct span data;
	uint64_t count;
};

/* Reads one; its texts stay in the input. Unknown keys are passed over, and so
 * are bytes behind the map. Returns 0, or -1 for what is no map of text keys,
 * has no type, or has a known key with a value of another kind. */
int tonk_read(struct tonk_message *message, const uint8_t *bytes,
    size_t length);

/* Append one. What is not given here is not written. Return 0, or -1 as
 * buf_add. */
int tonk_write_join(struct buf *to, const char *sender);
int tonk_write_peer(struct buf *to, const char *sender, const char *target);
int tonk_write_unavailable(struct buf *to, const char *sender,
    const char *target, const char *document);

/* A request or a sync, with an automerge sync message as its data. */
int tonk_write_sync(struct buf *to, enum tonk_type type, const char *sender,
    const char *target, const char *document, struct span data);

struct tonk_ephemeral {
	const char *sender, *target, *document, *session;
	uint64_t count;
	struct span data; /* one CBOR item, since some peers look into it */
};

int tonk_write_ephemeral(struct buf *to,
    const struct tonk_ephemeral *ephemeral);
int tonk_write_error(struct buf *to, const char *text);

#endif
