/* automerge.h - as much of automerge's binary format as a load needs, without
 * the library: sync messages, the heads of chunks, and changes of one
 * operation on the root map (the specification, section 3.4). */
#ifndef WIRE_AUTOMERGE_H
#define WIRE_AUTOMERGE_H

#include "lib/buf.h"
#include "wire/span.h"

#include <stdbool.h>
#include <stdint.h>

#define AUTOMERGE_HASH 32

/* Hashes one behind another. */
struct automerge_hashes {
	const uint8_t *at;
	size_t count;
};

bool automerge_has(struct automerge_hashes hashes, const uint8_t *hash);

/* A sync message; everything stays in the input. */
struct automerge_sync {
	uint8_t type; /* 0x42: change chunks; 0x43: what was once a document */
	struct automerge_hashes heads, needs;
	size_t have_count, chunk_count;
	struct span haves, chunks, capabilities;
};

/* "I have all up to lastSync, and what is in the Bloom filter." */
struct automerge_have {
	struct automerge_hashes last_sync;
	struct span bloom;
};

/* Reads one and checks it to its end. Returns 0, or -1. The two others then
 * take have and chunk after have and chunk; false when there is none left. */
int automerge_sync_read(struct automerge_sync *sync, const uint8_t *bytes,
    size_t length);
bool automerge_next_have(struct automerge_sync *sync,
    struct automerge_have *have);
bool automerge_next_chunk(struct automerge_sync *sync, struct span *chunk);

/* Appends one with one have (lastSync, no filter), no capabilities and at most
 * one chunk (empty: none). Returns 0, or -1 as buf_add. */
int automerge_sync_write(struct buf *to, struct automerge_hashes heads,
    struct automerge_hashes last_sync, struct span chunk);

enum automerge_chunk_type {
	AUTOMERGE_DOCUMENT = 0,
	AUTOMERGE_CHANGE = 1,
	AUTOMERGE_DEFLATED = 2, /* a change */
};

struct automerge_chunk {
	uint8_t type;
	uint8_t hash[AUTOMERGE_HASH]; /* of a change: its name */
	struct span contents;         /* inflated */
	uint8_t *inflated;            /* owned */
};

/* Takes a chunk from the front and checks its hash. Returns 0, or -1: cut
 * short, of another type, not what its checksum says, larger than 16 MiB. */
int automerge_chunk_read(struct automerge_chunk *chunk, struct span *from);
void automerge_chunk_release(struct automerge_chunk *chunk);

/* What a change's contents begin with. */
struct automerge_change {
	struct automerge_hashes deps;
	struct span actor, message;
	uint64_t seq, start_op, op_count;
	int64_t time; /* seconds since 1970, or 0 */
};

int automerge_change_read(struct automerge_change *change,
    const struct automerge_chunk *chunk);

/* The heads of a document chunk. Returns 0, or -1. */
int automerge_document_heads(struct automerge_hashes *heads,
    const struct automerge_chunk *chunk);

/* Writing */

enum automerge_action {
	AUTOMERGE_NOTHING = 0, /* a change without an operation */
	AUTOMERGE_SET = 1,
	AUTOMERGE_DELETE = 3,
	AUTOMERGE_INCREMENT = 5,
};

enum automerge_value {
	AUTOMERGE_NULL = 0,
	AUTOMERGE_FALSE = 1,
	AUTOMERGE_TRUE = 2,
	AUTOMERGE_INT = 4,
	AUTOMERGE_COUNTER = 8,
};

/* An operation that is overwritten: its counter, and its actor's place in the
 * change's table (0: the change's own, then `others` from 1). */
struct automerge_op {
	uint64_t counter, actor;
};

struct automerge_write {
	struct automerge_hashes deps; /* ascending */
	struct span actor;
	uint64_t seq, start_op;
	int64_t time;
	const char *message; /* NULL: none */
	const struct span *others;
	size_t other_count;

	enum automerge_action action;
	const char *key; /* of the root map */
	enum automerge_value type;
	int64_t value;
	const struct automerge_op *overwrites; /* ascending */
	size_t overwrite_count;
};

/* Appends the chunk, byte for byte as automerge 3 encodes it, and gives its
 * hash. Returns 0, or -1 as buf_add. */
int automerge_change_write(struct buf *to, const struct automerge_write *change,
    uint8_t hash[AUTOMERGE_HASH]);

#endif
