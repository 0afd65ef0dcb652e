#include "aggregate/chart.h"

#include "lib/clock.h"
#include "lib/mem.h"
#include "lib/unit.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define LEFT   84.0
#define RIGHT  928.0
#define BOTTOM 56.0 /* tics, and the axis' name */
#define STRIP  18.0 /* the phases' names */
#define KEY    20.0 /* a row of the legend */

struct chart *charts_add(struct charts *charts, const char *id, char *title,
    enum chart_unit unit, const struct chart_axis *axis)
{
	charts->items =
	    mem_resize(charts->items, charts->count + 1, sizeof *charts->items);
	struct chart *chart = &charts->items[charts->count++];
	*chart = (struct chart){ .id = id,
		.title = title,
		.unit = unit,
		.height = 280,
		.axis = axis };
	return chart;
}

double *chart_line(struct chart *chart, const char *name)
{
	struct chart_line *line = &chart->lines[chart->line_count++];
	line->name = mem_text(name);
	line->values = mem_new(chart->axis->count, sizeof *line->values);
	for (size_t i = 0; i < chart->axis->count; i++)
		line->values[i] = NAN;
	return line->values;
}

static void widen(double value, double *least, double *most)
{
	if (isnan(value))
		return;
	*most = fmax(*most, value);
	if (value > 0)
		*least = fmin(*least, value);
}

bool chart_range(const struct chart *chart, double *least, double *most)
{
	*least = INFINITY;
	*most = -INFINITY;
	for (size_t i = 0; i < chart->axis->count; i++) {
		double sum = 0;
		for (size_t k = 0; k < chart->line_count; k++) {
			double value = chart->lines[k].values[i];
			widen(value, least, most);
			sum += isnan(value) ? 0 : value;
		}
		if (chart->is_stacked)
			widen(sum, least, most);
	}
	/* A logarithm has no place for nothing. */
	return chart->is_log ? isfinite(*least) : isfinite(*most);
}

void charts_drop_empty(struct charts *charts)
{
	double least, most;
	struct chart *last = &charts->items[charts->count - 1];
	if (last->axis->count && chart_range(last, &least, &most))
		return;
	for (size_t i = 0; i < last->line_count; i++) {
		free(last->lines[i].name);
		free(last->lines[i].values);
	}
	free(last->title);
	charts->count--;
}

/* ---- geometry ---- */

double chart_left(void)
{
	return LEFT;
}

double chart_right(void)
{
	return RIGHT;
}

double chart_x(const struct chart *chart, double at)
{
	const struct chart_axis *axis = chart->axis;
	double share = (at - axis->low) / (axis->high - axis->low);
	return LEFT + (RIGHT - LEFT) * fmin(1, fmax(0, share));
}

size_t chart_key_rows(const struct chart *chart)
{
	/* Names are cut at 40 characters, of which some 105 are in a row. */
	size_t longest = 8;
	for (size_t i = 0; i < chart->line_count; i++) {
		size_t length = strlen(chart->lines[i].name);
		longest = length > longest ? length : longest;
	}
	longest = longest > CHART_NAME ? CHART_NAME : longest;
	size_t columns = 105 / (longest + 7);
	return (chart->line_count + columns - 1) / columns;
}

double chart_top(const struct chart *chart)
{
	return KEY * (double)chart_key_rows(chart) + 6 +
	       (chart->axis->is_time ? STRIP : 0);
}

double chart_bottom(const struct chart *chart)
{
	return chart->height - BOTTOM;
}

/* ---- words ---- */

const char *chart_unit_word(enum chart_unit unit)
{
	static const char *const words[] = {
		[CHART_RATE] = "requests/s",
		[CHART_MS] = "ms",
		[CHART_COUNT] = "",
		[CHART_PERCENT] = "%",
		[CHART_BYTES] = "bytes",
	};
	return words[unit];
}

static int digits_of(double value)
{
	double size = fabs(value);
	return size >= 100 || size <= 0 ? 0
	       : size >= 10             ? 1
	       : size >= 1              ? 2
	                                : 3;
}

void chart_write_value(const struct chart *chart, double value, bool unit,
    FILE *to)
{
	char text[UNIT_TEXT];
	if (isnan(value)) {
		fputc('-', to);
	} else if (chart->unit == CHART_BYTES && value >= 0 && value < 1e18) {
		fputs(unit_bytes(text, (uint64_t)value), to);
	} else {
		int digits = fmod(value, 1) == 0 ? 0 : digits_of(value);
		fputs(unit_decimal(text, value, digits), to);
		if (unit && *chart_unit_word(chart->unit))
			fprintf(to, " %s", chart_unit_word(chart->unit));
	}
}

void chart_write_time(double seconds, FILE *to)
{
	int64_t tenths = llround(seconds * 10);
	int64_t whole = tenths / 10;
	if (whole >= 3600)
		fprintf(to, "%d:%02d:%02d", (int)(whole / 3600),
		    (int)(whole / 60 % 60), (int)(whole % 60));
	else
		fprintf(to, "%d:%02d", (int)(whole / 60), (int)(whole % 60));
	if (tenths % 10)
		fprintf(to, ".%d", (int)(tenths % 10));
}

void chart_write_point(const struct chart_axis *axis, size_t point, FILE *to)
{
	char stamp[CLOCK_STAMP];
	if (!axis->is_time) {
		fprintf(to, "%.8g %%", axis->percent[point]);
		return;
	}
	chart_write_time(axis->from[point], to);
	clock_stamp(stamp,
	    axis->zero_unix_ms + llround(axis->from[point] * 1e3));
	fprintf(to, " (%s)", stamp + 11);
}

void chart_axis_release(struct chart_axis *axis)
{
	free(axis->from);
	free(axis->to);
	free(axis->percent);
	*axis = (struct chart_axis){ 0 };
}

void charts_release(struct charts *charts)
{
	for (size_t i = 0; i < charts->count; i++) {
		struct chart *chart = &charts->items[i];
		for (size_t k = 0; k < chart->line_count; k++) {
			free(chart->lines[k].name);
			free(chart->lines[k].values);
		}
		free(chart->title);
	}
	free(charts->items);
	*charts = (struct charts){ 0 };
}
