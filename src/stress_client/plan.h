/* plan.h - what a run is going to do: settled before the clock starts, and only
 * read from then on. */
#ifndef STRESS_CLIENT_PLAN_H
#define STRESS_CLIENT_PLAN_H

#include "stress_client/driver.h"
#include "stress_client/phases.h"
#include "stress_client/settings.h"
#include "stress_client/stop_when.h"

#include <stdbool.h>

struct plan {
	const struct settings *settings; /* a driver may put its own here */
	const struct options *options;   /* which of them were given */
	const struct driver *driver;
	const void *driver_values; /* of the driver's options */
	void *driver_state;

	char *run_id;
	bool run_is_ours; /* no other process takes part in it */
	uint64_t seed;
	bool open_loop;         /* requests come at moments of their own */
	struct phases load;     /* of all machines: clients, or a rate */
	bool steady;            /* it is the same from the start to the end */
	uint64_t processes;     /* that share the machine's part */
	uint64_t place, places; /* of this process among all machines': it has
	                           number place, place + places, ... of all
	                           clients and of all arrivals, from 0 on */
	uint64_t clients;       /* of this process; at most, in an open loop */
	uint64_t threads;       /* at most one for each client */
	uint64_t requests;      /* of each client; 0: as many as fit */
	uint64_t total; /* in an open loop: of all machines; 0: likewise */
	uint64_t descriptors; /* files that a client may need at once */
	struct stop_when stop_when;
	uint64_t servers;     /* for the display; 0: not known */
	char *files;          /* the folder of the metric files, or NULL */
	bool lines_to_stdout; /* metrics as JSON lines on stdout */

	int64_t start_ns, start_unix_ms;
	int64_t end_ns; /* no request starts later; CLOCK_NEVER */
};

/* Settles all of it but the driver's part and the start. Returns 0, or -1 with
 * `err`: a combination of settings that makes no sense. */
int plan_make(struct plan *plan, const struct options *options,
    const struct settings *settings, struct err *err);
void plan_release(struct plan *plan);

/* How many requests this process is going to plan; 0: nobody can tell. */
uint64_t plan_requests(const struct plan *plan);

/* This process' part of the load at a moment since the start. */
double plan_target(const struct plan *plan, int64_t at_ns);

/* What of the settings has no effect in this run, said on stderr. */
void plan_remark(const struct plan *plan, const struct options *options);

/* Makes room for the open files that the clients need; where there is not
 * enough for a pool of the default size, makes that smaller. -1 with `err` that
 * says how many are needed and what to type. */
int plan_reserve_files(struct plan *plan, struct err *err);

/* Sets the start: --start-at, or now. */
void plan_start(struct plan *plan);

/* The number i of Machine_n_Client_i for the k-th client of this process, and
 * its number among the clients of all machines, from 0 on. */
uint64_t plan_client_number(const struct plan *plan, uint64_t k);
uint64_t plan_client_rank(const struct plan *plan, uint64_t k);

#endif
