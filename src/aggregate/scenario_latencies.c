#include "aggregate/scenario_json.h"

/* The buckets that hold something: [[1.023, 17], ...], up to so many ms. */
static json_t *buckets_json(const struct histogram *h)
{
	json_t *array = json_array();
	int64_t value_us;
	uint64_t n;
	size_t cursor = 0;
	while (histogram_next(h, &cursor, &value_us, &n))
		json_array_append_new(array,
		    json_pack("[o, I]",
		        decimals_json((double)value_us / 1e3, 3),
		        (json_int_t)n));
	return array;
}

static json_t *distribution_json(const struct histogram *h)
{
	static const double percents[] = { 50, 75, 90, 95, 99, 99.9, 99.99 };
	json_t *percentiles = json_object(), *object = json_object();
	for (size_t i = 0; i < sizeof percents / sizeof *percents; i++) {
		char name[16];
		snprintf(name, sizeof name, "%g", percents[i]);
		put(percentiles, name,
		    decimals_json(
		        (double)histogram_percentile(h, percents[i]) / 1e3, 3));
	}
	put(object, "count", count_json(h->count));
	put(object, "min", decimals_json((double)histogram_min(h) / 1e3, 3));
	put(object, "max", decimals_json((double)histogram_max(h) / 1e3, 3));
	put(object, "mean", decimals_json(histogram_mean(h) / 1e3, 3));
	put(object, "percentiles", percentiles);
	put(object, "buckets", buckets_json(h));
	return object;
}

void scenario_latencies(const struct scenario *scenario, FILE *to)
{
	const struct report *report = scenario->report;
	const struct stats *total = &report->merge->total;
	json_t *root =
	    scenario_object(scenario, "ringstorm-scenario-latencies/1");
	put(root, "unit", json_string("ms"));
	put(root, "bucketError", decimals_json(histogram_error(), 6));
	put(root, "service", distribution_json(report_latencies(report)));
	put(root, "response", distribution_json(stats_response(total)));
	scenario_dump(root, to);
}
