#include "aggregate/chart_svg.h"

#include "aggregate/chart_marks.h"

#include "lib/html_escape.h"

#include <string.h>

#define CANVAS "<g id=\"gnuplot_canvas\">"
#define OWN_ID "<g id=\"gnuplot"

const char *chart_svg_next(const char *drawn, const char **body, size_t *length)
{
	const char *begin = strstr(drawn, CANVAS);
	const char *end = begin ? strstr(begin, "</svg>") : NULL;
	if (!end)
		return NULL;
	*body = begin;
	*length = (size_t)(end - begin);
	return end;
}

/* If `text` begins with `open`, what lies behind the next `close`. */
static const char *skip(const char *text, const char *end, const char *open,
    const char *close)
{
	if (strncmp(text, open, strlen(open)) != 0)
		return NULL;
	const char *found = strstr(text, close);
	return found && found < end ? found + strlen(close) : NULL;
}

/* Definitions are for points, which nobody draws, and have ids that are the
 * same in every picture; titles of gnuplot's say nothing; and groups have ids
 * that get the chart's own in front. In text '<' is "&lt;": what is found is
 * never text. */
static void write_body(const struct chart *chart, const char *body,
    size_t length, FILE *to)
{
	const char *end = body + length;
	while (body < end) {
		const char *tag = memchr(body, '<', (size_t)(end - body));
		const char *after;
		if (!tag)
			tag = end;
		fwrite(body, 1, (size_t)(tag - body), to);
		body = tag;
		if (body == end)
			break;
		if ((after = skip(body, end, "<defs>", "</defs>")) ||
		    (after = skip(body, end, "<title>", "</title>"))) {
			body = after;
		} else if (strncmp(body, OWN_ID, sizeof OWN_ID - 1) == 0) {
			fprintf(to, "<g id=\"%s", chart->id);
			body += sizeof OWN_ID - 1;
		} else {
			fputc(*body++, to);
		}
	}
}

/* "12:05 (10:12:05)", and each line's name and value. */
static void write_values(const struct chart *chart, size_t point, FILE *to)
{
	chart_write_point(chart->axis, point, to);
	for (size_t i = 0; i < chart->line_count; i++) {
		fputc('\n', to);
		html_text(to, chart->lines[i].name);
		fputs(": ", to);
		chart_write_value(chart, chart->lines[i].values[point], true,
		    to);
	}
}

static void write_hovers(const struct chart *chart, const struct report *report,
    FILE *to)
{
	const struct chart_axis *axis = chart->axis;
	double top = chart_top(chart), height = chart_bottom(chart) - top;
	fputs("<g class=\"at\">\n", to);
	for (size_t i = 0; i < axis->count; i++) {
		double from = chart_x(chart, axis->from[i]);
		double to_x = chart_x(chart, axis->to[i]);
		const struct fault *fault =
		    axis->is_time ? chart_fault_at(chart, report, i) : NULL;
		if (fault)
			fprintf(to, "<a href=\"#fault-%ju\" tabindex=\"-1\">",
			    (uintmax_t)fault->number);
		fprintf(to,
		    "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" "
		    "height=\"%.1f\"><title>",
		    from, top, to_x - from, height);
		write_values(chart, i, to);
		fprintf(to, "</title></rect>%s\n", fault ? "</a>" : "");
	}
	fputs("</g>\n", to);
}

void chart_svg(const struct chart *chart, const struct report *report,
    const char *body, size_t length, FILE *to)
{
	fprintf(to,
	    "<svg class=\"plot\" viewBox=\"0 0 %d %d\" role=\"group\" "
	    "aria-label=\"",
	    CHART_WIDTH, chart->height);
	html_text(to, chart->title);
	fputs("\" xmlns=\"http://www.w3.org/2000/svg\">\n", to);
	if (chart->axis->is_time)
		chart_bands(chart, report, to);
	write_body(chart, body, length, to);
	write_hovers(chart, report, to);
	if (chart->axis->is_time)
		chart_marks(chart, report, to);
	fputs("</svg>\n", to);
}
