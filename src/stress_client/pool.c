#include "stress_client/pool.h"

#include "lib/clock.h"
#include "stress_client/client.h"

/* What was planned before the end may still be sent this long after it, so that
 * the last ones are not lost for being a few microseconds late. */
#define AFTER_THE_END_NS (10 * NS_PER_MS)

void pool_init(struct pool *pool, const struct plan *plan, uint64_t thread,
    uint64_t threads)
{
	const struct settings *settings = plan->settings;
	*pool = (struct pool){
		.start_ns = plan->start_ns,
		.end_ns = plan->end_ns,
		.max_lag_ns = settings->max_lag_ns > 0 ? settings->max_lag_ns
		                                       : CLOCK_NEVER,
	};
	arrivals_init(&pool->arrivals, &plan->load,
	    settings->arrivals == ARRIVALS_POISSON, plan->total,
	    plan->place + plan->places * thread, plan->places * threads,
	    plan->seed);
}

void pool_put(struct pool *pool, struct client *client)
{
	client->below = pool->free;
	pool->free = client;
}

struct client *pool_get(struct pool *pool)
{
	struct client *client = pool->free;
	if (client)
		pool->free = client->below;
	return client;
}

int64_t pool_next(const struct pool *pool)
{
	int64_t moment_ns = pool->arrivals.moment_ns;
	if (moment_ns == CLOCK_NEVER || pool->over)
		return CLOCK_NEVER;
	return pool->start_ns + moment_ns;
}

int64_t pool_take(struct pool *pool)
{
	return pool->start_ns + arrivals_take(&pool->arrivals);
}

int64_t pool_end_of_run(const struct pool *pool, int64_t now_ns)
{
	bool all_sent = pool->arrivals.left == 0;
	return pool->over || all_sent || pool->end_ns == CLOCK_NEVER
	           ? now_ns
	           : pool->end_ns;
}

uint64_t pool_skip_late(struct pool *pool, int64_t now_ns)
{
	if (pool->over)
		return 0;
	if (pool->end_ns != CLOCK_NEVER &&
	    now_ns >= pool->end_ns + AFTER_THE_END_NS)
		return arrivals_skip(&pool->arrivals, CLOCK_NEVER);
	if (pool->max_lag_ns == CLOCK_NEVER)
		return 0;
	return arrivals_skip(&pool->arrivals,
	    now_ns - pool->max_lag_ns - pool->start_ns);
}

uint64_t pool_stop(struct pool *pool, int64_t now_ns)
{
	if (pool->over)
		return 0;
	pool->over = true;
	return arrivals_skip(&pool->arrivals, now_ns - pool->start_ns);
}

void pool_end(struct pool *pool)
{
	pool->over = true;
	for (struct client *client; (client = pool_get(pool));)
		fiber_unpark(client->fiber);
}
