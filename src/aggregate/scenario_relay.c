#include "aggregate/scenario_json.h"

#include <string.h>

static json_t *points_json(const struct sample_series *series)
{
	json_t *array = json_array();
	for (size_t i = 0; i < series->point_count; i++)
		json_array_append_new(array,
		    json_pack("[I, o]", (json_int_t)series->points[i].t_ms,
		        decimals_json(series->points[i].value, 3)));
	return array;
}

/* Every figure in short, and those that tell how a run went value by value. */
static json_t *figures_json(const struct sample_source *source)
{
	json_t *figures = json_object();
	for (size_t i = 0; i < source->series_count; i++) {
		const struct sample_series *series = &source->series[i];
		json_t *object = json_object();
		put(object, "min", decimals_json(series->least, 3));
		put(object, "mean",
		    decimals_json(series->sum / (double)series->count, 3));
		put(object, "max", decimals_json(series->most, 3));
		put(object, "last", decimals_json(series->last, 3));
		if (series->is_kept)
			put(object, "values", points_json(series));
		put(figures, series->name, object);
	}
	return figures;
}

static json_t *relay_json(const struct sample_source *source)
{
	json_t *object = json_object();
	put(object, "name", json_string(source->name));
	put(object, "samples", count_json(source->samples));
	put(object, "startTime", json_integer(source->first_ms));
	put(object, "endTime", json_integer(source->last_ms));
	put(object, "restarts", count_json(source->restart_count));
	put(object, "failedPolls", scenario_counts(&source->failures));
	put(object, "suspect", scenario_counts(&source->suspects));
	put(object, "metrics", figures_json(source));
	return object;
}

void scenario_relay(const struct scenario *scenario, FILE *to)
{
	const struct samples *samples = scenario->report->samples;
	json_t *root = scenario_object(scenario, "ringstorm-scenario-relay/1");
	json_t *array = json_array();
	for (size_t i = 0; i < samples->count; i++)
		if (strcmp(samples->items[i].source, "relay") == 0)
			json_array_append_new(array,
			    relay_json(&samples->items[i]));
	put(root, "relays", array);
	scenario_dump(root, to);
}
