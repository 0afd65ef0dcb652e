/* ws_link.h - a WebSocket connection of a client, held open while the client
 * rests: what comes in is heard at once, pings are answered.
 *
 * It belongs to one thread. Who opens or closes it is a fiber; the handlers run
 * on the thread's own stack and may not wait. */
#ifndef STRESS_CLIENT_WS_LINK_H
#define STRESS_CLIENT_WS_LINK_H

#include "lib/net.h"
#include "lib/rng.h"
#include "lib/tls.h"
#include "wire/websocket.h"
#include "wire/websocket_handshake.h"

#include <stdbool.h>

/* Where to, and how; the same for all links of a run. */
struct ws_target {
	struct address address;
	char *host, *host_header, *path; /* owned */
	bool secure;
	struct tls_setup *tls; /* when it is secure */
	const char *protocol;  /* sub-protocols, or NULL */
	const char *const *headers;
	size_t header_count;
	uint64_t message_max;
};

/* Why something with a link failed. */
struct ws_failure {
	const char *reason; /* normalised */
	char detail[160];
};

struct ws_link;

struct ws_handlers {
	/* A text or binary message, or a pong. */
	void (*message)(struct ws_link *link,
	    const struct websocket_message *message);
	/* What the socket had not taken at once is sent; or NULL. */
	void (*sent)(struct ws_link *link);
	/* It has gone down by itself; link->up is false already. */
	void (*down)(struct ws_link *link, const struct ws_failure *failure);
};

struct ws_link {
	struct conn conn; /* first: a listener gets its watch */
	struct tls *tls;
	const struct ws_target *target;
	const struct ws_handlers *handlers;
	struct rng *rng;  /* for masks and keys */
	uint8_t *scratch; /* of the thread */
	struct websocket_reader reader;
	struct buf out; /* what the socket did not take */
	bool up;
	struct {
		bool waits; /* for `out` to be sent: the newest ping's answer */
		uint8_t length, bytes[WEBSOCKET_CONTROL];
	} pong;
	uint64_t bytes_sent, bytes_received; /* of all its connections */
};

/* Connects and shakes hands. Returns 0, or -1 with why not. */
int ws_link_open(struct ws_link *link, int64_t deadline_ns,
    struct ws_failure *failure);

/* Sends a frame, in part later if the socket is full. Also in a handler. When
 * the connection is found broken its handler hears of it. */
void ws_link_send(struct ws_link *link, enum websocket_opcode opcode,
    const void *payload, size_t length);

/* Says farewell with that code and closes. Harmless when it is closed. */
void ws_link_close(struct ws_link *link, unsigned code);

#endif
