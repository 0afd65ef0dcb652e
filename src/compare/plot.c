#include "compare/plot.h"

#include "lib/html_escape.h"

#include <math.h>

#define WIDTH  960.0
#define HEIGHT 300.0
#define LEFT   70.0
#define RIGHT  20.0
#define TOP    46.0
#define BOTTOM 44.0

struct frame {
	double x_from, x_to, y_to;
};

/* A step of 1, 2 or 5 times a power of ten, so that about `wanted` of them fill
 * the range. Pure. */
static double nice_step(double range, double wanted)
{
	static const double nice[] = { 1, 2, 5, 10 };
	if (!(range > 0))
		return 1;
	double rough = range / wanted;
	double power = pow(10, floor(log10(rough)));
	size_t i = 0;
	while (i < 3 && nice[i] * power < rough * (1 - 1e-9))
		i++;
	return nice[i] * power;
}

static double place_x(const struct frame *frame, double x)
{
	double range = frame->x_to - frame->x_from;
	return LEFT + (x - frame->x_from) / range * (WIDTH - LEFT - RIGHT);
}

static double place_y(const struct frame *frame, double y)
{
	return HEIGHT - BOTTOM - y / frame->y_to * (HEIGHT - TOP - BOTTOM);
}

static struct frame frame_of(const struct plot *plot)
{
	struct frame frame = { INFINITY, -INFINITY, 0 };
	for (size_t i = 0; i < plot->count; i++)
		for (size_t k = 0; k < plot->lines[i].count; k++) {
			struct plot_point at = plot->lines[i].points[k];
			frame.x_from = fmin(frame.x_from, at.x);
			frame.x_to = fmax(frame.x_to, at.x);
			frame.y_to = fmax(frame.y_to, at.y);
		}
	if (!(frame.x_from < frame.x_to)) {
		frame.x_from = isfinite(frame.x_from) ? frame.x_from - 1 : 0;
		frame.x_to = frame.x_from + 2;
	}
	double step = nice_step(frame.y_to, 5);
	frame.y_to = fmax(ceil(frame.y_to / step - 1e-9), 1) * step;
	return frame;
}

static void draw_grid(const struct plot *plot, const struct frame *frame,
    FILE *to)
{
	double step = nice_step(frame->y_to, 5);
	for (double y = 0; y <= frame->y_to + step / 2; y += step)
		fprintf(to,
		    "<path class=\"grid\" d=\"M%g %.1fH%g\"/>"
		    "<text x=\"%g\" y=\"%.1f\" "
		    "text-anchor=\"end\">%.6g</text>\n",
		    LEFT, place_y(frame, y), WIDTH - RIGHT, LEFT - 8,
		    place_y(frame, y) + 4, y);
	step = nice_step(frame->x_to - frame->x_from, 8);
	if (plot->whole_x)
		step = fmax(step, 1);
	for (double x = ceil(frame->x_from / step) * step;
	     x <= frame->x_to + step / 1e6; x += step)
		fprintf(to,
		    "<text x=\"%.1f\" y=\"%g\" text-anchor=\"middle\">%.6g"
		    "</text>\n",
		    place_x(frame, x), HEIGHT - BOTTOM + 18, x);
}

static void draw_line(const struct plot_line *line, const struct frame *frame,
    FILE *to)
{
	fprintf(to, "<path class=\"%s%s\" d=\"", line->second ? "two" : "one",
	    line->thin ? " thin" : "");
	for (size_t i = 0; i < line->count; i++)
		fprintf(to, "%s%.1f %.1f", i ? "L" : "M",
		    place_x(frame, line->points[i].x),
		    place_y(frame, line->points[i].y));
	fputs("\"/>\n", to);
	for (size_t i = 0; line->marked && i < line->count; i++)
		fprintf(to,
		    "<circle class=\"mark\" cx=\"%.1f\" cy=\"%.1f\" r=\"4\">"
		    "<title>%g: %.6g</title></circle>\n",
		    place_x(frame, line->points[i].x),
		    place_y(frame, line->points[i].y), line->points[i].x,
		    line->points[i].y);
}

static void draw_legend(const struct plot *plot, FILE *to)
{
	double x = LEFT;
	for (size_t i = 0; plot->count > 1 && i < plot->count; i++) {
		const struct plot_line *line = &plot->lines[i];
		fprintf(to,
		    "<path class=\"%s%s\" d=\"M%g 34h26\"/>"
		    "<text x=\"%g\" y=\"38\">",
		    line->second ? "two" : "one", line->thin ? " thin" : "", x,
		    x + 32);
		html_text(to, line->name);
		fputs("</text>\n", to);
		x += (WIDTH - LEFT) / (double)plot->count;
	}
}

void plot_svg(const struct plot *plot, FILE *to)
{
	struct frame frame = frame_of(plot);
	fprintf(to,
	    "<div class=\"wide\"><svg viewBox=\"0 0 %g %g\" role=\"img\" "
	    "aria-label=\"",
	    WIDTH, HEIGHT);
	html_text(to, plot->title);
	fprintf(to, "\">\n<text x=\"%g\" y=\"16\" font-weight=\"600\">", LEFT);
	html_text(to, plot->title);
	fputs("</text>\n", to);
	draw_legend(plot, to);
	draw_grid(plot, &frame, to);
	for (size_t i = 0; i < plot->count; i++)
		draw_line(&plot->lines[i], &frame, to);
	fprintf(to, "<text x=\"%g\" y=\"%g\" text-anchor=\"middle\">",
	    (LEFT + WIDTH - RIGHT) / 2, HEIGHT - 6);
	html_text(to, plot->x_title);
	fputs("</text>\n</svg></div>\n", to);
}
