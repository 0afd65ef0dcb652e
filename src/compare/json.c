#include "compare/compared.h"
#include "compare/words.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>

static void put(json_t *object, const char *name, json_t *value)
{
	json_object_set_new(object, name, value);
}

static json_t *rounded(double value)
{
	return isfinite(value) ? json_real(round(value * 1e6) / 1e6)
	                       : json_null();
}

static json_t *run_json(const struct run *run)
{
	json_t *object = json_object();
	put(object, "run_id", json_string(run->id));
	put(object, "path", json_string(run->path));
	put(object, "verdict",
	    run->past.result ? json_string(run->past.result) : json_null());
	put(object, "requests", json_integer((json_int_t)run_requests(run)));
	put(object, "faults", json_integer((json_int_t)run->past.fault_count));
	put(object, "cells", json_integer((json_int_t)run->cells.count));
	put(object, "steady_cells", json_integer((json_int_t)run->steady));
	put(object, "cell_ms", json_integer(run->cells.cell_ms));
	put(object, "left_out", json_integer((json_int_t)run->left_out));
	return object;
}

static json_t *effect_json(const struct effect *effect)
{
	static const char *const units[] = { "/s", "ms", "ms", "share", "s" };
	bool is_share = effect->kind <= EFFECT_P99;
	bool has_before = !effect->of || effect->faults_before;
	bool has_after = !effect->of || effect->faults_after;
	bool has_change =
	    effect->has_range || (effect->of && has_before && has_after);
	json_t *object = json_object();
	put(object, "metric", json_string(effect_metric(effect->kind)));
	put(object, "fault",
	    effect->of ? json_string(effect->of) : json_null());
	put(object, "unit", json_string(units[effect->kind]));
	put(object, "baseline",
	    has_before ? rounded(effect->before) : json_null());
	put(object, "run", has_after ? rounded(effect->after) : json_null());
	put(object, "change_unit",
	    json_string(is_share ? "share" : units[effect->kind]));
	put(object, "change",
	    has_change ? rounded(effect->change) : json_null());
	put(object, "low",
	    effect->has_range ? rounded(effect->low) : json_null());
	put(object, "high",
	    effect->has_range ? rounded(effect->high) : json_null());
	put(object, "tolerance", rounded(effect->tolerance));
	put(object, "verdict", json_string(finding_word(effect->finding)));
	if (effect->of) {
		put(object, "faults_baseline",
		    json_integer((json_int_t)effect->faults_before));
		put(object, "faults_run",
		    json_integer((json_int_t)effect->faults_after));
	}
	return object;
}

static json_t *comparison_json(const struct compared *compared,
    const struct comparison *comparison)
{
	json_t *object = run_json(&comparison->run);
	json_t *effects = json_array(), *differences = json_array();
	for (size_t i = 0; i < comparison->effects.count; i++)
		json_array_append_new(effects,
		    effect_json(&comparison->effects.items[i]));
	for (char **row = comparison->differences; *row; row++)
		json_array_append_new(differences, json_string(*row));
	char *words = conclusion(&comparison->effects, compared->phase);
	put(object, "configuration_differences", differences);
	put(object, "effects", effects);
	put(object, "conclusion", json_string(words));
	free(words);
	return object;
}

void compared_json(const struct compared *compared, FILE *to)
{
	json_t *root = json_object(), *runs = json_array();
	for (size_t i = 0; i < compared->count; i++)
		json_array_append_new(runs,
		    comparison_json(compared, &compared->items[i]));
	put(root, "schema", json_string("ringstorm-compare/1"));
	put(root, "phase", json_string(compared->phase));
	put(root, "confidence", json_real(0.95));
	put(root, "baseline", run_json(&compared->baseline));
	put(root, "runs", runs);
	put(root, "exit_code", json_integer(compared->exit_code));
	json_dumpf(root, to, JSON_INDENT(2) | JSON_REAL_PRECISION(12));
	fputc('\n', to);
	json_decref(root);
}
