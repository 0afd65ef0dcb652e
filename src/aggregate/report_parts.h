/* report_parts.h - the parts of a run: its phases and its operations. */
#ifndef AGGREGATE_REPORT_PARTS_H
#define AGGREGATE_REPORT_PARTS_H

#include "aggregate/report.h"

#include <jansson.h>

/* PHASES and OPERATIONS, each where there is more than one. */
void phases_text(const struct report *report, FILE *to);
void operations_text(const struct report *report, FILE *to);

/* The array "phases" and the object "operations" of final_report.json. */
json_t *phases_json(const struct merge *merge);
json_t *operations_json(const struct merge *merge);

/* {"p50_ms": .., "p99_ms": .., "max_ms": ..} of the schedule lag, or null. */
json_t *lag_json(const struct histogram *lag);

#endif
