#include "stress_client/tonk_ledger.h"

#include "lib/clock.h"
#include "lib/mem.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define BUCKETS    4096
#define HEADS_KEPT 8
#define NOBODY     SIZE_MAX

/* Hashes are told apart by their first eight bytes. */
struct entry {
	struct entry *chain;         /* in its bucket */
	struct entry *older, *newer; /* by the time they were written */
	uint64_t key;                /* of a message: its number */
	bool is_message;
	size_t writer; /* NOBODY: not one of ours */
	int64_t written_ns, last_ns;
	size_t waiting;  /* listeners that have not heard of it */
	uint64_t *waits; /* one bit for each listener; in the same block */
	uint64_t *deps;
	size_t dep_count;
};

struct listener {
	bool joined;
	int64_t joined_ns;
	size_t due;                 /* changes that it has to see */
	uint64_t heads[HEADS_KEPT]; /* keys of what it was told last */
	size_t head_count;
	uint64_t messages_at_loss; /* messages so far when it left */
	uint64_t missed;           /* that were on their way then */
};

struct tonk_ledger {
	pthread_mutex_t lock;
	struct listener *listeners;
	size_t capacity, count, words;
	size_t scribe;
	struct entry *buckets[BUCKETS];
	struct entry *oldest, *newest;
	uint64_t messages; /* so far */
	uint64_t operations;
	uint64_t *stack; /* keys to look at */
	size_t stack_length, stack_capacity;
};

static void lock(struct tonk_ledger *ledger)
{
	pthread_mutex_lock(&ledger->lock);
}

static void unlock(struct tonk_ledger *ledger)
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
		struct entry *entry = ledger->oldest;
		ledger->oldest = entry->newer;
		free(entry);
	}
	pthread_mutex_destroy(&ledger->lock);
	free(ledger->listeners);
	free(ledger->stack);
	free(ledger);
}

/* Entries */

static uint64_t key_of(const uint8_t *hash)
{
	uint64_t key;
	memcpy(&key, hash, sizeof key);
	return key;
}

static struct entry **bucket(struct tonk_ledger *ledger, uint64_t key)
{
	return &ledger->buckets[key * UINT64_C(0x9e3779b97f4a7c15) >> 52];
}

static struct entry *find(struct tonk_ledger *ledger, uint64_t key,
    bool is_message)
{
	struct entry *entry = *bucket(ledger, key);
	while (entry && (entry->key != key || entry->is_message != is_message))
		entry = entry->chain;
	return entry;
}

static bool waits(const struct entry *entry, size_t listener)
{
	return entry->waits[listener / 64] >> listener % 64 & 1;
}

static void set_waiting(struct tonk_ledger *ledger, struct entry *entry,
    size_t listener)
{
	entry->waits[listener / 64] |= UINT64_C(1) << listener % 64;
	entry->waiting++;
	ledger->listeners[listener].due += !entry->is_message;
}

static void end_waiting(struct tonk_ledger *ledger, struct entry *entry,
    size_t listener)
{
	entry->waits[listener / 64] &= ~(UINT64_C(1) << listener % 64);
	entry->waiting--;
	ledger->listeners[listener].due -= !entry->is_message;
}

