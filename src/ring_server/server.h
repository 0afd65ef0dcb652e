/* server.h - the node on its sockets: one loop, a fiber for each connection
 * and for each link to a peer, threads for the pictures. */
#ifndef RING_SERVER_SERVER_H
#define RING_SERVER_SERVER_H

#include "lib/err.h"
#include "lib/fiber.h"
#include "lib/log.h"
#include "lib/net.h"
#include "lib/workers.h"
#include "ring_server/budget.h"
#include "ring_server/carrier.h"
#include "ring_server/load.h"
#include "ring_server/node.h"
#include "ring_server/settings.h"

struct connection;
struct link;

struct server {
	const struct settings *settings;
	struct loop *loop;
	struct log log;
	struct node node;
	struct load_meter meter;
	struct carrier carrier;
	struct workers *workers;
	struct budget budget;
	struct conn listener;
	struct fiber *acceptor, *ticker;
	struct fiber *stopper; /* waits while the last tasks are finished */
	struct link *links;    /* one for each peer */
	struct connection *connections;
	size_t connection_count;
	size_t active; /* tasks being worked on */
	bool stopping;
};

/* Opens what the settings name. Returns 0, or -1 with `err`. */
int server_open(struct server *server, const struct settings *settings,
    struct err *err);

/* Serves until SIGTERM or SIGINT. */
int server_run(struct server *server, struct err *err);
void server_close(struct server *server);

/* For connections and links: gives a message to the node and sends on what it
 * wants sent to the peers. */
enum node_answer server_deliver(struct server *server, uint32_t link,
    const struct cloudp2p_message *message, struct cloudp2p_message *reply);

/* Sends on what the node wants sent. */
void server_flush(struct server *server);

#endif
