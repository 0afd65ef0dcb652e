/* websocket_handshake.h - how an HTTP/1.1 connection becomes a WebSocket (RFC
 * 6455, section 4), both sides. */
#ifndef WIRE_WEBSOCKET_HANDSHAKE_H
#define WIRE_WEBSOCKET_HANDSHAKE_H

#include "lib/buf.h"
#include "lib/err.h"

#include <stddef.h>
#include <stdint.h>

#define WEBSOCKET_KEY    25 /* 16 random bytes in base64, with a NUL */
#define WEBSOCKET_ACCEPT 29 /* what a server makes of it, likewise */

/* No request or answer is longer. */
#define WEBSOCKET_HANDSHAKE_MAX 16384

/* A new key of 16 random bytes. */
void websocket_key(char key[WEBSOCKET_KEY], const uint8_t random[16]);

/* The answer to a key: base64 of the SHA-1 of it and the fixed GUID. */
void websocket_accept(char accept[WEBSOCKET_ACCEPT], const char *key,
    size_t key_length);

/* Bytes of the head that `text` begins with, its empty line included; 0 while
 * that has not come. */
size_t websocket_head_end(const uint8_t *text, size_t length);

struct websocket_offer {
	const char *host, *path;
	const char *key;
	const char *protocol;       /* sub-protocols, or NULL */
	const char *const *headers; /* further lines, "Name: value"; a Host
	                               among them replaces ours */
	size_t header_count;
};

/* Whether a user may give that header: 0, or -1 with `err`. */
int websocket_check_header(const char *field, struct err *err);

/* Appends the request. Returns 0, or -1 as buf_add. */
int websocket_write_offer(struct buf *to, const struct websocket_offer *offer);

enum websocket_answer {
	WEBSOCKET_ACCEPTED,
	WEBSOCKET_REFUSED, /* HTTP, but another status than 101 */
	WEBSOCKET_NO_HTTP,
	WEBSOCKET_WRONG, /* 101 and yet no WebSocket, or not as asked */
};

/* Reads the answer's head. *status is set but for WEBSOCKET_NO_HTTP; `err` says
 * what is wrong. */
enum websocket_answer websocket_read_answer(const uint8_t *head, size_t length,
    const struct websocket_offer *offer, unsigned *status, struct err *err);

/* What a client asks for; texts stay in the input and are not terminated. */
struct websocket_request {
	const char *path, *key, *protocol;
	size_t path_length, key_length, protocol_length;
};

/* Reads a request's head. Returns 0, or -1 with `err`: to be answered 400. */
int websocket_read_request(struct websocket_request *request,
    const uint8_t *head, size_t length, struct err *err);

/* Appends 101 with the protocol (NULL: none). Returns 0, or -1 as buf_add. */
int websocket_write_answer(struct buf *to,
    const struct websocket_request *request, const char *protocol);

#endif