static struct entry *add(struct tonk_ledger *ledger, uint64_t key,
    size_t dep_count, int64_t now_ns)
{
	struct entry *entry = mem_new(1,
	    sizeof *entry + (ledger->words + dep_count) * sizeof(uint64_t));
	entry->waits = (uint64_t *)(entry + 1);
	entry->deps = entry->waits + ledger->words;
	entry->dep_count = dep_count;
	entry->key = key;
	entry->writer = NOBODY;
	entry->written_ns = entry->last_ns = now_ns;
	struct entry **first = bucket(ledger, key);
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

static void drop(struct tonk_ledger *ledger, struct entry *entry)
{
	struct entry **at = bucket(ledger, entry->key);
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
	lock(ledger);
	size_t number =
	    ledger->count < ledger->capacity ? ledger->count++ : NOBODY;
	unlock(ledger);
	return number;
}

static size_t another_scribe(const struct tonk_ledger *ledger)
{
	for (size_t i = 0; i < ledger->count; i++)
		if (ledger->listeners[i].joined)
			return i;
	return NOBODY;
}

static void leave(struct tonk_ledger *ledger, size_t listener)
{
	struct listener *self = &ledger->listeners[listener];
	if (!self->joined)
		return;
	self->joined = false;
	self->messages_at_loss = ledger->messages;
	for (struct entry *entry = ledger->oldest; entry;
	     entry = entry->newer) {
		if (!waits(entry, listener))
			continue;
		self->missed += entry->is_message;
		end_waiting(ledger, entry, listener);
	}
	if (ledger->scribe == listener)
		ledger->scribe = another_scribe(ledger);
}

uint64_t tonk_ledger_join(struct tonk_ledger *ledger, size_t listener,
    int64_t now_ns)
{
	lock(ledger);
	struct listener *self = &ledger->listeners[listener];
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
	for (struct entry *entry = ledger->oldest; entry; entry = entry->newer)
		if (!entry->is_message)
			set_waiting(ledger, entry, listener);
	unlock(ledger);
	return missed;
}

void tonk_ledger_leave(struct tonk_ledger *ledger, size_t listener)
{
	lock(ledger);
	leave(ledger, listener);
	unlock(ledger);
}

bool tonk_ledger_is_scribe(struct tonk_ledger *ledger, size_t listener)
{
	lock(ledger);
	bool is = ledger->scribe == listener;
	unlock(ledger);
	return is;
}

static void let_all_wait(struct tonk_ledger *ledger, struct entry *entry)
{
	for (size_t i = 0; i < ledger->count; i++)
		if (ledger->listeners[i].joined &&
		    !(entry->is_message && i == entry->writer))
			set_waiting(ledger, entry, i);
}

/* Changes */

/* Keys that somebody still waits for and the writer has seen. */
static size_t collect_seen(struct tonk_ledger *ledger, size_t writer,
    uint64_t *keys)
{
	size_t count = 0;
	for (struct entry *entry = ledger->oldest; entry;
	     entry = entry->newer) {
		if (entry->is_message || entry->waiting == 0 ||
		    waits(entry, writer))
			continue;
		if (keys)
			keys[count] = entry->key;
		count++;
	}
	return count;
}

static struct entry *add_change(struct tonk_ledger *ledger, uint64_t key,
    struct automerge_hashes deps, size_t writer, int64_t now_ns)
{
	size_t more = writer == NOBODY ? 0 : collect_seen(ledger, writer, NULL);
	uint64_t *keys = mem_new(more + 1, sizeof *keys);
	if (more > 0)
		collect_seen(ledger, writer, keys);
	struct entry *entry = add(ledger, key, deps.count + more, now_ns);
	for (size_t i = 0; i < deps.count; i++)
		entry->deps[i] = key_of(deps.at + i * AUTOMERGE_HASH);
	memcpy(entry->deps + deps.count, keys, more * sizeof *keys);
	free(keys);
	let_all_wait(ledger, entry);
	return entry;
}

static void push(struct tonk_ledger *ledger, uint64_t key)
{
	if (ledger->stack_length == ledger->stack_capacity) {
		ledger->stack_capacity = 2 * ledger->stack_capacity + 64;
		ledger->stack = mem_resize(ledger->stack,
		    ledger->stack_capacity, sizeof *ledger->stack);
	}
	ledger->stack[ledger->stack_length++] = key;
}

/* The listener has seen what is on the stack, with all that it is built upon.
 * What it need not see, or has seen, it has seen to the ground. */
static void walk(struct tonk_ledger *ledger, size_t listener, int64_t now_ns,
    tonk_seen *seen, void *context)
{
	const struct listener *self = &ledger->listeners[listener];
	while (ledger->stack_length > 0) {
		uint64_t key = ledger->stack[--ledger->stack_length];
		struct entry *entry = find(ledger, key, false);
		if (!entry || !waits(entry, listener))
			continue;
		end_waiting(ledger, entry, listener);
		entry->last_ns = now_ns;
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
	lock(ledger);
	struct entry *entry = add_change(ledger, key_of(hash), deps,
	    all ? writer : NOBODY, now_ns);
	entry->writer = writer;
	unlock(ledger);
}

bool tonk_ledger_knows(struct tonk_ledger *ledger, const uint8_t *hash)
{
	lock(ledger);
	bool known = find(ledger, key_of(hash), false) != NULL;
	unlock(ledger);
	return known;
}

static bool was_told(const struct listener *listener, uint64_t key)
{
	for (size_t i = 0; i < listener->head_count; i++)
		if (listener->heads[i] == key)
			return true;
	return false;
}

static bool is_built_upon(const struct entry *entry, uint64_t key)
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
	for (struct entry *entry = ledger->oldest; entry;
	     entry = entry->newer) {
		if (!is_built_upon(entry, key))
			continue;
		for (size_t i = 0; i < ledger->count; i++) {
			if (!ledger->listeners[i].joined || waits(entry, i))
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
	uint64_t key = key_of(hash);
	lock(ledger);
	if (!find(ledger, key, false)) {
		add_change(ledger, key, deps, NOBODY, now_ns);
		settle(ledger, key, now_ns, seen, context);
	}
	unlock(ledger);
}

void tonk_ledger_heads(struct tonk_ledger *ledger, size_t listener,
    struct automerge_hashes heads, int64_t now_ns, tonk_seen *seen,
    void *context)
{
	lock(ledger);
	struct listener *self = &ledger->listeners[listener];
	self->head_count = 0;
	for (size_t i = 0; i < heads.count; i++) {
		uint64_t key = key_of(heads.at + i * AUTOMERGE_HASH);
		if (self->head_count < HEADS_KEPT)
			self->heads[self->head_count++] = key;
		push(ledger, key);
	}
	walk(ledger, listener, now_ns, seen, context);
	unlock(ledger);
}

bool tonk_ledger_awaits(struct tonk_ledger *ledger, size_t listener,
    const uint8_t *hash)
{
	lock(ledger);
	const struct entry *entry = find(ledger, key_of(hash), false);
	bool awaits = entry && waits(entry, listener);
	unlock(ledger);
	return awaits;
}

size_t tonk_ledger_due(struct tonk_ledger *ledger, size_t listener)
{
	lock(ledger);
	size_t due = ledger->listeners[listener].due;
	unlock(ledger);
	return due;
}

uint64_t tonk_ledger_operations(struct tonk_ledger *ledger, uint64_t count)
{
	lock(ledger);
	uint64_t number = ledger->operations;
	ledger->operations += count;
	unlock(ledger);
	return number;
}

void tonk_ledger_saw_operation(struct tonk_ledger *ledger, uint64_t number)
{
	lock(ledger);
	if (number > ledger->operations && number < INT64_MAX)
		ledger->operations = number;
	unlock(ledger);
}

/* Messages */

uint64_t tonk_ledger_send(struct tonk_ledger *ledger, size_t sender,
    int64_t now_ns)
{
	lock(ledger);
	uint64_t number = ++ledger->messages;
	struct entry *entry = add(ledger, number, 0, now_ns);
	entry->is_message = true;
	entry->writer = sender;
	let_all_wait(ledger, entry);
	unlock(ledger);
	return number;
}

enum tonk_heard tonk_ledger_hear(struct tonk_ledger *ledger, size_t listener,
    uint64_t number, int64_t now_ns)
{
	enum tonk_heard heard = TONK_HEARD;
	lock(ledger);
	struct entry *entry = find(ledger, number, true);
	if (!entry) {
		heard = TONK_UNKNOWN_MESSAGE;
	} else if (!waits(entry, listener)) {
		heard =
		    ledger->listeners[listener].joined_ns <= entry->written_ns
		        ? TONK_AGAIN
		        : TONK_UNKNOWN_MESSAGE;
	} else {
		end_waiting(ledger, entry, listener);
		entry->last_ns = now_ns;
	}
	unlock(ledger);
	return heard;
}

bool tonk_ledger_all_heard(struct tonk_ledger *ledger, uint64_t number,
    int64_t *last_ns)
{
	lock(ledger);
	struct entry *entry = find(ledger, number, true);
	bool all = !entry || entry->waiting == 0;
	if (entry)
		*last_ns = entry->last_ns;
	unlock(ledger);
	return all;
}

static uint64_t count_missed(struct tonk_ledger *ledger, struct entry *entry)
{
	uint64_t missed = 0;
	for (size_t i = 0; i < ledger->count && entry->waiting > 0; i++) {
		if (!waits(entry, i))
			continue;
		missed += entry->writer != NOBODY && entry->writer != i &&
		          ledger->listeners[i].joined_ns <= entry->written_ns;
		end_waiting(ledger, entry, i);
	}
	return missed;
}

struct tonk_missed tonk_ledger_expire(struct tonk_ledger *ledger,
    int64_t before_ns)
{
	struct tonk_missed missed = { 0 };
	lock(ledger);
	while (ledger->oldest && ledger->oldest->written_ns < before_ns) {
		struct entry *entry = ledger->oldest;
		uint64_t count = count_missed(ledger, entry);
		if (entry->is_message)
			missed.messages += count;
		else
			missed.changes += count;
		drop(ledger, entry);
	}
	unlock(ledger);
	return missed;
}
