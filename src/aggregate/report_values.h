/* report_values.h - numbers as final_report.json has them. */
#ifndef AGGREGATE_REPORT_VALUES_H
#define AGGREGATE_REPORT_VALUES_H

#include "lib/histogram.h"

#include <jansson.h>
#include <stdint.h>

/* Sets and takes the value. */
void put(json_t *object, const char *name, json_t *value);

json_t *count_json(uint64_t n);

/* Rounded to so many digits; null for what is not finite. */
json_t *decimals_json(double value, int digits);

/* {"min_ms": .., "max_ms": .., "avg_ms": .., "median_ms": .., "p90_ms": ..,
 * "p95_ms": .., "p99_ms": .., "p999_ms": ..} of microseconds; null for none, or
 * where nobody knows them (NULL). */
json_t *latencies_json(const struct histogram *h);

#endif
