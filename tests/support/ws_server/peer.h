/* peer.h - the connections of ws_server: bytes in, messages out, and what is
 * done wrong on the way. */
#ifndef WS_SERVER_PEER_H
#define WS_SERVER_PEER_H

#include "lib/net.h"
#include "lib/options.h"
#include "wire/websocket.h"
#include "wire/websocket_handshake.h"

#include <stdbool.h>

struct settings {
	char *listen, *fault, *subprotocol, *store;
	int role;
	uint64_t fault_at, status, leak_bytes, close_code, fragment;
	int64_t ping_every_ns;
	bool bad_accept, mute;
};

enum role { ROLE_ECHO, ROLE_TONK };

struct server;

struct peer {
	struct conn conn; /* first: a listener gets its watch */
	struct server *server;
	struct peer *next, *previous;
	struct websocket_reader reader;
	struct buf head; /* of the request, until it is there */
	struct buf out;  /* what the socket did not take */
	bool upgraded, dead, joined;
	bool pinged; /* and has not answered */
	uint64_t messages;
	char id[96];        /* of a relay's client */
	uint64_t documents; /* those that it answers for, as bits */
};

struct server {
	struct settings settings;
	struct conn listener;
	struct loop *loop;
	struct fiber *reaper;
	struct peer *peers, *dead;
	uint64_t connections, open, messages, pongs, refused;
	bool silent; /* takes everything and says nothing */
	int64_t start_ns;
	struct relay *relay;
	void *leaked; /* on purpose */
	uint8_t scratch[65536];
};

/* Takes over an accepted connection. */
void peer_begin(struct server *server, struct conn *conn);

/* A frame; in part later when the socket is full. */
void peer_send(struct peer *peer, unsigned first, const void *payload,
    size_t length);

/* Bytes as they are. */
void peer_put(struct peer *peer, const void *bytes, size_t length);

/* Ends it with a close frame, without a word, or with a reset. */
void peer_close(struct peer *peer, unsigned code);
void peer_drop(struct peer *peer);
void peer_reset(struct peer *peer);

/* Frees those that have ended; nothing may use them any more. */
void peers_reap(struct server *server);

/* fault.c: does the fault of the settings instead of an answer. Returns whether
 * there is none to be done with this message. */
bool fault_spares(struct peer *peer, const struct websocket_message *message);
int fault_check(const struct settings *settings, struct err *err);

/* http.c: the answer to a request that is no upgrade: /metrics, and /do/NAME,
 * which makes the server misbehave. */
void http_answer(struct peer *peer, const char *head);

/* relay.c: the tonk relay. */
struct relay *relay_new(struct server *server);
void relay_free(struct relay *relay);
void relay_message(struct peer *peer, const struct websocket_message *message);
void relay_leave(struct peer *peer);

#endif
