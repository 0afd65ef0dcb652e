/* tonk_ledger.h - what the clients of a process have written to the shared
 * document and said to one another, and which of them has heard of it yet.
 *
 * A change is seen when a head is seen that is built upon it, however long the
 * way: a relay may announce the newest of several only. What is built upon what
 * is known of our own changes, and of others' from the chunks that one of the
 * clients asks for, the scribe. All functions are for all threads. */
#ifndef STRESS_CLIENT_TONK_LEDGER_H
#define STRESS_CLIENT_TONK_LEDGER_H

#include "wire/automerge.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Of a document of more acknowledged changes nothing is verified. */
#define TONK_CHANGES_MOST 2000000

/* Told of each change that a listener has just seen for the first time, of
 * those which were written while it was connected. Called under the ledger's
 * lock. */
typedef void tonk_seen(void *context, int64_t latency_us);

/* For at most so many listeners. */
struct tonk_ledger *tonk_ledger_new(size_t listeners);
void tonk_ledger_free(struct tonk_ledger *ledger);

/* A listener's number; it is not connected yet. */
size_t tonk_ledger_enter(struct tonk_ledger *ledger);

/* One of them is gone for good. Whether it was the last of all: `over` says
 * that nobody comes any more, though not all have come. */
bool tonk_ledger_exit(struct tonk_ledger *ledger, bool over);

/* It is connected from now on. Returns how many messages it has missed since it
 * left, counted from its loss. */
uint64_t tonk_ledger_join(struct tonk_ledger *ledger, size_t listener,
    int64_t now_ns);
void tonk_ledger_leave(struct tonk_ledger *ledger, size_t listener);

/* Whether it is the one that asks for chunks. */
bool tonk_ledger_is_scribe(struct tonk_ledger *ledger, size_t listener);

/* Changes */

/* One of our own, about to be sent: its hash, and what it is built upon: with
 * `all`, on all that its writer has seen, known by name or not. */
void tonk_ledger_write(struct tonk_ledger *ledger, size_t writer,
    const uint8_t *hash, struct automerge_hashes deps, bool all,
    int64_t now_ns);

/* Whether it is known what that change is built upon. */
bool tonk_ledger_knows(struct tonk_ledger *ledger, const uint8_t *hash);

/* Somebody's, from a chunk. Then others may be found to have been seen. */
void tonk_ledger_learn(struct tonk_ledger *ledger, const uint8_t *hash,
    struct automerge_hashes deps, int64_t now_ns, tonk_seen *seen,
    void *context);

/* A listener was told these heads. */
void tonk_ledger_heads(struct tonk_ledger *ledger, size_t listener,
    struct automerge_hashes heads, int64_t now_ns, tonk_seen *seen,
    void *context);

/* Whether it has seen that change (of one that is forgotten nobody knows), or
 * how many it still has to see. */
bool tonk_ledger_has_seen(struct tonk_ledger *ledger, size_t listener,
    const uint8_t *hash);
size_t tonk_ledger_due(struct tonk_ledger *ledger, size_t listener);

/* The keys of our changes of which their writers were told since the last call
 * that the relay has them: what it may not lose. To be freed. */
uint64_t *tonk_ledger_take_acked(struct tonk_ledger *ledger, size_t *count);

/* What a hash goes by: its first eight bytes. */
uint64_t tonk_ledger_key(const uint8_t *hash);

/* The highest number of an operation so far, of which `count` more are taken
 * now: those after the returned one. */
uint64_t tonk_ledger_operations(struct tonk_ledger *ledger, uint64_t count);
void tonk_ledger_saw_operation(struct tonk_ledger *ledger, uint64_t number);

/* Ephemeral messages */

/* One that is about to be sent; returns its number. */
uint64_t tonk_ledger_send(struct tonk_ledger *ledger, size_t sender,
    int64_t now_ns);

enum tonk_heard {
	TONK_HEARD,           /* the first time */
	TONK_AGAIN,           /* it has heard that one before */
	TONK_UNKNOWN_MESSAGE, /* nobody waits for it any more */
};

enum tonk_heard tonk_ledger_hear(struct tonk_ledger *ledger, size_t listener,
    uint64_t number, int64_t now_ns);

/* Whether all have heard it; *last_ns is then when the last one did. Of one
 * that is forgotten nobody knows that. */
bool tonk_ledger_all_heard(struct tonk_ledger *ledger, uint64_t number,
    int64_t *last_ns);

/* Forgets what was written before that moment. How often a change, or a
 * message, has not come where it had to. */
struct tonk_missed {
	uint64_t changes, messages;
};

struct tonk_missed tonk_ledger_expire(struct tonk_ledger *ledger,
    int64_t before_ns);

#endif
