#include "lib/figures.h"

#include <math.h>

static double rounded(double value, double steps)
{
	return round(value * steps) / steps;
}

static void add_change(struct figures *to, const char *name,
    enum figure_kind kind, double change, double seconds)
{
	double percent = rounded(100 * change / seconds, 100);
	switch (kind) {
	case FIGURE_RATE:
		figures_add_format(to, FIGURE_NOW,
		    rounded(change / seconds, 10), "%s_per_second", name);
		break;
	case FIGURE_EVENTS:
		figures_add_format(to, FIGURE_NOW, change, "%s", name);
		break;
	case FIGURE_SHARE:
		figures_add_format(to, FIGURE_NOW, fmin(percent, 100),
		    "%s_percent", name);
		break;
	case FIGURE_USE:
		figures_add_format(to, FIGURE_NOW, percent, "%s_percent", name);
		break;
	case FIGURE_NOW:
	case FIGURE_COUNTER:
		break;
	}
}

void figures_change(struct figures *to, const struct figures *before,
    const struct figures *now, double seconds)
{
	for (size_t i = 0; i < now->count; i++) {
		const struct figure *figure = &now->items[i];
		const char *name = figures_name(now, i);
		if (figure->kind == FIGURE_NOW ||
		    figure->kind == FIGURE_COUNTER) {
			figures_add_format(to, figure->kind, figure->value,
			    "%s", name);
			continue;
		}
		const struct figure *earlier = figures_find(before, name, i);
		if (earlier && seconds > 0 && figure->value >= earlier->value)
			add_change(to, name, figure->kind,
			    figure->value - earlier->value, seconds);
	}
}
