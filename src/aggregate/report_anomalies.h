/* report_anomalies.h - what was not as usual, in the report. */
#ifndef AGGREGATE_REPORT_ANOMALIES_H
#define AGGREGATE_REPORT_ANOMALIES_H

#include "aggregate/report.h"

#include <jansson.h>

/* The section ANOMALIES: a line for each, the health score and what it is. */
void anomalies_text(const struct report *report, FILE *to);

/* final_report.json's "anomalies" and "connection_health". */
json_t *anomalies_json(const struct report *report);
json_t *health_json(const struct report *report);

#endif
