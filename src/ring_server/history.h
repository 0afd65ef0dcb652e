/* history.h - the replicated map of tasks: (client, request id) -> server.
 *
 * The newest timestamp wins. What was removed leaves a tombstone for a while,
 * because a remove may overtake its add (they come from different nodes).
 * Entries nobody removes expire; the map is bounded and drops the oldest. */
#ifndef RING_SERVER_HISTORY_H
#define RING_SERVER_HISTORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define HISTORY_MAX          32768 /* entries and tombstones, each */
#define HISTORY_NAME_MAX     256   /* bytes of a client's name */
#define HISTORY_LIFE_NS      (INT64_C(600) * 1000000000)
#define HISTORY_TOMBSTONE_NS (INT64_C(60) * 1000000000)

struct history_entry {
	struct history_entry *next_in_bucket;
	struct history_entry *older, *newer; /* by the last touch */
	uint64_t hash, request_id, timestamp;
	int64_t touched_ns;
	uint32_t server_id;
	bool removed;
	char client_name[];
};

struct history_list {
	struct history_entry *oldest, *newest;
	size_t count;
};

struct history {
	struct history_entry **buckets;
	size_t bucket_count;
	struct history_list live, removed;
};

void history_init(struct history *history);
void history_release(struct history *history);

/* The task's entry, or NULL when it is unknown or removed. Borrowed until the
 * next change. */
const struct history_entry *history_find(const struct history *history,
    const char *client_name, uint64_t request_id);

enum history_rule {
	HISTORY_NEWER,  /* a merge: of equal timestamps the first seen stays */
	HISTORY_LATEST, /* the leader's word: of equal ones the last stays */
};

/* Learns of an assignment. Returns whether it changed the map: false when a
 * newer one is known, the task was removed, or the name is too long. */
bool history_put(struct history *history, const char *client_name,
    uint64_t request_id, uint32_t server_id, uint64_t timestamp,
    enum history_rule rule, int64_t now_ns);

/* Decides an assignment: it replaces whatever is known. The timestamp becomes
 * `unix_s`, or later if that is needed to be the newest. Returns the entry, or
 * NULL when the name is too long. */
const struct history_entry *history_assign(struct history *history,
    const char *client_name, uint64_t request_id, uint32_t server_id,
    uint64_t unix_s, int64_t now_ns);

/* Forgets a task. Returns whether it was known. */
bool history_remove(struct history *history, const char *client_name,
    uint64_t request_id, uint64_t unix_s, int64_t now_ns);

/* Drops what has outlived its time. */
void history_expire(struct history *history, int64_t now_ns);

#endif
