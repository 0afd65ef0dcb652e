/* report_samples.h - what machines and services said of themselves. */
#ifndef AGGREGATE_REPORT_SAMPLES_H
#define AGGREGATE_REPORT_SAMPLES_H

#include "aggregate/samples.h"

#include <jansson.h>
#include <stdio.h>

/* The section SAMPLES, of every figure (`all`) or of those that say how a run
 * went; nothing without samples. */
void samples_text(const struct samples *samples, bool all, FILE *to);

/* final_report.json's "samples". A reference of the caller's own. */
json_t *samples_json(const struct samples *samples);

#endif
