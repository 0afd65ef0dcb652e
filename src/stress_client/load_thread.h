/* load_thread.h - a thread of the engine: a loop, the clients that live on it,
 * and what they have measured since the main thread last took it.
 *
 * Threads share nothing with one another. The main thread reads the clients'
 * own statistics only after it has joined the thread. */
#ifndef STRESS_CLIENT_LOAD_THREAD_H
#define STRESS_CLIENT_LOAD_THREAD_H

#include "lib/fiber.h"
#include "stress_client/client.h"
#include "stress_client/pool.h"
#include "stress_client/tally.h"

#include <pthread.h>
#include <stdatomic.h>

struct log_line {
	struct log_line *next;
	uint64_t client; /* the number i of Machine_n_Client_i */
	char text[];     /* with its newline */
};

/* What the clients of a thread have measured. {0} is nothing. */
struct measured {
	struct stats stats;
	struct histogram lag;           /* how late planned starts were, us */
	struct histogram receive_delay; /* lib/stamp.h, us */
	struct record_connections connections;
	struct log_line *newest_line;
};

struct load_thread {
	const struct plan *plan;
	uint64_t number, threads;    /* which of how many it is */
	const atomic_bool *stopping; /* no new requests */

	/* Its j-th client is the (number + j * threads)-th of the process. */
	struct client **clients; /* owned, as the clients are */
	uint64_t made, most;
	struct pool pool;  /* of an open loop */
	uint64_t living;   /* clients whose fiber has not ended */
	uint64_t unserved; /* of the pool's moments: skipped */

	pthread_t thread, parent;
	clockid_t cpu_clock;
	int64_t cpu_ns;        /* at the last look at it */
	int64_t cpu_at_end_ns; /* once it has ended */
	int64_t idle_ns;       /* at the last look at it */

	pthread_mutex_t lock;             /* of what follows */
	struct loop *loop;                /* NULL: not yet or no longer */
	struct tally tally;               /* the requests of all its clients */
	struct measured measured;         /* all but these */
	int64_t ended_ns, idle_at_end_ns; /* once it has */
	bool halted;

	atomic_uint_fast64_t started; /* requests; only its thread writes */
	atomic_uint_fast64_t active;  /* clients that have not ended, and, in an
	                                 open loop, have begun; likewise */
	atomic_bool ended;

	struct fiber *warden;
	uint8_t *scratch;
	struct err err; /* why it could not run; after the end */
};

/* Starts the thread, of which `plan`, `number`, `threads` and `stopping` are
 * set. When it ends it sends SIGUSR1 to the thread that started
 * it. Returns 0, or -1 with `err`. */
int load_thread_start(struct load_thread *thread, struct err *err);

/* Moves what was measured since the last time to `into`. */
void load_thread_take(struct load_thread *thread, struct measured *into);

/* Requests that have ended since the last time. */
uint64_t load_thread_ended(struct load_thread *thread);

void measured_clear(struct measured *measured);

/* Share of one core that the thread has used since the last call, 0..1. */
double load_thread_cpu(struct load_thread *thread, int64_t elapsed_ns);

/* Share of the time since the last call in which it had something to do, 0..1:
 * more than it used where others kept it from its core, and less where it
 * looked for events until a moment came. */
double load_thread_busy(struct load_thread *thread, int64_t elapsed_ns);

/* Ends every wait of its clients: requests in flight fail as interrupted. */
void load_thread_halt(struct load_thread *thread);

/* Waits for its end. What it has measured can be taken until it is released. */
void load_thread_join(struct load_thread *thread);
void load_thread_release(struct load_thread *thread);

/* For the clients, on their thread. */
static inline void load_thread_started(struct load_thread *thread)
{
	uint64_t started =
	    atomic_load_explicit(&thread->started, memory_order_relaxed);
	atomic_store_explicit(&thread->started, started + 1,
	    memory_order_relaxed);
}

/* `lasting` as in tally.h. */
void load_thread_count(struct load_thread *thread,
    const struct outcome *outcome, bool lasting);
void load_thread_connections(struct load_thread *thread,
    const struct connections_change *change);
void load_thread_skip(struct load_thread *thread, uint64_t requests);
void load_thread_lag(struct load_thread *thread, int64_t late_ns);

/* A request that was planned for that moment is begun now by a client that has
 * been free since `free_ns`. Has the thread had no rest since the moment, all
 * of the time since then is lag: with a faster thread a client would have been
 * free, or made, in time. If it has, all clients were waiting for the target,
 * and only what came after the client was free is lag: a slow target shows in
 * response time, and is no fault of the generator's. */
void load_thread_begun(struct load_thread *thread, int64_t planned_ns,
    int64_t free_ns, int64_t now_ns);
void load_thread_log(struct load_thread *thread, uint64_t client,
    const char *level, const char *text);

/* In an open loop: one more client, or NULL; and that it sends for the first
 * time. */
struct client *load_thread_grow(struct load_thread *thread);
void load_thread_joined(struct load_thread *thread);
void load_thread_client_ended(struct load_thread *thread,
    const struct client *client);

#endif
