/* output.h - the files of a run (or its lines on stdout).
 *
 * What cannot be written is said once; the run goes on with everything else and
 * ends with exit 1. */
#ifndef STRESS_CLIENT_OUTPUT_H
#define STRESS_CLIENT_OUTPUT_H

#include "lib/record.h"
#include "stress_client/load_thread.h"
#include "stress_client/plan.h"

#include <stdbool.h>

struct output {
	const struct plan *plan;
	int timeline; /* -1: none */
	bool failed;
};

/* Makes the folder and opens the timeline: what cannot be written is known
 * before the run. A run of one process removes what an earlier run of this
 * machine has left there. Returns 0, or -1 with `err`. */
int output_open(struct output *output, const struct plan *plan,
    struct err *err);

/* machine_n_run.json: what was configured, and where; process 0 writes it.
 * Returns 0, or -1 with `err`. */
int output_run(struct output *output, const struct options *options,
    struct err *err);

/* A line of the timeline, with one write. */
void output_interval(struct output *output,
    const struct record_interval *interval);

/* Appends to the clients' logs. */
void output_log_lines(struct output *output, const struct log_line *newest);

void output_client(struct output *output, const struct client *client);
void output_close(struct output *output);

#endif
