/* report_machines.h - the machines of a run: what each one did, and whether its
 * load generator kept up. */
#ifndef AGGREGATE_REPORT_MACHINES_H
#define AGGREGATE_REPORT_MACHINES_H

#include "aggregate/report.h"

#include <jansson.h>

/* How many processes of a machine are worth a row; they are much alike. */
#define PROCESSES_SHOWN 8

/* A process whose generator did not keep up. */
struct doubtful {
	const struct process *process;
	struct generator_judgement judgement;
	struct generator_figures figures;
};

/* Sets `found` to the machine's first of them from merge->processes[*at] on,
 * and *at behind it. False: there is no more. */
bool machines_next_doubtful(const struct merge *merge, uint64_t machine_id,
    size_t *at, struct doubtful *found);

/* MACHINES: a row for each, and one for each process that did not keep up. */
void machines_text(const struct report *report, FILE *to);

/* The sentence of it under VERDICT. */
void machines_verdict(const struct report *report, FILE *to);

/* The array "machines" of final_report.json. */
json_t *machines_json(const struct merge *merge);

#endif
