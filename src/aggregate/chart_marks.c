#include "aggregate/chart_marks.h"

#include "aggregate/anomalies.h"

#include "lib/html_escape.h"
#include "lib/utf8.h"

#include <math.h>
#include <string.h>

#define TAG_WIDTH      18.0
#define LETTER         7.2
#define ANOMALIES_MOST 200

static double seconds_of(const struct chart *chart, int64_t unix_ms)
{
	return (double)(unix_ms - chart->axis->zero_unix_ms) / 1e3;
}

struct band {
	double from_s, to_s;
};

/* What was not healed goes on to the end. */
static struct band band_of(const struct chart *chart, const struct fault *fault)
{
	int64_t from_ms = fault->confirmed_unix_ms ? fault->confirmed_unix_ms
	                                           : fault->commanded_unix_ms;
	struct band band = { seconds_of(chart, from_ms), chart->axis->high };
	if (fault->healed_unix_ms)
		band.to_s = seconds_of(chart, fault->healed_unix_ms);
	return band;
}

static bool is_seen(const struct chart *chart, const struct band *band)
{
	return band->to_s >= chart->axis->low &&
	       band->from_s <= chart->axis->high;
}

const struct fault *chart_fault_at(const struct chart *chart,
    const struct report *report, size_t point)
{
	const struct fault *found = NULL;
	for (size_t i = 0; i < report->impact->count; i++) {
		const struct fault *fault = report->impact->items[i].fault;
		struct band band = band_of(chart, fault);
		if (band.from_s < chart->axis->to[point] &&
		    band.to_s > chart->axis->from[point])
			found = fault;
	}
	return found;
}

/* ---- phases ---- */

/* As much of a name as there is room for. */
static void write_name(const char *name, double width, FILE *to)
{
	size_t room = width > 2 * LETTER ? (size_t)(width / LETTER) : 0;
	char text[80];
	size_t length =
	    strnlen(name, room < sizeof text ? room : sizeof text - 1);
	length = utf8_cut(name, length);
	snprintf(text, sizeof text, "%.*s", (int)length, name);
	html_text(to, text);
}

/* Where a name says nothing there is one phase, and no mark of it. */
static void write_phases(const struct chart *chart, const struct series *series,
    FILE *to)
{
	double y = chart_top(chart);
	if (series->phase_count < 2)
		return;
	fputs("<g class=\"phases\">\n", to);
	for (size_t i = 0; i < series->phase_count; i++) {
		const struct series_phase *phase = &series->phases[i];
		double from = chart_x(chart, seconds_of(chart, phase->from_ms));
		double until = chart_x(chart, seconds_of(chart, phase->to_ms));
		fprintf(to,
		    "<path d=\"M%.1f,%.1fV%.1f\"/><text x=\"%.1f\" "
		    "y=\"%.1f\">",
		    from, y - 14, chart_bottom(chart), from + 4, y - 4);
		write_name(phase->name, until - from - 4, to);
		fputs("<title>phase ", to);
		html_text(to, *phase->name ? phase->name : "(no name)");
		fputs("</title></text>\n", to);
	}
	fputs("</g>\n", to);
}

/* ---- faults ---- */

void chart_bands(const struct chart *chart, const struct report *report,
    FILE *to)
{
	double top = chart_top(chart), bottom = chart_bottom(chart);
	fputs("<g class=\"bands\">\n", to);
	for (size_t i = 0; i < report->impact->count; i++) {
		struct band band =
		    band_of(chart, report->impact->items[i].fault);
		if (!is_seen(chart, &band))
			continue;
		double from = chart_x(chart, band.from_s);
		fprintf(to,
		    "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" "
		    "height=\"%.1f\"/>\n",
		    from, top, fmax(1.5, chart_x(chart, band.to_s) - from),
		    bottom - top);
	}
	fputs("</g>\n", to);
	write_phases(chart, report->series, to);
}

static void write_tag(const struct chart *chart, const struct fault *fault,
    double x, FILE *to)
{
	double y = chart_top(chart) + 1;
	double width = fault->number > 99 ? TAG_WIDTH + 9 : TAG_WIDTH;
	fprintf(to,
	    "<a href=\"#fault-%ju\" aria-label=\"fault %ju\"><rect x=\"%.1f\" "
	    "y=\"%.1f\" width=\"%.0f\" height=\"15\" rx=\"2\"/>"
	    "<text x=\"%.1f\" y=\"%.1f\">%ju</text><title>fault %ju: ",
	    (uintmax_t)fault->number, (uintmax_t)fault->number, x, y, width,
	    x + width / 2, y + 11.5, (uintmax_t)fault->number,
	    (uintmax_t)fault->number);
	html_text(to, fault->kind ? fault->kind : "fault");
	fputs(" of server ", to);
	html_text(to, fault->server ? fault->server : "?");
	fputs("</title></a>\n", to);
}

/* Numbers that would lie on one another are left out. */
static void write_tags(const struct chart *chart, const struct report *report,
    FILE *to)
{
	double free_x = 0;
	fputs("<g class=\"tags\">\n", to);
	for (size_t i = 0; i < report->impact->count; i++) {
		const struct fault *fault = report->impact->items[i].fault;
		struct band band = band_of(chart, fault);
		double x = chart_x(chart, band.from_s);
		if (!is_seen(chart, &band) || x < free_x)
			continue;
		write_tag(chart, fault, x, to);
		free_x = x + TAG_WIDTH + (fault->number > 99 ? 9 : 0);
	}
	fputs("</g>\n", to);
}

/* ---- anomalies ---- */

static void write_anomalies(const struct chart *chart,
    const struct anomalies *anomalies, FILE *to)
{
	double y = chart_bottom(chart);
	fputs("<g class=\"anomalies\">\n", to);
	for (size_t i = 0; i < anomalies->count && i < ANOMALIES_MOST; i++) {
		const struct anomaly *anomaly = &anomalies->items[i];
		double at = seconds_of(chart, anomaly->from_ms);
		if (at < chart->axis->low || at > chart->axis->high)
			continue;
		fprintf(to,
		    "<a href=\"#anomalies\" tabindex=\"-1\"><path "
		    "d=\"M%.1f,%.1fl5,9h-10z\"/><title>%s: ",
		    chart_x(chart, at), y - 9.5, anomaly_name(anomaly->kind));
		html_text(to, anomaly->words);
		fputs("</title></a>\n", to);
	}
	fputs("</g>\n", to);
}

/* Where areas lie on a band its edges are to be seen all the same. */
static void write_edges(const struct chart *chart, const struct report *report,
    FILE *to)
{
	double top = chart_top(chart), bottom = chart_bottom(chart);
	fputs("<path class=\"edges\" d=\"", to);
	for (size_t i = 0; i < report->impact->count; i++) {
		struct band band =
		    band_of(chart, report->impact->items[i].fault);
		if (is_seen(chart, &band))
			fprintf(to, "M%.1f,%.1fV%.1fM%.1f,%.1fV%.1f",
			    chart_x(chart, band.from_s), top, bottom,
			    chart_x(chart, band.to_s), top, bottom);
	}
	fputs("\"/>\n", to);
}

void chart_marks(const struct chart *chart, const struct report *report,
    FILE *to)
{
	if (chart->is_stacked && report->impact->count)
		write_edges(chart, report, to);
	write_tags(chart, report, to);
	write_anomalies(chart, report->anomalies, to);
}
