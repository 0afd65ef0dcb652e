/* outbox.h - messages that the pure parts of the node want sent. */
#ifndef RING_SERVER_OUTBOX_H
#define RING_SERVER_OUTBOX_H

#include "wire/cloudp2p.h"

#include <stddef.h>
#include <stdint.h>

#define OUTBOX_ALL 0 /* every peer */

struct post {
	uint32_t to;                     /* a peer's id, or OUTBOX_ALL */
	struct cloudp2p_message message; /* owns its texts and entries */
};

/* {0} is empty. */
struct outbox {
	struct post *posts;
	size_t count, capacity;
};

/* Adds a copy of `message`, texts and all. */
void outbox_add(struct outbox *outbox, uint32_t to,
    const struct cloudp2p_message *message);

/* Drops the posts; the outbox can be filled again. */
void outbox_clear(struct outbox *outbox);
void outbox_release(struct outbox *outbox);

#endif
