/* http1.h - HTTP/1.1 responses as a client reads them (RFC 9112), strictly.
 *
 * What could be read in two ways is refused, not guessed: two lengths, a length
 * beside a transfer coding, folded lines, a blank before a colon, a bare CR or
 * LF, numbers that do not fit. Bytes may come in any pieces; they make no
 * difference to the result. */
#ifndef WIRE_HTTP1_H
#define WIRE_HTTP1_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum http1_progress {
	HTTP1_MORE, /* it goes on */
	HTTP1_DONE,
	HTTP1_BAD, /* `error` says why */
};

/* How the end of a body is known (RFC 9112, 6.3). */
enum http1_framing {
	HTTP1_NO_BODY, /* to HEAD, and with 204, 304 */
	HTTP1_LENGTH,
	HTTP1_CHUNKED,
	HTTP1_UNTIL_CLOSE,
};

#define HTTP1_HEAD_MAX 65536

/* Status line and header fields. {0}, or with `to_head` set, is none yet. */
struct http1_head {
	bool to_head;    /* answers a HEAD request */
	bool keep_alive; /* the connection serves another request */
	unsigned status;
	enum http1_framing framing;
	uint64_t body_length; /* of HTTP1_LENGTH */
	size_t length;        /* bytes; what is behind them is the body */
	size_t begin;         /* of the final head: interim ones are before */
	const char *error;

	/* The parser's own. */
	size_t line; /* where the next one begins */
	bool has_status, old, has_length, chunked, close, stay;
};

/* Looks at the bytes received so far, always from the first on; they may have
 * moved since the last call. Interim responses (1xx, but not 101) are skipped;
 * all together are HTTP1_HEAD_MAX bytes at most. */
enum http1_progress http1_head(struct http1_head *head, const char *bytes,
    size_t length);

/* The value of the final head's first field of that name, without the blanks
 * around it, in `bytes`; NULL without such a field. */
const char *http1_field(const struct http1_head *head, const char *bytes,
    const char *name, size_t *length);

/* The body that follows a head. */
struct http1_body {
	enum http1_framing framing;
	const char *error;

	/* The parser's own. */
	uint64_t left; /* of the content, or of the chunk */
	int state;
	uint32_t line_bytes, trailer_bytes;
};

/* Content among the bytes that were taken. */
struct http1_piece {
	const char *bytes;
	size_t length;
};

/* HTTP1_DONE at once when there is nothing to come. */
enum http1_progress http1_body_begin(struct http1_body *body,
    const struct http1_head *head);

/* Takes the front of `bytes`, as far as one piece of content goes; *count says
 * how many there are and then how many were taken. Chunk extensions and trailer
 * fields are checked and passed over. HTTP1_DONE: the message ends there. */
enum http1_progress http1_body(struct http1_body *body, const char *bytes,
    size_t *count, struct http1_piece *piece);

/* How many bytes of content come before anything else: as many may be received
 * without being looked at; then http1_body_skip says so. UINT64_MAX when all
 * that comes is content. */
uint64_t http1_body_coming(const struct http1_body *body);
enum http1_progress http1_body_skip(struct http1_body *body, uint64_t count);

/* The peer has closed: HTTP1_DONE where that ends the body. */
enum http1_progress http1_body_close(struct http1_body *body);

#endif
