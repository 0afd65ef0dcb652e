/* automerge_parts.h - what both sync messages and chunks consist of. Private to
 * automerge_*.c. */
#ifndef WIRE_AUTOMERGE_PARTS_H
#define WIRE_AUTOMERGE_PARTS_H

#include "lib/buf.h"
#include "wire/automerge.h"

/* What every chunk begins with. */
extern const uint8_t automerge_magic[4];

int automerge_add_number(struct buf *to, uint64_t number);

/* A number of bytes, and the bytes. Returns 0, or -1. */
int automerge_read_bytes(struct span *from, struct span *bytes);

/* A number of hashes, and the hashes. */
int automerge_read_hashes(struct span *from, struct automerge_hashes *hashes);

#endif
