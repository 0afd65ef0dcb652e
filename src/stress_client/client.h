/* client.h - a virtual client: a fiber that sends requests, when the clients of
 * a closed loop do (client_closed.c) or those of an open one (client_open.c).
 */
#ifndef STRESS_CLIENT_CLIENT_H
#define STRESS_CLIENT_CLIENT_H

#include "lib/fiber.h"
#include "lib/stats.h"
#include "stress_client/driver.h"
#include "stress_client/tally.h"

#include <stdbool.h>
#include <stdint.h>

struct load_thread;

struct client {
	struct user user;
	uint64_t number; /* i of Machine_n_Client_i */
	uint64_t rank;   /* among the clients of all machines, from 0 on */
	struct load_thread *thread;
	struct fiber *fiber; /* NULL: ended, or not started */
	bool resting;
	bool begun; /* its log says that it has started */
	unsigned log_lines;
	uint64_t requests; /* begun, without those of user_record */
	int64_t end_ns;
	int64_t free_ns; /* in an open loop: since when it waits for work */
	struct client *below; /* ... in the stack of those that do */
	struct tally tally;   /* all of its requests */
};

/* The k-th client of this process. */
struct client *client_new(struct load_thread *thread, const struct plan *plan,
    uint64_t k);
void client_free(struct client *client);

/* Starts it on its thread's loop. 0, or -1 with errno. */
int client_start(struct client *client, struct loop *loop);

/* Ends its rest, if it rests, for good: the run is being stopped. */
void client_wake(struct client *client);

/* For the two loops, on the client's fiber. */

/* Rests until a moment, or (`park`) until fiber_unpark. -1: it was woken for
 * good. */
int client_rest(struct client *client, int64_t moment_ns);
int client_park(struct client *client);

/* The log's first line, and the driver's part, before the first request. */
void client_begin(struct client *client);

/* One request that was planned for one moment and begins at another, which is
 * now. Returns the moment of its end. */
int64_t client_send(struct client *client, int64_t planned_ns, int64_t begin_ns,
    bool *ok);

/* Whether the run lets it begin another request at all. */
bool client_goes_on(const struct client *client);

void client_live_closed(struct client *client);
void client_live_open(struct client *client);

#endif
