/* chart_marks.h - what happened while the load went on, on a chart's axis of
 * time: faults, phases, anomalies. Private to chart*.c. */
#ifndef AGGREGATE_CHART_MARKS_H
#define AGGREGATE_CHART_MARKS_H

#include "aggregate/chart.h"
#include "aggregate/report.h"

/* Below the curves: a band for each fault, from its confirmation to its
 * healing; where phases begin. */
void chart_bands(const struct chart *chart, const struct report *report,
    FILE *to);

/* Above them: the faults' numbers and the anomalies, each a link. */
void chart_marks(const struct chart *chart, const struct report *report,
    FILE *to);

/* The fault in whose band a point lies, or NULL. */
const struct fault *chart_fault_at(const struct chart *chart,
    const struct report *report, size_t point);

#endif
