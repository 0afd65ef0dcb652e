/* run_state.h - a run from inside: what run.c, run_interval.c and run_clients.c
 * share. Private to them. */
#ifndef STRESS_CLIENT_RUN_STATE_H
#define STRESS_CLIENT_RUN_STATE_H

#include "lib/generator.h"
#include "lib/live.h"
#include "stress_client/load_thread.h"
#include "stress_client/output.h"
#include "stress_client/plan.h"
#include "stress_client/self_watch.h"
#include "stress_client/stop_when.h"

#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>

struct run {
	struct plan *plan;
	struct output *output;
	struct live *live; /* NULL: no display */
	struct load_thread *threads;
	uint64_t thread_count; /* that were started */
	sigset_t signals;      /* that are waited for */
	atomic_bool stopping;
	int signal;         /* that stops the run; 0: none */
	char *stopped;      /* the condition that did; NULL: none */
	int64_t again_ns;   /* from when on another signal counts */
	int64_t halt_ns;    /* when requests in flight are cut */
	int64_t from_ns;    /* of the interval in progress */
	uint64_t started;   /* requests until the last interval's end */
	struct stats total; /* of all intervals */
	struct self_watch self;
	struct generator generator; /* did it keep up? */
};

/* Requests begun and not ended yet. */
uint64_t run_in_flight(const struct run *run);

/* Closes the interval that ends now: takes what was measured in it, writes,
 * judges and shows it. `last`: nothing of this process follows. Returns the
 * condition that it makes true, to be freed, or NULL. */
char *run_end_interval(struct run *run, bool last);

/* Waits for one of the signals until the moment; 0 when none came. */
int run_wait_for_signal(const struct run *run, int64_t moment_ns);

/* SIGINT or SIGTERM has come. */
void run_interrupt(struct run *run, int signal);

/* When all threads are joined: writes the clients' records and logs. */
void run_write_clients(struct run *run);

#endif
