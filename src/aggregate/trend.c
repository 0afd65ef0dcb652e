#include "aggregate/trend.h"

#include <math.h>

#define MS_PER_SECOND 1e3
#define WORTH_LEAST   3 /* values; a line is known by two */

struct line {
	double mean_t, mean_value, per_second, spread_t;
};

static double seconds(const struct sample_point *points, size_t i)
{
	return (double)(points[i].t_ms - points[0].t_ms) / MS_PER_SECOND;
}

static struct line fit(const struct sample_point *points, size_t count)
{
	struct line line = { 0 };
	double both = 0;
	for (size_t i = 0; i < count; i++) {
		line.mean_t += seconds(points, i) / (double)count;
		line.mean_value += points[i].value / (double)count;
	}
	for (size_t i = 0; i < count; i++) {
		double t = seconds(points, i) - line.mean_t;
		line.spread_t += t * t;
		both += t * (points[i].value - line.mean_value);
	}
	line.per_second = line.spread_t > 0 ? both / line.spread_t : 0;
	return line;
}

static double distance(const struct line *line,
    const struct sample_point *points, size_t i)
{
	return points[i].value - line->mean_value -
	       line->per_second * (seconds(points, i) - line->mean_t);
}

/* Student's t for 95 % on both sides, to 2 %, from one degree of freedom on. */
static double student(double freedom)
{
	return 1.96 + 2.4 / freedom + 4.0 / pow(freedom, 2) +
	       4.3 / pow(freedom, 5);
}

/* Half the width of what the slope is known to. */
static double uncertainty(const struct line *line,
    const struct sample_point *points, size_t count)
{
	double squares = 0, neighbours = 0;
	for (size_t i = 0; i < count; i++) {
		double here = distance(line, points, i);
		squares += here * here;
		if (i > 0)
			neighbours += here * distance(line, points, i - 1);
	}
	if (count < WORTH_LEAST || line->spread_t <= 0)
		return INFINITY;
	double r = squares > 0 ? fmax(neighbours / squares, 0) : 0;
	double worth = fmax((double)count * (1 - r) / (1 + r), WORTH_LEAST);
	double variance = squares / (double)count * worth / (worth - 2);
	double spread = line->spread_t * worth / (double)count;
	return student(worth - 2) * sqrt(variance / spread);
}

static double mean(const struct sample_point *points, size_t count)
{
	double sum = 0;
	for (size_t i = 0; i < count; i++)
		sum += points[i].value;
	return sum / (double)count;
}

struct trend trend_of(const struct sample_point *points, size_t count)
{
	size_t quarter = count / 4;
	struct trend trend = { .low = -INFINITY, .high = INFINITY };
	if (quarter == 0)
		return trend;
	struct line line = fit(points, count);
	double half = uncertainty(&line, points, count);
	trend.per_second = line.per_second;
	trend.low = line.per_second - half;
	trend.high = line.per_second + half;
	trend.quarters =
	    mean(points + count - quarter, quarter) - mean(points, quarter);
	return trend;
}
