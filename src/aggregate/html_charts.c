#include "aggregate/html_charts.h"

#include "aggregate/anomalies.h"
#include "aggregate/chart_data.h"
#include "aggregate/chart_script.h"
#include "aggregate/chart_svg.h"
#include "aggregate/gnuplot.h"
#include "aggregate/html_parts.h"

#include "lib/html_escape.h"

#include <stdlib.h>
#include <string.h>

static void draw(const void *arg, FILE *to)
{
	chart_script(arg, to);
}

void html_charts_init(struct html_charts *page, const struct report *report)
{
	*page = (struct html_charts){ .report = report };
	chart_time_axis(&page->time, report->series);
	chart_load(&page->charts, report, &page->time);
	chart_samples(&page->charts, report->samples, &page->time);
	chart_percentiles(&page->charts, report, &page->percent);
	if (page->charts.count)
		page->drawn = gnuplot_run(draw, &page->charts, &page->why);
}

void html_charts_release(struct html_charts *page)
{
	chart_axis_release(&page->time);
	chart_axis_release(&page->percent);
	charts_release(&page->charts);
	free(page->drawn);
}

static void write_numbers(const struct chart *chart, FILE *to)
{
	const char *unit = chart_unit_word(chart->unit);
	html_details(to, "Numbers");
	fputs("<div class=\"wide\" tabindex=\"0\"><table>\n<thead><tr>"
	      "<th scope=\"col\">",
	    to);
	fputs(chart->axis->is_time ? "from" : "percentile", to);
	fputs("</th>", to);
	for (size_t i = 0; i < chart->line_count; i++) {
		fputs("<th scope=\"col\" class=\"n\">", to);
		html_text(to, chart->lines[i].name);
		if (*unit && chart->unit != CHART_BYTES)
			fprintf(to, ", %s", unit);
		fputs("</th>", to);
	}
	fputs("</tr></thead>\n<tbody>\n", to);
	for (size_t i = 0; i < chart->axis->count; i++) {
		fputs("<tr><td>", to);
		chart_write_point(chart->axis, i, to);
		fputs("</td>", to);
		for (size_t k = 0; k < chart->line_count; k++) {
			fputs("<td class=\"n\">", to);
			chart_write_value(chart, chart->lines[k].values[i],
			    false, to);
			fputs("</td>", to);
		}
		fputs("</tr>\n", to);
	}
	fputs("</tbody></table></div></details>\n", to);
}

static void write_chart(const struct chart *chart, const struct report *report,
    const char *body, size_t length, FILE *to)
{
	const char *unit = chart_unit_word(chart->unit);
	fprintf(to, "<figure id=\"chart-%s\">\n<figcaption>", chart->id);
	html_text(to, chart->title);
	if (*unit)
		fprintf(to, " <span class=\"quiet\">%s</span>", unit);
	fputs("</figcaption>\n", to);
	if (chart->note)
		fprintf(to, "<p class=\"quiet note\">%s</p>\n", chart->note);
	if (body)
		chart_svg(chart, report, body, length, to);
	write_numbers(chart, to);
	fputs("</figure>\n", to);
}

/* What the marks mean, where there are any. */
static void write_legend(const struct html_charts *page,
    const struct report *report, FILE *to)
{
	fputs("<p class=\"quiet\">", to);
	if (report->impact->count)
		fputs("Each numbered band is a fault, from its confirmation "
		      "to its healing; a click leads to its row. ",
		    to);
	if (report->anomalies->count)
		fputs("Triangles are anomalies. ", to);
	if (page->time.count)
		html_format(to,
		    "A point is %g s long. Requests count when they end.",
		    page->time.to[0] - page->time.from[0]);
	fputs("</p>\n", to);
}

static void write_missing(const struct html_charts *page,
    const struct report *report, FILE *to)
{
	if (page->charts.count && !page->drawn)
		html_words(to,
		    "The pictures are missing: %s. Their numbers are here.",
		    page->why.text);
	if (page->time.count == 0)
		html_words(to, "%s",
		    report->series->slice_count
		        ? "There is nothing over time: the timelines lie too "
		          "far apart to be one run."
		        : "There is nothing over time: no timeline was among "
		          "the files.");
}

/* Those over time, or the others. */
static void write_charts(const struct html_charts *page, bool over_time,
    FILE *to)
{
	const char *next = page->drawn, *body = NULL;
	size_t length = 0;
	fputs("<div class=\"wide\" tabindex=\"0\">\n", to);
	for (size_t i = 0; i < page->charts.count; i++) {
		const struct chart *chart = &page->charts.items[i];
		body = NULL;
		if (next)
			next = chart_svg_next(next, &body, &length);
		if (over_time && strcmp(chart->id, "samples-1") == 0)
			fputs("<h3>Machines and services beside it</h3>\n", to);
		if (chart->axis->is_time == over_time)
			write_chart(chart, page->report, body, length, to);
	}
	fputs("</div>\n", to);
}

void html_charts_time(const struct html_charts *page, FILE *to)
{
	html_section(to, "load", "Over time");
	write_missing(page, page->report, to);
	if (page->drawn && page->time.count)
		write_legend(page, page->report, to);
	write_charts(page, true, to);
	html_section_end(to);
}

void html_charts_percentiles(const struct html_charts *page, FILE *to)
{
	if (page->percent.count)
		write_charts(page, false, to);
}
