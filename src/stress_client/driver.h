/* driver.h - what a protocol must bring to be a load: one const struct.
 *
 * `request` runs on a fiber, straight line from start to end, and only fills in
 * the outcome: it reads no configuration, prints nothing and touches no
 * histogram. The engine measures, counts, pauses and writes. */
#ifndef STRESS_CLIENT_DRIVER_H
#define STRESS_CLIENT_DRIVER_H

#include "lib/err.h"
#include "lib/options.h"
#include "lib/rng.h"
#include "lib/stats.h"

#include <stdbool.h>
#include <stdint.h>

struct plan;
struct user;

#define DRIVER_SCRATCH 65536

/* One request. The driver sets the outcome. Its service_us comes as -1 and
 * stays so, unless what was measured is something else than the time that
 * request() took (a relay's latency, say); response_us is not the driver's.
 * The names in it are `server` below, or stay where they are until the plan is
 * released. */
struct request {
	uint64_t number;  /* 1.. within its client */
	uint64_t id;      /* never used before, in no earlier run either */
	int64_t begin_ns; /* now, on clock_now_ns */
	struct outcome outcome;
	char server[24];  /* room for outcome.server */
	char detail[160]; /* what a person wants to know about a failure */
};

/* A virtual client as a driver sees it. */
struct user {
	const struct plan *plan;
	char name[48];   /* "Machine_1_Client_42" */
	uint64_t number; /* of them: 42 */
	struct rng rng;
	uint8_t *scratch; /* DRIVER_SCRATCH bytes that all users of the thread
	                     share: what is in it is lost at the next wait */
	void *state;      /* the driver's */
	void *log_context;
	void (*log)(void *context, const char *text);
};

struct driver {
	const char *name, *help;
	const struct option *options; /* the driver's own flags and keys */
	size_t option_count, values_size;

	/* A client that has no more to send in the time there is stays until
	 * its end: what it holds (a connection) is part of the load. */
	bool holds;

	/* Once, before the clock starts: addresses, payloads. What it makes is
	 * kept in plan->driver_state. 0, or -1 with `err`. */
	int (*prepare)(struct plan *plan, struct err *err);
	void (*release)(struct plan *plan);

	/* --check: asks the target once and prints what it found to stdout. */
	int (*check)(struct plan *plan);

	void (*open)(struct user *user); /* a virtual user comes to life */
	void (*request)(struct user *user, struct request *request);
	void (*close)(struct user *user);
};

/* The drivers by name; driver_find returns NULL with `err` for others. */
extern const struct driver *const drivers[];
extern const size_t driver_count;
const struct driver *driver_find(const char *name, struct err *err);

/* The driver of the URLs' schemes: ws as the first one says, http where all are
 * http://, else curl; cloudp2p without any. */
const char *driver_name_for(const struct text_list *urls);

/* Counts a further operation that was measured during a request, as a request
 * of its own. Its service_us is given; in a fiber of the user's thread. */
void user_record(struct user *user, const struct outcome *outcome);

/* What has changed with the connections that a client holds. */
struct connections_change {
	int open, joined;   /* so many more, or fewer */
	bool restored;      /* one that was lost can be used again, */
	int64_t restore_us; /* so long after it was lost */
	uint64_t dropped, missed, doubled; /* see lib/record_connections.h */
};

/* On the user's thread, in a fiber or not. */
void user_connections(struct user *user,
    const struct connections_change *change);

/* Whether the run was ended before its time: then nothing is worth a wait. */
bool user_is_stopped(const struct user *user);

/* A line for the client's log. */
void user_log(const struct user *user, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
