/* carrier.h - the picture that secrets are hidden in. */
#ifndef RING_SERVER_CARRIER_H
#define RING_SERVER_CARRIER_H

#include "lib/buf.h"
#include "lib/err.h"
#include "wire/picture.h"

#include <stddef.h>
#include <stdint.h>

/* Of one size when it was read from a file; else it grows with the secret. */
struct carrier {
	struct picture cover; /* rgba NULL: generated */
};

/* Reads COVER_IMAGE; `path` NULL: the carrier is generated. Returns 0, or -1
 * with `err`. */
int carrier_open(struct carrier *carrier, const char *path, struct err *err);
void carrier_release(struct carrier *carrier);

/* Appends the PNG file of the carrier with `secret` in it. Returns 0, or -1
 * with `err`: the cover is too small (the original's words, specification 4),
 * or there is no memory. Safe from several threads at once. */
int carrier_embed(const struct carrier *carrier, struct buf *out,
    const uint8_t *secret, size_t length, struct err *err);

#endif
