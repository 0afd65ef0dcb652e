/* chart_svg.h - what gnuplot drew, made part of the page: with the faults as
 * bands, the phases, the anomalies, and the values under the pointer. */
#ifndef AGGREGATE_CHART_SVG_H
#define AGGREGATE_CHART_SVG_H

#include "aggregate/chart.h"
#include "aggregate/report.h"

#include <stddef.h>

/* The next picture in what gnuplot wrote: what is within its <svg>. Returns
 * where the one behind it begins, or NULL: there is none. */
const char *chart_svg_next(const char *drawn, const char **body,
    size_t *length);

/* Writes the picture. `body` is that of the chart. */
void chart_svg(const struct chart *chart, const struct report *report,
    const char *body, size_t length, FILE *to);

#endif
