/* client.h - a virtual client: a fiber that sends one request after another and
 * rests between them (a closed loop). */
#ifndef STRESS_CLIENT_CLIENT_H
#define STRESS_CLIENT_CLIENT_H

#include "lib/fiber.h"
#include "lib/stats.h"
#include "stress_client/driver.h"

#include <stdbool.h>
#include <stdint.h>

struct load_thread;

struct client {
	struct user user;
	uint64_t number; /* i of Machine_n_Client_i */
	struct load_thread *thread;
	struct fiber *fiber; /* NULL: ended, or not started */
	bool resting;
	unsigned log_lines;
	int64_t end_ns;
	struct stats stats; /* all of its requests */
};

/* Makes the k-th client of this process ready. */
void client_init(struct client *client, const struct plan *plan, uint64_t k);
void client_release(struct client *client);

/* Starts it on its thread's loop. 0, or -1 with errno. */
int client_start(struct client *client, struct loop *loop);

/* Ends its rest, if it rests, for good: the run is being stopped. */
void client_wake(struct client *client);

#endif
