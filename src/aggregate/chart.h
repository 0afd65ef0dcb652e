/* chart.h - one picture of the page and the numbers in it. Pure. */
#ifndef AGGREGATE_CHART_H
#define AGGREGATE_CHART_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define CHART_LINES 8 /* the most that can be told apart */
#define CHART_WIDTH 960
#define CHART_NAME  40 /* characters of a line's name in the legend */

/* Points that lie side by side: stretches of time in seconds since the run's
 * start, or percentiles. Shared by the charts that stand on it. */
struct chart_axis {
	bool is_time;
	size_t count;
	double *from,
	    *to;         /* owned; on a percentile axis where they are drawn */
	double *percent; /* owned; NULL on a time axis */
	double low, high;
	int64_t zero_unix_ms;
	size_t each; /* bins of the run that are one point of time */
};

struct chart_line {
	char *name;     /* owned; may be anybody's text */
	double *values; /* one for each point, NAN: not known; owned */
	bool is_area;
	bool is_broad; /* so that one that lies on it leaves it to be seen */
};

enum chart_unit {
	CHART_RATE,
	CHART_MS,
	CHART_COUNT,
	CHART_PERCENT,
	CHART_BYTES
};

struct chart {
	const char *id;   /* "throughput": one of that name in the page */
	char *title;      /* owned; may be anybody's text */
	const char *note; /* below the title; NULL: none */
	enum chart_unit unit;
	bool is_log, is_stacked;
	bool is_of_failures; /* in their colour, which is the second */
	int height;
	const struct chart_axis *axis;
	struct chart_line lines[CHART_LINES];
	size_t line_count;
};

struct charts {
	struct chart *items; /* owned */
	size_t count;
};

/* The next one, on that axis. Good until the next call. */
struct chart *charts_add(struct charts *charts, const char *id, char *title,
    enum chart_unit unit, const struct chart_axis *axis);

/* A line, named by a copy of `name`, of values that are not known yet: to be
 * filled in. */
double *chart_line(struct chart *chart, const char *name);

/* The largest and the least above nothing of its values (of a stack: of the
 * sums); false when there is no value at all. */
bool chart_range(const struct chart *chart, double *least, double *most);

/* Drops the last chart where it has no values. */
void charts_drop_empty(struct charts *charts);

/* Of its legend. */
size_t chart_key_rows(const struct chart *chart);

/* Where a place on the axis is in the picture; where the plot lies in it. */
double chart_x(const struct chart *chart, double at);
double chart_left(void);
double chart_right(void);
double chart_top(const struct chart *chart);
double chart_bottom(const struct chart *chart);

/* "requests/s"; the same in the picture's axis. */
const char *chart_unit_word(enum chart_unit unit);

/* A value with its unit, "12.3 ms"; without, "12.3"; "-" where not known. */
void chart_write_value(const struct chart *chart, double value, bool unit,
    FILE *to);

/* "1:05 (10:01:05)", or "99.9 %". */
void chart_write_point(const struct chart_axis *axis, size_t point, FILE *to);

/* "1:05", or "0:01.5" where that is needed. */
void chart_write_time(double seconds, FILE *to);

void chart_axis_release(struct chart_axis *axis);
void charts_release(struct charts *charts);

#endif
