/* client_open.c - an open loop: requests are sent at planned moments, whatever
 * becomes of the others, by as many clients as that takes.
 *
 * One free client at a time waits for its thread's next moment. When it comes,
 * the client first calls the next one to wait in its place - the one that was
 * free last, or a new one - and then sends. There is no queue: a client that is
 * free takes the next moment of the stream, and one that has passed at once. */
#include "stress_client/client.h"

#include "lib/clock.h"
#include "stress_client/load_thread.h"
#include "stress_client/pool.h"

/* The moment the run lets it go on with, taken from the stream; CLOCK_NEVER:
 * there is none, or the run is over. */
static int64_t wait_for_work(struct client *client)
{
	struct pool *pool = &client->thread->pool;
	for (;;) {
		int64_t now_ns = clock_now_ns();
		uint64_t late = pool_skip_late(pool, now_ns);
		if (late > 0)
			load_thread_skip(client->thread, late);
		int64_t moment_ns = pool_next(pool);
		if (moment_ns <= now_ns)
			return pool_take(pool);
		if (moment_ns == CLOCK_NEVER)
			moment_ns = pool_end_of_run(pool, now_ns);
		if (moment_ns <= now_ns || client_rest(client, moment_ns) < 0)
			return CLOCK_NEVER;
	}
}

/* Returns whether it is its turn to wait for the next moment. */
static bool wait_for_turn(struct client *client)
{
	struct pool *pool = &client->thread->pool;
	if (pool->leader && pool->leader != client) {
		pool_put(pool, client);
		if (client_park(client) < 0)
			return false;
	}
	pool->leader = client;
	return !pool->over;
}

/* Somebody else waits for the next moment. */
static void hand_over(struct client *client)
{
	struct load_thread *thread = client->thread;
	struct pool *pool = &thread->pool;
	pool->leader = pool_get(pool);
	if (pool->leader)
		fiber_unpark(pool->leader->fiber);
	else
		pool->leader = load_thread_grow(thread);
}

void client_live_open(struct client *client)
{
	struct load_thread *thread = client->thread;
	struct pool *pool = &thread->pool;
	while (wait_for_turn(client)) {
		int64_t planned_ns = wait_for_work(client);
		if (planned_ns == CLOCK_NEVER)
			break;
		hand_over(client);
		if (!client->begun)
			load_thread_joined(thread);
		client_begin(client);

		bool ok;
		int64_t now_ns = clock_now_ns();
		load_thread_begun(thread, planned_ns, client->free_ns, now_ns);
		client->free_ns = client_send(client, planned_ns, now_ns, &ok);
		fiber_share();
	}
	if (pool->leader == client)
		pool->leader = NULL;
	pool_end(pool);
}
