/* prometheus.h - the text format of Prometheus' exporters, version 0.0.4, and
 * what OpenMetrics 1.0 adds to it (https://prometheus.io/docs/instrumenting/
 * exposition_formats/, https://openmetrics.io). */
#ifndef WIRE_PROMETHEUS_H
#define WIRE_PROMETHEUS_H

#include "wire/metrics.h"

/* Adds every sample by its name with its labels, blanks between them left out:
 * node_cpu_seconds_total{cpu="0",mode="idle"}. What the page declares a counter
 * is one, and so are the parts of histograms and summaries that only grow.
 * Lines that are wrong are counted and passed over. Returns 0, or -1 with `err`
 * when not one line is a sample. */
int prometheus_read(struct metrics *metrics, const char *page, size_t length,
    struct err *err);

#endif
