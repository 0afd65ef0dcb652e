#include "stress_client/tonk_ledger.h"

#include "lib/mem.h"
#include "stress_client/tonk_ledger_state.h"

#include <stdlib.h>
#include <string.h>

void ledger_lock(struct tonk_ledger *ledger)
{
	pthread_mutex_lock(&ledger->lock);
}

void ledger_unlock(struct tonk_ledger *ledger)
{
	pthread_mutex_unlock(&ledger->lock);
}

struct tonk_ledger *tonk_ledger_new(size_t listeners)
{
	struct tonk_ledger *ledger = mem_new(1, sizeof *ledger);
	pthread_mutex_init(&ledger->lock, NULL);
	ledger->capacity = listeners;
	ledger->words = (listeners + 63) / 64;
	ledger->listeners = mem_new(listeners, sizeof *ledger->listeners);
	ledger->scribe = NOBODY;
	return ledger;
}

void tonk_ledger_free(struct tonk_ledger *ledger)
{
	if (!ledger)
		return;
	while (ledger->oldest) {
		struct ledger_entry *entry = ledger->oldest;
		ledger->oldest = entry->newer;
		free(entry);
	}
	pthread_mutex_destroy(&ledger->lock);
	free(ledger->listeners);
	free(ledger->acked);
	free(ledger->stack);
	free(ledger);
}

/* Entries */

uint64_t tonk_ledger_key(const uint8_t *hash)
{
	uint64_t key;
	memcpy(&key, hash, sizeof key);
	return key;
}

static struct ledger_entry **bucket(struct tonk_ledger *ledger, uint64_t key)
{
	return &ledger->buckets[key * UINT64_C(0x9e3779b97f4a7c15) >> 52];
}

struct ledger_entry *ledger_find(struct tonk_ledger *ledger, uint64_t key,
    bool is_message)
{
	struct ledger_entry *entry = *bucket(ledger, key);
	while (entry && (entry->key != key || entry->is_message != is_message))
		entry = entry->chain;
	return entry;
}

bool entry_waits(const struct ledger_entry *entry, size_t listener)
{
	return entry->waits[listener / 64] >> listener % 64 & 1;
}

static bool is_due(const struct ledger_entry *entry)
{
	return !entry->is_message && !entry->doubtful;
}

static void set_waiting(struct tonk_ledger *ledger, struct ledger_entry *entry,
    size_t listener)
{
	entry->waits[listener / 64] |= UINT64_C(1) << listener % 64;
	entry->waiting++;
	ledger->listeners[listener].due += is_due(entry);
}

void ledger_end_waiting(struct tonk_ledger *ledger, struct ledger_entry *entry,
    size_t listener)
{
	entry->waits[listener / 64] &= ~(UINT64_C(1) << listener % 64);
	entry->waiting--;
	ledger->listeners[listener].due -= is_due(entry);
}

struct ledger_entry *ledger_add(struct tonk_ledger *ledger, uint64_t key,
    size_t dep_count, int64_t now_ns)
{
	struct ledger_entry *entry = mem_new(1,
	    sizeof *entry + (ledger->words + dep_count) * sizeof(uint64_t));
	entry->waits = (uint64_t *)(entry + 1);
	entry->deps = entry->waits + ledger->words;
	entry->dep_count = dep_count;
	entry->key = key;
	entry->writer = NOBODY;
	entry->written_ns = entry->last_ns = now_ns;
	struct ledger_entry **first = bucket(ledger, key);
	entry->chain = *first;
	*first = entry;
	entry->older = ledger->newest;
	if (ledger->newest)
		ledger->newest->newer = entry;
	else
		ledger->oldest = entry;
	ledger->newest = entry;
	return entry;
}

static void drop(struct tonk_ledger *ledger, struct ledger_entry *entry)
{
	struct ledger_entry **at = bucket(ledger, entry->key);
	while (*at != entry)
		at = &(*at)->chain;
	*at = entry->chain;
	if (entry->older)
		entry->older->newer = entry->newer;
	else
		ledger->oldest = entry->newer;
	if (entry->newer)
		entry->newer->older = entry->older;
	else
		ledger->newest = entry->older;
	free(entry);
}

/* Listeners */

size_t tonk_ledger_enter(struct tonk_ledger *ledger)
{
	ledger_lock(ledger);
	size_t number =
	    ledger->count < ledger->capacity ? ledger->count++ : NOBODY;
	ledger->present++;
	ledger_unlock(ledger);
	return number;
}

bool tonk_ledger_exit(struct tonk_ledger *ledger, bool over)
{
	ledger_lock(ledger);
	bool last = --ledger->present == 0 &&
	            (over || ledger->count == ledger->capacity);
	ledger_unlock(ledger);
	return last;
}

static size_t another_scribe(const struct tonk_ledger *ledger)
{
	for (size_t i = 0; i < ledger->count; i++)
		if (ledger->listeners[i].joined)
			return i;
	return NOBODY;
}

