/* output.h - the files of a run (or its lines on stdout).
 *
 * What cannot be written is said once; the run goes on with everything else and
 * ends with exit 1. */
#ifndef STRESS_CLIENT_OUTPUT_H
#define STRESS_CLIENT_OUTPUT_H

#include "lib/buf.h"
#include "lib/record.h"
#include "stress_client/load_thread.h"
#include "stress_client/plan.h"

#include <stdbool.h>

struct output {
	const struct plan *plan;
	int timeline;     /* -1: none */
	struct buf *logs; /* of each client, not yet written */
	uint64_t next_log;
	bool torn; /* the timeline ends within a line */
	bool failed;
};

/* Makes the folder and opens the timeline: what cannot be written is known
 * before the run. A run of one process removes what an earlier run of this
 * machine has left there, and is refused while another one writes. Returns 0,
 * or -1 with `err`. */
int output_open(struct output *output, const struct plan *plan,
    struct err *err);

/* machine_n_run.json: what was configured, and where; process 0 writes it.
 * Returns 0, or -1 with `err`. */
int output_run(struct output *output, const struct options *options,
    struct err *err);

/* A line of the timeline, with one write. */
void output_interval(struct output *output,
    const struct record_interval *interval);

/* Keeps the lines for the clients' logs. The list is turned round. */
void output_log_lines(struct output *output, struct log_line **newest_first);

/* Appends what was kept to the logs of at most so many clients: a file is open
 * only while it is written, and an interval is not late for the logs' sake. */
void output_write_logs(struct output *output, uint64_t most);

/* A client's record, when its process ends. */
void output_client(struct output *output, const struct client *client);
void output_close(struct output *output);

#endif
