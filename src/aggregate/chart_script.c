#include "aggregate/chart_script.h"

#include "aggregate/chart_ticks.h"

#include "lib/html_escape.h"

#include <math.h>

/* Of Okabe and Ito's colours those that stand out (3 : 1) from a white ground
 * and from a dark one; black is the text's colour. Then again, dashed. */
static const char *const colours[] = { "#0072B2", "#D55E00", "#009E73",
	"#CC79A7", "#000000" };
#define COLOURS (sizeof colours / sizeof *colours)

static void write_colour(const struct chart *chart, size_t line, FILE *to)
{
	line += chart->is_of_failures;
	fprintf(to, " lc rgb '%s'", colours[line % COLOURS]);
}

static void write_number(double value, FILE *to)
{
	if (isfinite(value))
		fprintf(to, " %.9g", value);
	else
		fputs(" NaN", to);
}

/* Columns: x, and of each line from where to where it is. */
static void write_row(const struct chart *chart, double x, size_t point,
    FILE *to)
{
	double below = 0;
	write_number(x, to);
	for (size_t i = 0; i < chart->line_count; i++) {
		double value = chart->lines[i].values[point];
		if (chart->is_log && value <= 0)
			value = NAN;
		write_number(chart->is_stacked ? below : 0, to);
		if (chart->is_stacked) {
			below += isnan(value) ? 0 : value;
			value = below;
		}
		write_number(value, to);
	}
	fputc('\n', to);
}

/* What was in a stretch of time is drawn as long as that. */
static void write_data(const struct chart *chart, FILE *to)
{
	const struct chart_axis *axis = chart->axis;
	fputs("$data << END_OF_DATA\n", to);
	for (size_t i = 0; i < axis->count; i++) {
		write_row(chart, axis->from[i], i, to);
		if (axis->is_time)
			write_row(chart, axis->to[i], i, to);
	}
	fputs("END_OF_DATA\n", to);
}

static void write_frame(const struct chart *chart, FILE *to)
{
	double low, high;
	fprintf(to,
	    "reset\nset terminal svg size %d,%d noenhanced font "
	    "'sans-serif,14'\nset encoding utf8\n",
	    CHART_WIDTH, chart->height);
	fprintf(to,
	    "set lmargin at screen %.6f\nset rmargin at screen %.6f\n"
	    "set tmargin at screen %.6f\nset bmargin at screen %.6f\n",
	    chart_left() / CHART_WIDTH, chart_right() / CHART_WIDTH,
	    1 - chart_top(chart) / chart->height,
	    1 - chart_bottom(chart) / chart->height);
	fprintf(to,
	    "set key at screen %.6f,0.99 left top Left reverse "
	    "samplen 2 noautotitle maxrows %zu\n",
	    chart_left() / CHART_WIDTH, chart_key_rows(chart));
	fputs("set border 3 lw 0.7\nset tics nomirror scale 0.5\n"
	      "set grid ytics lt 1 lw 0.4 lc rgb '#888888'\n",
	    to);
	if (chart->is_log)
		fputs("set logscale y\n", to);
	ticks_along(chart->axis, to);
	ticks_up(chart, &low, &high, to);
	fprintf(to, "set xrange [%.9g:%.9g]\nset yrange [%.9g:%.9g]\n",
	    chart->axis->low, chart->axis->high, low, high);
	fprintf(to,
	    "set xlabel '%s' offset 0,0.5\nset ylabel '%s' offset 0.5,0\n",
	    chart->axis->is_time
	        ? "time since the start (min:s)"
	        : "share of the requests that took at most so long",
	    chart_unit_word(chart->unit));
}

static void write_line(const struct chart *chart, size_t i, FILE *to)
{
	size_t column = 2 * i + 2;
	const char *dash = i < COLOURS ? "" : " dt 2";
	if (chart->is_stacked || chart->lines[i].is_area) {
		fprintf(to, "$data using 1:%zu:%zu with filledcurves", column,
		    column + 1);
		write_colour(chart, i, to);
		fprintf(to, " fs transparent %s noborder",
		    !chart->is_stacked ? "solid 0.25"
		    : i < COLOURS      ? "solid 0.8"
		                       : "pattern 4");
	}
	if (!chart->is_stacked) {
		if (chart->lines[i].is_area)
			fputs(", ", to);
		fprintf(to, "$data using 1:%zu with lines lw %s%s", column + 1,
		    chart->lines[i].is_broad ? "4.5" : "2", dash);
		write_colour(chart, i, to);
	}
	fputs(" title ", to);
	gnuplot_text(to, chart->lines[i].name, CHART_NAME);
}

void chart_script(const struct charts *charts, FILE *to)
{
	for (size_t i = 0; i < charts->count; i++) {
		const struct chart *chart = &charts->items[i];
		write_data(chart, to);
		write_frame(chart, to);
		fputs("plot ", to);
		for (size_t k = 0; k < chart->line_count; k++) {
			if (k)
				fputs(", ", to);
			write_line(chart, k, to);
		}
		fputc('\n', to);
	}
	fputs("unset output\n", to);
}
