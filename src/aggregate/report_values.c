#include "aggregate/report_values.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define DECIMALS_TEXT 400 /* any double with a few decimals */

void put(json_t *object, const char *name, json_t *value)
{
	json_object_set_new(object, name, value);
}

json_t *count_json(uint64_t n)
{
	return json_integer((json_int_t)n);
}

json_t *decimals_json(double value, int digits)
{
	/* As the text rounds, so that both have the same figure. */
	char text[DECIMALS_TEXT];
	int length = snprintf(text, sizeof text, "%.*f", digits, value);
	return isfinite(value) && length < DECIMALS_TEXT
	           ? json_real(strtod(text, NULL))
	           : json_null();
}

static json_t *milliseconds(double us)
{
	return decimals_json(us / 1e3, us < 1e3 ? 3 : 2);
}

json_t *latencies_json(const struct histogram *h)
{
	static const struct {
		const char *name;
		double percent;
	} percentiles[] = {
		{ "median_ms", 50 },
		{ "p90_ms", 90 },
		{ "p95_ms", 95 },
		{ "p99_ms", 99 },
		{ "p999_ms", 99.9 },
	};
	if (!h || h->count == 0)
		return json_null();
	json_t *object = json_object();
	put(object, "min_ms", milliseconds((double)histogram_min(h)));
	put(object, "max_ms", milliseconds((double)histogram_max(h)));
	put(object, "avg_ms", milliseconds(histogram_mean(h)));
	for (size_t i = 0; i < sizeof percentiles / sizeof *percentiles; i++)
		put(object, percentiles[i].name,
		    milliseconds((double)histogram_percentile(h,
		        percentiles[i].percent)));
	return object;
}