/* It may have been lost on the way: its writer is told so and knows no more. */
static void doubt(struct tonk_ledger *ledger, struct ledger_entry *entry)
{
	for (size_t i = 0; i < ledger->count; i++)
		if (entry_waits(entry, i))
			ledger->listeners[i].due -= is_due(entry);
	entry->doubtful = true;
}

static void leave(struct tonk_ledger *ledger, size_t listener)
{
	struct ledger_listener *self = &ledger->listeners[listener];
	if (!self->joined)
		return;
	self->joined = false;
	self->messages_at_loss = ledger->messages;
	for (struct ledger_entry *entry = ledger->oldest; entry;
	     entry = entry->newer) {
		if (!entry_waits(entry, listener))
			continue;
		if (entry->writer == listener && !entry->acked)
			doubt(ledger, entry);
		self->missed += entry->is_message;
		ledger_end_waiting(ledger, entry, listener);
	}
	if (ledger->scribe == listener)
		ledger->scribe = another_scribe(ledger);
}

uint64_t tonk_ledger_join(struct tonk_ledger *ledger, size_t listener,
    int64_t now_ns)
{
	ledger_lock(ledger);
	struct ledger_listener *self = &ledger->listeners[listener];
	leave(ledger, listener);
	uint64_t missed = self->missed;
	if (self->joined_ns > 0)
		missed += ledger->messages - self->messages_at_loss;
	self->missed = 0;
	self->joined = true;
	self->joined_ns = now_ns;
	self->head_count = 0;
	if (ledger->scribe == NOBODY)
		ledger->scribe = listener;
	for (struct ledger_entry *entry = ledger->oldest; entry;
	     entry = entry->newer)
		if (!entry->is_message)
			set_waiting(ledger, entry, listener);
	ledger_unlock(ledger);
	return missed;
}

void tonk_ledger_leave(struct tonk_ledger *ledger, size_t listener)
{
	ledger_lock(ledger);
	leave(ledger, listener);
	ledger_unlock(ledger);
}

bool tonk_ledger_is_scribe(struct tonk_ledger *ledger, size_t listener)
{
	ledger_lock(ledger);
	bool is = ledger->scribe == listener;
	ledger_unlock(ledger);
	return is;
}

void ledger_let_all_wait(struct tonk_ledger *ledger, struct ledger_entry *entry)
{
	for (size_t i = 0; i < ledger->count; i++)
		if (ledger->listeners[i].joined &&
		    !(entry->is_message && i == entry->writer))
			set_waiting(ledger, entry, i);
}

/* Messages */

uint64_t tonk_ledger_send(struct tonk_ledger *ledger, size_t sender,
    int64_t now_ns)
{
	ledger_lock(ledger);
	uint64_t number = ++ledger->messages;
	struct ledger_entry *entry = ledger_add(ledger, number, 0, now_ns);
	entry->is_message = true;
	entry->writer = sender;
	ledger_let_all_wait(ledger, entry);
	ledger_unlock(ledger);
	return number;
}

enum tonk_heard tonk_ledger_hear(struct tonk_ledger *ledger, size_t listener,
    uint64_t number, int64_t now_ns)
{
	enum tonk_heard heard = TONK_HEARD;
	ledger_lock(ledger);
	struct ledger_entry *entry = ledger_find(ledger, number, true);
	if (!entry) {
		heard = TONK_UNKNOWN_MESSAGE;
	} else if (!entry_waits(entry, listener)) {
		heard =
		    ledger->listeners[listener].joined_ns <= entry->written_ns
		        ? TONK_AGAIN
		        : TONK_UNKNOWN_MESSAGE;
	} else {
		ledger_end_waiting(ledger, entry, listener);
		entry->last_ns = now_ns;
	}
	ledger_unlock(ledger);
	return heard;
}

bool tonk_ledger_all_heard(struct tonk_ledger *ledger, uint64_t number,
    int64_t *last_ns)
{
	ledger_lock(ledger);
	struct ledger_entry *entry = ledger_find(ledger, number, true);
	bool all = entry && entry->waiting == 0;
	if (entry)
		*last_ns = entry->last_ns;
	ledger_unlock(ledger);
	return all;
}

static uint64_t count_missed(struct tonk_ledger *ledger,
    struct ledger_entry *entry)
{
	uint64_t missed = 0;
	for (size_t i = 0; i < ledger->count && entry->waiting > 0; i++) {
		if (!entry_waits(entry, i))
			continue;
		missed += entry->writer != NOBODY && entry->writer != i &&
		          !entry->doubtful &&
		          ledger->listeners[i].joined_ns <= entry->written_ns;
		ledger_end_waiting(ledger, entry, i);
	}
	return missed;
}

struct tonk_missed tonk_ledger_expire(struct tonk_ledger *ledger,
    int64_t before_ns)
{
	struct tonk_missed missed = { 0 };
	ledger_lock(ledger);
	while (ledger->oldest && ledger->oldest->written_ns < before_ns) {
		struct ledger_entry *entry = ledger->oldest;
		uint64_t count = count_missed(ledger, entry);
		if (entry->is_message)
			missed.messages += count;
		else
			missed.changes += count;
		drop(ledger, entry);
	}
	ledger_unlock(ledger);
	return missed;
}
