/* scenario_json.h - what the JSON files of a scenario's folder have in common.
 */
#ifndef AGGREGATE_SCENARIO_JSON_H
#define AGGREGATE_SCENARIO_JSON_H

#include "aggregate/report_values.h"
#include "aggregate/scenario.h"

/* {"schema": .., "testName": .., "runId": ..} */
json_t *scenario_object(const struct scenario *scenario, const char *schema);

/* Writes the object and frees it. */
void scenario_dump(json_t *object, FILE *to);

json_t *whole_json(double value); /* 1500 */

/* {"connection reset": 3} */
json_t *scenario_counts(const struct counts *counts);

/* {"min": .., "max": .., "mean": .., "p50": .., "p95": .., "p99": ..} of
 * microseconds, in ms; zeros where there is none. */
json_t *scenario_percentiles(const struct histogram *h);

#endif
