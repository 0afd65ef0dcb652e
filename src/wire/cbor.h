/* cbor.h - the part of CBOR (RFC 8949) that automerge-repo's peers speak:
 * definite lengths only, in as many bytes as the writer liked; tags are passed
 * over. Indefinite lengths, reserved ones, unknown simple values and text that
 * is not UTF-8 are refused. */
#ifndef WIRE_CBOR_H
#define WIRE_CBOR_H

#include "lib/buf.h"
#include "wire/span.h"

#include <stdbool.h>
#include <stdint.h>

enum cbor_type {
	CBOR_UNSIGNED, /* number */
	CBOR_NEGATIVE, /* -1 - number */
	CBOR_BYTES,    /* number of them, and `bytes` */
	CBOR_TEXT,     /* likewise; valid UTF-8 */
	CBOR_ARRAY,    /* number of items that follow */
	CBOR_MAP,      /* number of pairs that follow */
	CBOR_BOOL,     /* number: 0 or 1 */
	CBOR_NULL,
	CBOR_UNDEFINED,
	CBOR_FLOAT, /* real */
};

struct cbor {
	enum cbor_type type;
	uint64_t number;
	double real;
	const uint8_t *bytes; /* in the input */
};

/* The next item, of an array or a map only its head, and past it. Returns 0,
 * or -1 for what is no such item or longer than the input. */
int cbor_read(struct span *from, struct cbor *item);

/* Past the next item with all that it holds. Returns 0, or -1 likewise. */
int cbor_skip(struct span *from);

/* Whether it is that text. */
bool cbor_is(const struct cbor *item, const char *text);

/* Write, in the shortest form. Return 0, or -1 as buf_add. */
int cbor_write_head(struct buf *to, enum cbor_type type, uint64_t number);
int cbor_write_bytes(struct buf *to, const void *bytes, size_t length);
int cbor_write_text(struct buf *to, const char *text);

#endif
