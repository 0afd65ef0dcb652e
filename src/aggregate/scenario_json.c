#include "aggregate/scenario_json.h"

#include <math.h>

json_t *scenario_object(const struct scenario *scenario, const char *schema)
{
	json_t *object = json_object();
	put(object, "schema", json_string(schema));
	put(object, "testName", json_string(scenario->test));
	put(object, "runId", json_string(report_run_id(scenario->report)));
	return object;
}

void scenario_dump(json_t *object, FILE *to)
{
	json_dumpf(object, to, JSON_INDENT(2) | JSON_REAL_PRECISION(12));
	fputc('\n', to);
	json_decref(object);
}

json_t *whole_json(double value)
{
	/* A sample is input, and may be any number. */
	return fabs(value) < 0x1p53 ? json_integer(llround(value))
	                            : decimals_json(value, 0);
}

json_t *scenario_counts(const struct counts *counts)
{
	json_t *object = json_object();
	for (size_t i = 0; i < counts->length; i++)
		put(object, counts->items[i].name,
		    count_json(counts->items[i].n));
	return object;
}

static json_t *milliseconds(double us)
{
	return decimals_json(us / 1e3, 3);
}

json_t *scenario_percentiles(const struct histogram *h)
{
	json_t *object = json_object();
	put(object, "min", milliseconds((double)histogram_min(h)));
	put(object, "max", milliseconds((double)histogram_max(h)));
	put(object, "mean", milliseconds(histogram_mean(h)));
	put(object, "p50", milliseconds((double)histogram_percentile(h, 50)));
	put(object, "p95", milliseconds((double)histogram_percentile(h, 95)));
	put(object, "p99", milliseconds((double)histogram_percentile(h, 99)));
	return object;
}
