#include "aggregate/chart_ticks.h"

#include "lib/unit.h"

#include <math.h>

#define TICKS_ALONG 10
#define TICKS_UP    5

/* 1, 2 or 5 times a power of ten, the next above. */
static double nice(double step)
{
	double power = pow(10, floor(log10(step)));
	double factor = step / power;
	return power * (factor <= 1      ? 1
	                   : factor <= 2 ? 2
	                   : factor <= 5 ? 5
	                                 : 10);
}

static double time_step(double seconds)
{
	static const double steps[] = { 1, 2, 5, 10, 15, 30, 60, 120, 300, 600,
		900, 1800, 3600, 7200, 10800, 21600, 43200, 86400 };
	double least = seconds / TICKS_ALONG;
	if (least < 0.5)
		return nice(least);
	for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
		if (steps[i] >= least)
			return steps[i];
	return nice(least / 86400) * 86400;
}

void ticks_along(const struct chart_axis *axis, FILE *to)
{
	static const double percents[] = { 0, 50, 90, 99, 99.9, 99.99, 99.999,
		99.9999, 99.99999 };
	fputs("set xtics (", to);
	if (axis->is_time) {
		double step = time_step(axis->high - axis->low);
		int count = (int)((axis->high - axis->low) / step + 0.001);
		for (int i = 0; i <= count; i++) {
			double at = axis->low + i * step;
			fprintf(to, "%s'", i ? ", " : "");
			chart_write_time(at, to);
			fprintf(to, "' %.6g", at);
		}
	} else {
		for (size_t i = 0; i < sizeof percents / sizeof *percents; i++)
			fprintf(to, "%s'%.8g %%%%' %.9g", i ? ", " : "",
			    percents[i], -log10(1 - percents[i] / 100));
	}
	fputs(")\n", to);
}

static void write_tick(const struct chart *chart, double at, bool first,
    FILE *to)
{
	char text[UNIT_TEXT];
	int digits = 0;
	double size = fabs(at), scaled = size;
	for (; digits < 9 && fabs(scaled - round(scaled)) > 1e-6; digits++)
		scaled = size * pow(10, digits + 1);
	fprintf(to, "%s'", first ? "" : ", ");
	if (chart->unit == CHART_BYTES)
		chart_write_value(chart, at, false, to);
	else
		fputs(unit_decimal(text, at, digits), to);
	fprintf(to, "' %.9g", at);
}

/* Decades, and with few of them their halves and fifths too. */
static void ticks_log(const struct chart *chart, double low, double high,
    FILE *to)
{
	static const double factors[] = { 1, 2, 5 };
	bool is_first = true;
	size_t each = high / low < 1e3 ? 3 : 1;
	for (int power = (int)floor(log10(low)); power <= 12; power++)
		for (size_t i = 0; i < each; i++) {
			double at = pow(10, power) * factors[i];
			if (at < low * 0.999 || at > high * 1.001)
				continue;
			write_tick(chart, at, is_first, to);
			is_first = false;
		}
}

/* Below nothing are only figures of machines, a clock's step, say. */
static double lowest(const struct chart *chart)
{
	double least = INFINITY;
	for (size_t i = 0; i < chart->line_count; i++)
		for (size_t k = 0; k < chart->axis->count; k++)
			least = fmin(least, chart->lines[i].values[k]);
	return least;
}

void ticks_up(const struct chart *chart, double *low, double *high, FILE *to)
{
	double least, most;
	chart_range(chart, &least, &most);
	fputs("set ytics (", to);
	if (chart->is_log) {
		*low = least / 1.5;
		*high = fmax(most, least) * 1.5;
		/* At least one mark is to be seen. */
		if (*high / *low < 10) {
			*low /= 2;
			*high *= 2;
		}
		ticks_log(chart, *low, *high, to);
	} else {
		double bottom = fmin(0, lowest(chart));
		double step = nice((fmax(most, 1e-9) - bottom) / TICKS_UP);
		*low = floor(bottom / step) * step;
		*high = ceil(fmax(most, 1e-9) * 1.04 / step) * step;
		int count = (int)lround((*high - *low) / step);
		for (int i = 0; i <= count; i++)
			write_tick(chart, *low + i * step, i == 0, to);
	}
	fputs(")\n", to);
}
