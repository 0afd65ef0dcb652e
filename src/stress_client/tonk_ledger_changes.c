/* tonk_ledger_changes.c - changes of the document, and what covers what; see
 * tonk_ledger.h. */
#include "stress_client/tonk_ledger.h"

#include "lib/clock.h"
#include "lib/mem.h"
#include "stress_client/tonk_ledger_state.h"

#include <stdlib.h>
#include <string.h>

/* Keys that somebody still waits for and the writer has seen. */
static size_t collect_seen(struct tonk_ledger *ledger, size_t writer,
    uint64_t *keys)
{
	size_t count = 0;
	for (struct ledger_entry *entry = ledger->oldest; entry;
	     entry = entry->newer) {
		if (entry->is_message || entry->waiting == 0 ||
		    entry_waits(entry, writer))
			continue;
		if (keys)
			keys[count] = entry->key;
		count++;
	}
	return count;
}

static struct ledger_entry *add_change(struct tonk_ledger *ledger, uint64_t key,
    struct automerge_hashes deps, size_t writer, int64_t now_ns)
{
	size_t more = writer == NOBODY ? 0 : collect_seen(ledger, writer, NULL);
	uint64_t *keys = mem_new(more + 1, sizeof *keys);
	if (more > 0)
		collect_seen(ledger, writer, keys);
	struct ledger_entry *entry =
	    ledger_add(ledger, key, deps.count + more, now_ns);
	for (size_t i = 0; i < deps.count; i++)
		entry->deps[i] = tonk_ledger_key(deps.at + i * AUTOMERGE_HASH);
	memcpy(entry->deps + deps.count, keys, more * sizeof *keys);
	free(keys);
	ledger_let_all_wait(ledger, entry);
	return entry;
}

static void append(uint64_t **keys, size_t *count, size_t *capacity,
    uint64_t key)
{
	if (*count == *capacity) {
		*capacity = 2 * *capacity + 64;
		*keys = mem_resize(*keys, *capacity, sizeof **keys);
	}
	(*keys)[(*count)++] = key;
}

static void push(struct tonk_ledger *ledger, uint64_t key)
{
	append(&ledger->stack, &ledger->stack_length, &ledger->stack_capacity,
	    key);
}

/* The listener has seen what is on the stack, with all that it is built upon.
 * What it need not see, or has seen, it has seen to the ground. */
static void walk(struct tonk_ledger *ledger, size_t listener, int64_t now_ns,
    tonk_seen *seen, void *context)
{
	const struct ledger_listener *self = &ledger->listeners[listener];
	while (ledger->stack_length > 0) {
		uint64_t key = ledger->stack[--ledger->stack_length];
		struct ledger_entry *entry = ledger_find(ledger, key, false);
		if (!entry || !entry_waits(entry, listener))
			continue;
		ledger_end_waiting(ledger, entry, listener);
		entry->last_ns = now_ns;
		if (entry->writer == listener && !entry->acked &&
		    ledger->acked_count < TONK_CHANGES_MOST)
			append(&ledger->acked, &ledger->acked_count,
			    &ledger->acked_capacity, key);
		entry->acked |= entry->writer == listener;
		if (seen && entry->writer != NOBODY &&
		    entry->writer != listener &&
		    self->joined_ns <= entry->written_ns)
			seen(context, (now_ns - entry->written_ns) / NS_PER_US);
		for (size_t i = 0; i < entry->dep_count; i++)
			push(ledger, entry->deps[i]);
	}
}

void tonk_ledger_write(struct tonk_ledger *ledger, size_t writer,
    const uint8_t *hash, struct automerge_hashes deps, bool all, int64_t now_ns)
{
	ledger_lock(ledger);
	struct ledger_entry *entry = add_change(ledger, tonk_ledger_key(hash),
	    deps, all ? writer : NOBODY, now_ns);
	entry->writer = writer;
	ledger_unlock(ledger);
}

bool tonk_ledger_knows(struct tonk_ledger *ledger, const uint8_t *hash)
{
	ledger_lock(ledger);
	bool known = ledger_find(ledger, tonk_ledger_key(hash), false) != NULL;
	ledger_unlock(ledger);
	return known;
}

