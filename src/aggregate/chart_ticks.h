/* chart_ticks.h - where the axes of a chart have their marks, as gnuplot's
 * lists of tics: ('0:30' 30, '1:00' 60). Private to chart*.c. */
#ifndef AGGREGATE_CHART_TICKS_H
#define AGGREGATE_CHART_TICKS_H

#include "aggregate/chart.h"

void ticks_along(const struct chart_axis *axis, FILE *to);

/* Also sets the range: to where the axis reaches. */
void ticks_up(const struct chart *chart, double *low, double *high, FILE *to);

#endif
