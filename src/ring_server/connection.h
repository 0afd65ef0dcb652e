/* connection.h - one accepted connection, of a client or of a peer: frames are
 * handled one after another until it closes. */
#ifndef RING_SERVER_CONNECTION_H
#define RING_SERVER_CONNECTION_H

#include "lib/net.h"
#include "ring_server/frames.h"

#include <stdbool.h>
#include <stdint.h>

struct server;

struct connection {
	struct server *server;
	struct conn conn;
	struct frames frames;
	struct fiber *fiber;
	struct connection *next, *previous;
	int64_t idle_ns; /* since when; 0: busy */
	bool peer;       /* it carried what only peers send */
	bool owes;       /* a task is in hand, or its ack is awaited */
};

/* Serves an accepted connection; takes it. */
void connection_start(struct server *server, struct conn *accepted);

/* Closes the one that has been idle longest. Returns false if none is. */
bool connection_evict(struct server *server);

/* Closes all that owe nothing and are not in the middle of a message. Returns
 * how many are left. */
size_t connection_close_idle(struct server *server);

#endif
