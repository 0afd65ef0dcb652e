#include "ring_server/history.h"

#include "lib/mem.h"

#include <stdlib.h>
#include <string.h>

#define BUCKETS_AT_FIRST 1024

/* FNV-1a over the name, then the id. */
static uint64_t hash_of(const char *name, uint64_t request_id)
{
	uint64_t hash = UINT64_C(14695981039346656037);

	for (; *name; name++)
		hash = (hash ^ (unsigned char)*name) * UINT64_C(1099511628211);
	hash = (hash ^ request_id) * UINT64_C(0x9e3779b97f4a7c15);
	return hash ^ hash >> 32;
}

void history_init(struct history *history)
{
	*history = (struct history){ .bucket_count = BUCKETS_AT_FIRST };
	history->buckets = mem_new(BUCKETS_AT_FIRST, sizeof(void *));
}

static void free_list(struct history_list *list)
{
	struct history_entry *entry = list->oldest;

	while (entry) {
		struct history_entry *newer = entry->newer;

		free(entry);
		entry = newer;
	}
}

void history_release(struct history *history)
{
	free_list(&history->live);
	free_list(&history->removed);
	free(history->buckets);
	*history = (struct history){ 0 };
}

static struct history_entry **bucket_of(const struct history *history,
    uint64_t hash)
{
	return &history->buckets[hash & (history->bucket_count - 1)];
}

static struct history_entry *lookup(const struct history *history,
    const char *name, uint64_t request_id)
{
	uint64_t hash = hash_of(name, request_id);
	struct history_entry *entry = *bucket_of(history, hash);

	while (
	    entry && (entry->hash != hash || entry->request_id != request_id ||
	                 strcmp(entry->client_name, name) != 0))
		entry = entry->next_in_bucket;
	return entry;
}

const struct history_entry *history_find(const struct history *history,
    const char *client_name, uint64_t request_id)
{
	const struct history_entry *entry =
	    lookup(history, client_name, request_id);

	return entry && !entry->removed ? entry : NULL;
}

static struct history_list *list_of(struct history *history,
    const struct history_entry *entry)
{
	return entry->removed ? &history->removed : &history->live;
}

static void unlink_entry(struct history_list *list, struct history_entry *entry)
{
	*(entry->older ? &entry->older->newer : &list->oldest) = entry->newer;
	*(entry->newer ? &entry->newer->older : &list->newest) = entry->older;
	list->count--;
}

static void link_newest(struct history_list *list, struct history_entry *entry)
{
	entry->newer = NULL;
	entry->older = list->newest;
	*(list->newest ? &list->newest->newer : &list->oldest) = entry;
	list->newest = entry;
	list->count++;
}

static void drop(struct history *history, struct history_entry *entry)
{
	struct history_entry **at = bucket_of(history, entry->hash);

	while (*at != entry)
		at = &(*at)->next_in_bucket;
	*at = entry->next_in_bucket;
	unlink_entry(list_of(history, entry), entry);
	free(entry);
}

static void grow(struct history *history)
{
	struct history old = *history;

	history->bucket_count *= 2;
	history->buckets = mem_new(history->bucket_count, sizeof(void *));
	for (size_t i = 0; i < old.bucket_count; i++) {
		struct history_entry *entry = old.buckets[i];

		while (entry) {
			struct history_entry *next = entry->next_in_bucket;
			struct history_entry **at =
			    bucket_of(history, entry->hash);

			entry->next_in_bucket = *at;
			*at = entry;
			entry = next;
		}
	}
	free(old.buckets);
}

/* A new entry, in its bucket but not yet in a list. */
static struct history_entry *insert(struct history *history, const char *name,
    uint64_t request_id)
{
	size_t length = strlen(name);
	struct history_entry *entry, **at;

	if (length > HISTORY_NAME_MAX)
		return NULL;
	if (history->live.count + history->removed.count >=
	    history->bucket_count)
		grow(history);
	entry = mem_new(1, sizeof *entry + length + 1);
	memcpy(entry->client_name, name, length + 1);
	entry->request_id = request_id;
	entry->hash = hash_of(name, request_id);
	at = bucket_of(history, entry->hash);
	entry->next_in_bucket = *at;
	*at = entry;
	return entry;
}

/* Puts the entry at the young end of the list it now belongs to. */
static void touch(struct history *history, struct history_entry *entry,
    bool removed, int64_t now_ns)
{
	struct history_list *list;

	entry->removed = removed;
	entry->touched_ns = now_ns;
	list = list_of(history, entry);
	link_newest(list, entry);
	if (list->count > HISTORY_MAX)
		drop(history, list->oldest);
}

bool history_put(struct history *history, const char *client_name,
    uint64_t request_id, uint32_t server_id, uint64_t timestamp,
    enum history_rule rule, int64_t now_ns)
{
	struct history_entry *entry = lookup(history, client_name, request_id);

	if (entry) {
		bool equal_wins = !entry->removed && rule == HISTORY_LATEST;

		if (timestamp < entry->timestamp ||
		    (timestamp == entry->timestamp && !equal_wins))
			return false;
		unlink_entry(list_of(history, entry), entry);
	} else {
		entry = insert(history, client_name, request_id);
		if (!entry)
			return false;
	}
	entry->server_id = server_id;
	entry->timestamp = timestamp;
	touch(history, entry, false, now_ns);
	return true;
}

const struct history_entry *history_assign(struct history *history,
    const char *client_name, uint64_t request_id, uint32_t server_id,
    uint64_t unix_s, int64_t now_ns)
{
	const struct history_entry *entry =
	    lookup(history, client_name, request_id);

	if (entry && entry->timestamp >= unix_s &&
	    entry->timestamp < UINT64_MAX)
		unix_s = entry->timestamp + 1;
	if (!history_put(history, client_name, request_id, server_id, unix_s,
	        HISTORY_LATEST, now_ns))
		return NULL;
	return lookup(history, client_name, request_id);
}

bool history_remove(struct history *history, const char *client_name,
    uint64_t request_id, uint64_t unix_s, int64_t now_ns)
{
	struct history_entry *entry = lookup(history, client_name, request_id);
	bool known = entry && !entry->removed;

	if (entry)
		unlink_entry(list_of(history, entry), entry);
	else
		entry = insert(history, client_name, request_id);
	if (!entry)
		return false;
	if (entry->timestamp < unix_s)
		entry->timestamp = unix_s;
	touch(history, entry, true, now_ns);
	return known;
}

static void expire_list(struct history *history, struct history_list *list,
    int64_t life_ns, int64_t now_ns)
{
	while (list->oldest && now_ns - list->oldest->touched_ns > life_ns)
		drop(history, list->oldest);
}

void history_expire(struct history *history, int64_t now_ns)
{
	expire_list(history, &history->live, HISTORY_LIFE_NS, now_ns);
	expire_list(history, &history->removed, HISTORY_TOMBSTONE_NS, now_ns);
}
