/* plot.h - a small picture of curves, as SVG in a page. */
#ifndef COMPARE_PLOT_H
#define COMPARE_PLOT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct plot_point {
	double x, y; /* finite */
};

struct plot_line {
	const char *name;
	struct plot_point *points; /* by x */
	size_t count;
	bool second; /* in the other colour */
	bool thin;   /* dashed */
	bool marked; /* each point has a mark */
};

struct plot {
	const char *title, *x_title;
	const struct plot_line *lines;
	size_t count;
	bool whole_x; /* x is numbered by whole numbers */
};

/* From 0 to the largest y; hovering over a mark shows its value. */
void plot_svg(const struct plot *plot, FILE *to);

#endif
