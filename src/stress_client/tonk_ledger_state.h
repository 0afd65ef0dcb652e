/* tonk_ledger_state.h - the ledger from inside. Private to tonk_ledger*.c. */
#ifndef STRESS_CLIENT_TONK_LEDGER_STATE_H
#define STRESS_CLIENT_TONK_LEDGER_STATE_H

#include "stress_client/tonk_ledger.h"

#include <pthread.h>

#define BUCKETS    4096
#define HEADS_KEPT 8
#define NOBODY     SIZE_MAX

struct ledger_entry {
	struct ledger_entry *chain;         /* in its bucket */
	struct ledger_entry *older, *newer; /* by the time they were written */
	uint64_t key;                       /* of a message: its number */
	bool is_message;
	bool acked;    /* its writer was told that it is there */
	bool doubtful; /* its writer left before: nobody has to see it */
	size_t writer; /* NOBODY: not one of ours */
	int64_t written_ns, last_ns;
	size_t waiting;  /* listeners that have not heard of it */
	uint64_t *waits; /* one bit for each listener; in the same block */
	uint64_t *deps;
	size_t dep_count;
};

struct ledger_listener {
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
	struct ledger_listener *listeners;
	size_t capacity, count, words;
	size_t present; /* entered and not gone */
	size_t scribe;
	struct ledger_entry *buckets[BUCKETS];
	struct ledger_entry *oldest, *newest;
	uint64_t *acked; /* keys */
	size_t acked_count, acked_capacity;
	uint64_t messages; /* so far */
	uint64_t operations;
	uint64_t *stack; /* keys to look at */
	size_t stack_length, stack_capacity;
};

void ledger_lock(struct tonk_ledger *ledger);
void ledger_unlock(struct tonk_ledger *ledger);

struct ledger_entry *ledger_find(struct tonk_ledger *ledger, uint64_t key,
    bool is_message);

/* A new one, the newest, for which nobody waits yet; with room for deps. */
struct ledger_entry *ledger_add(struct tonk_ledger *ledger, uint64_t key,
    size_t dep_count, int64_t now_ns);

/* Who is connected has to hear of it; of a message, all but its writer. */
void ledger_let_all_wait(struct tonk_ledger *ledger,
    struct ledger_entry *entry);
bool entry_waits(const struct ledger_entry *entry, size_t listener);
void ledger_end_waiting(struct tonk_ledger *ledger, struct ledger_entry *entry,
    size_t listener);

#endif
