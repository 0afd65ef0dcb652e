/* seen.h - which clients have been read, and from which file. */
#ifndef AGGREGATE_SEEN_H
#define AGGREGATE_SEEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* {0} is empty. */
struct seen {
	struct seen_client *clients; /* an open hash table */
	size_t count, capacity;
};

/* Remembers a client. Returns NULL when it is new, else the file that it was
 * read from before. */
const char *seen_add(struct seen *seen, uint64_t machine_id, uint64_t client_id,
    const char *path);

/* Whether it has been added. */
bool seen_has(const struct seen *seen, uint64_t machine_id, uint64_t client_id);

void seen_clear(struct seen *seen);

#endif