static bool was_told(const struct ledger_listener *listener, uint64_t key)
{
	for (size_t i = 0; i < listener->head_count; i++)
		if (listener->heads[i] == key)
			return true;
	return false;
}

static bool is_built_upon(const struct ledger_entry *entry, uint64_t key)
{
	for (size_t i = 0; i < entry->dep_count; i++)
		if (entry->deps[i] == key)
			return true;
	return false;
}

/* Its chunk comes after the heads that cover it: who was told of it, or has
 * seen what is built upon it, has seen it. */
static void settle(struct tonk_ledger *ledger, uint64_t key, int64_t now_ns,
    tonk_seen *seen, void *context)
{
	for (size_t i = 0; i < ledger->count; i++) {
		if (!was_told(&ledger->listeners[i], key))
			continue;
		push(ledger, key);
		walk(ledger, i, now_ns, seen, context);
	}
	for (struct ledger_entry *entry = ledger->oldest; entry;
	     entry = entry->newer) {
		if (!is_built_upon(entry, key))
			continue;
		for (size_t i = 0; i < ledger->count; i++) {
			if (!ledger->listeners[i].joined ||
			    entry_waits(entry, i))
				continue;
			push(ledger, key);
			walk(ledger, i, now_ns, seen, context);
		}
	}
}

void tonk_ledger_learn(struct tonk_ledger *ledger, const uint8_t *hash,
    struct automerge_hashes deps, int64_t now_ns, tonk_seen *seen,
    void *context)
{
	uint64_t key = tonk_ledger_key(hash);
	ledger_lock(ledger);
	if (!ledger_find(ledger, key, false)) {
		add_change(ledger, key, deps, NOBODY, now_ns);
		settle(ledger, key, now_ns, seen, context);
	}
	ledger_unlock(ledger);
}

void tonk_ledger_heads(struct tonk_ledger *ledger, size_t listener,
    struct automerge_hashes heads, int64_t now_ns, tonk_seen *seen,
    void *context)
{
	ledger_lock(ledger);
	struct ledger_listener *self = &ledger->listeners[listener];
	self->head_count = 0;
	for (size_t i = 0; i < heads.count; i++) {
		uint64_t key = tonk_ledger_key(heads.at + i * AUTOMERGE_HASH);
		if (self->head_count < HEADS_KEPT)
			self->heads[self->head_count++] = key;
		push(ledger, key);
	}
	walk(ledger, listener, now_ns, seen, context);
	ledger_unlock(ledger);
}

bool tonk_ledger_has_seen(struct tonk_ledger *ledger, size_t listener,
    const uint8_t *hash)
{
	ledger_lock(ledger);
	const struct ledger_entry *entry =
	    ledger_find(ledger, tonk_ledger_key(hash), false);
	bool has = entry && !entry_waits(entry, listener);
	ledger_unlock(ledger);
	return has;
}

size_t tonk_ledger_due(struct tonk_ledger *ledger, size_t listener)
{
	ledger_lock(ledger);
	size_t due = ledger->listeners[listener].due;
	ledger_unlock(ledger);
	return due;
}

uint64_t *tonk_ledger_take_acked(struct tonk_ledger *ledger, size_t *count)
{
	ledger_lock(ledger);
	uint64_t *keys = ledger->acked;
	*count = ledger->acked_count;
	ledger->acked = NULL;
	ledger->acked_count = ledger->acked_capacity = 0;
	ledger_unlock(ledger);
	return keys;
}

uint64_t tonk_ledger_operations(struct tonk_ledger *ledger, uint64_t count)
{
	ledger_lock(ledger);
	uint64_t number = ledger->operations;
	ledger->operations += count;
	ledger_unlock(ledger);
	return number;
}

void tonk_ledger_saw_operation(struct tonk_ledger *ledger, uint64_t number)
{
	ledger_lock(ledger);
	if (number > ledger->operations && number < INT64_MAX)
		ledger->operations = number;
	ledger_unlock(ledger);
}
