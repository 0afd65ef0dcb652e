/* report_thresholds.h - what was to be met, and what was. */
#ifndef AGGREGATE_REPORT_THRESHOLDS_H
#define AGGREGATE_REPORT_THRESHOLDS_H

#include "aggregate/report.h"

#include <jansson.h>

/* THRESHOLDS: a row for each. */
void thresholds_text(const struct report *report, FILE *to);

/* The array "thresholds" of final_report.json. */
json_t *thresholds_json(const struct report *report);

#endif
