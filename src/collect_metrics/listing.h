/* listing.h - the metric files that a machine says it has. */
#ifndef COLLECT_METRICS_LISTING_H
#define COLLECT_METRICS_LISTING_H

#include "lib/buf.h"
#include "lib/remote.h"

struct listed {
	size_t path; /* where in `text` it begins: "machine_1/client_2.json" */
	uint64_t size_bytes;
	int64_t modified_unix_s;
};

struct listing {
	struct listed *files; /* owned */
	size_t count, capacity;
	size_t met, most; /* names of any kind */
	struct buf text;
	uint64_t hostile; /* names passed over that no honest machine has */
};

/* Lists `folder` and the folders of machines in it. Returns 0, or -1 with
 * `err`: more than `most` names among others. */
int listing_read(struct listing *listing, struct remote *remote,
    const char *folder, int64_t deadline_ns, struct err *err);

const char *listing_path(const struct listing *listing, size_t i);
void listing_release(struct listing *listing);

#endif
