/* chart_script.h - what gnuplot is told to draw: one script for all charts of
 * a page, which makes as many SVG texts, one behind the other. */
#ifndef AGGREGATE_CHART_SCRIPT_H
#define AGGREGATE_CHART_SCRIPT_H

#include "aggregate/chart.h"

void chart_script(const struct charts *charts, FILE *to);

#endif
