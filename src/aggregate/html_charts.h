/* html_charts.h - the pictures of the page, which one gnuplot draws at once,
 * each with the numbers behind it. Private to html*.c. */
#ifndef AGGREGATE_HTML_CHARTS_H
#define AGGREGATE_HTML_CHARTS_H

#include "aggregate/chart.h"
#include "aggregate/report.h"

struct html_charts {
	const struct report *report; /* borrowed */
	struct chart_axis time, percent;
	struct charts charts;
	char *drawn; /* owned; NULL: there are no pictures */
	struct err why;
};

/* Makes them, and lets gnuplot draw. */
void html_charts_init(struct html_charts *page, const struct report *report);

/* The part "Over time"; the picture of percentiles. */
void html_charts_time(const struct html_charts *page, FILE *to);
void html_charts_percentiles(const struct html_charts *page, FILE *to);

void html_charts_release(struct html_charts *page);

#endif
