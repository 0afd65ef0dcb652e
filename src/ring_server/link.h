/* link.h - our own connection to one peer: what we tell it goes out here, and
 * its answers come back (the original never reads them; specification 3.9.1).
 *
 * A peer that does not read must not hold up the node: beyond LINK_QUEUE frames
 * the oldest is dropped. */
#ifndef RING_SERVER_LINK_H
#define RING_SERVER_LINK_H

#include "lib/buf.h"
#include "lib/net.h"
#include "wire/cloudp2p.h"

#include <stdbool.h>

#define LINK_QUEUE 512

struct server;

struct link {
	struct server *server; /* borrowed */
	uint32_t peer;
	struct address address;
	struct conn conn;
	struct fiber *writer, *reader; /* NULL: not running */
	bool up, broken;
	struct buf queue[LINK_QUEUE]; /* frames */
	size_t first, count;
};

/* Connects, and connects again, until the writer is cancelled. */
int link_start(struct link *link, struct server *server, uint32_t peer,
    const char *address, struct err *err);

/* Queues a message; dropped when the link is down. */
void link_post(struct link *link, const struct cloudp2p_message *message);
void link_release(struct link *link);

#endif
