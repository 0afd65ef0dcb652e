/* pool.h - the clients of a thread in an open loop that have nothing to do, and
 * the moments that wait for one. */
#ifndef STRESS_CLIENT_POOL_H
#define STRESS_CLIENT_POOL_H

#include "stress_client/arrivals.h"
#include "stress_client/plan.h"

#include <stdbool.h>
#include <stdint.h>

struct client;

struct pool {
	struct arrivals arrivals;
	int64_t start_ns, end_ns;
	int64_t max_lag_ns;    /* CLOCK_NEVER: no limit */
	struct client *leader; /* waits for the next moment, or is going to */
	struct client *free;   /* the one that was freed last */
	bool over;             /* nothing is sent any more */
};

/* That of one of `threads` of this process. */
void pool_init(struct pool *pool, const struct plan *plan, uint64_t thread,
    uint64_t threads);

void pool_put(struct pool *pool, struct client *client);
struct client *pool_get(struct pool *pool); /* NULL: none is free */

/* The next moment, which stays, on clock_now_ns; CLOCK_NEVER: none. */
int64_t pool_next(const struct pool *pool);
int64_t pool_take(struct pool *pool);

/* Until when the run goes on where no moment is left: a phase without load has
 * its time too. */
int64_t pool_end_of_run(const struct pool *pool, int64_t now_ns);

/* Passes over what is too late to be sent and returns how much that was. */
uint64_t pool_skip_late(struct pool *pool, int64_t now_ns);

/* The run ends now: passes over what was planned until then, and returns how
 * much that was. */
uint64_t pool_stop(struct pool *pool, int64_t now_ns);

/* Nothing comes any more: calls the free clients to their end. */
void pool_end(struct pool *pool);

#endif
