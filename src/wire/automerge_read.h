/* automerge_read.h - what both sync messages and chunks consist of. Private to
 * automerge_*.c. */
#ifndef WIRE_AUTOMERGE_READ_H
#define WIRE_AUTOMERGE_READ_H

#include "wire/automerge.h"

/* A number of bytes, and the bytes. Returns 0, or -1. */
int automerge_read_bytes(struct span *from, struct span *bytes);

/* A number of hashes, and the hashes. */
int automerge_read_hashes(struct span *from, struct automerge_hashes *hashes);

#endif
