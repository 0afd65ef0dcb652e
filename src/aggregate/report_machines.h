/* report_machines.h - the machines of a run: what each one did, and whether its
 * load generator kept up. */
#ifndef AGGREGATE_REPORT_MACHINES_H
#define AGGREGATE_REPORT_MACHINES_H

#include "aggregate/report.h"

#include <jansson.h>

/* MACHINES: a row for each, and one for each process that did not keep up. */
void machines_text(const struct report *report, FILE *to);

/* The sentence of it under VERDICT. */
void machines_verdict(const struct report *report, FILE *to);

/* The array "machines" of final_report.json. */
json_t *machines_json(const struct merge *merge);

#endif
