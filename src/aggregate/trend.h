/* trend.h - whether a row of values grows, and how sure that is. Pure. */
#ifndef AGGREGATE_TREND_H
#define AGGREGATE_TREND_H

#include "aggregate/samples.h"

#include <stddef.h>

/* The line through the values by least squares. Values near in time are alike
 * (memory that grew stays so), so that they say less than their number: the
 * bounds count them as (1 - r) / (1 + r) of it, where r is the correlation of
 * neighbouring distances from the line, and as three at the least. */
struct trend {
	double per_second;
	double low, high; /* of it, with 95 % confidence; may be infinite */
	/* The mean of the last quarter of the values less that of the first. */
	double quarters;
};

struct trend trend_of(const struct sample_point *points, size_t count);

#endif
