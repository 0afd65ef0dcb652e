/* websocket.h - WebSocket frames and messages, both sides (RFC 6455). */
#ifndef WIRE_WEBSOCKET_H
#define WIRE_WEBSOCKET_H

#include "lib/buf.h"
#include "lib/utf8.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum websocket_opcode {
	WEBSOCKET_CONTINUATION = 0,
	WEBSOCKET_TEXT = 1,
	WEBSOCKET_BINARY = 2,
	WEBSOCKET_CLOSE = 8,
	WEBSOCKET_PING = 9,
	WEBSOCKET_PONG = 10,
};

#define WEBSOCKET_FIN     0x80 /* the message's last frame */
#define WEBSOCKET_HEAD    14   /* bytes of the longest head of a frame */
#define WEBSOCKET_CONTROL 125  /* of the longest payload of a control frame */

/* Close codes (section 7.4.1, and the IANA registry). */
enum websocket_close {
	WEBSOCKET_NORMAL = 1000,
	WEBSOCKET_GOING_AWAY = 1001,
	WEBSOCKET_PROTOCOL_ERROR = 1002,
	WEBSOCKET_NO_CODE = 1005, /* never on the wire */
	WEBSOCKET_BAD_TEXT = 1007,
	WEBSOCKET_TOO_BIG = 1009,
};

/* Writes a frame's head: `first` is the opcode with WEBSOCKET_FIN or without,
 * `mask` four random bytes (a client's) or NULL (a server's). Returns its
 * length; `out` has room for WEBSOCKET_HEAD. */
size_t websocket_head(uint8_t *out, unsigned first, const uint8_t *mask,
    uint64_t length);

/* Masks or unmasks what begins `offset` bytes into a payload. `to` may be
 * `from`. */
void websocket_mask(uint8_t *to, const uint8_t *from, size_t length,
    const uint8_t mask[4], uint64_t offset);

/* Reading. A reader that waits for nothing holds no memory beside itself. */
struct websocket_reader {
	bool server;    /* the peer is a client: it must mask */
	uint64_t limit; /* bytes of the longest message; 0: none */

	/* Why it said WEBSOCKET_BAD: what to close with, and words for it. */
	enum websocket_close close;
	const char *fault;

	/* Its own. */
	uint8_t head[WEBSOCKET_HEAD], head_length;
	bool in_frame, delivered;
	uint8_t type; /* of the message in progress; 0: none */
	uint8_t control_length;
	uint64_t length, taken; /* of the frame's payload */
	struct utf8 utf8;
	struct buf message; /* as far as it has come */
	uint8_t control[WEBSOCKET_CONTROL];
};

struct websocket_message {
	enum websocket_opcode type;
	const uint8_t *data; /* until the next call; of a close: its reason */
	size_t length;
	unsigned code; /* of a close; WEBSOCKET_NO_CODE if it has none */
};

enum websocket_progress {
	WEBSOCKET_MORE,    /* the input is used up */
	WEBSOCKET_MESSAGE, /* a whole message, or a control frame */
	WEBSOCKET_BAD,     /* what came is against the protocol, for good */
};

/* Takes up to *length bytes, which it may change (it unmasks in place), and
 * leaves in *length how many. After a message call it again with the rest, also
 * when there is none: it then lets go of the message. */
enum websocket_progress websocket_read(struct websocket_reader *reader,
    uint8_t *bytes, size_t *length, struct websocket_message *message);

void websocket_reader_release(struct websocket_reader *reader);

#endif
