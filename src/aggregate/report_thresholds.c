#include "aggregate/report_thresholds.h"

#include "aggregate/report_guide.h"
#include "aggregate/report_values.h"
#include "aggregate/thresholds.h"

#include "lib/unit.h"

#include <math.h>
#include <string.h>

static size_t longest(const struct thresholds *thresholds)
{
	size_t longest = 24;
	for (size_t i = 0; i < thresholds->count; i++) {
		size_t length = strlen(thresholds->items[i].condition.text);
		longest = length > longest ? length : longest;
	}
	return longest;
}

static void write_threshold(const struct threshold *threshold, int width,
    FILE *to)
{
	const struct condition *condition = &threshold->condition;
	const struct measure *measure = &threshold->measure;
	char words[UNIT_TEXT];
	metric_words(words, &condition->metric, measure->figure);
	fprintf(to, " %-7s %-*s   %s", threshold->met ? "met" : "MISSED", width,
	    condition->text, words);
	if (measure->note && isnan(measure->figure))
		fprintf(to, ": %s", measure->note);
	else if (measure->note)
		fprintf(to, " (%s)", measure->note);
	else if (measure->scope == MEASURE_PHASE)
		fputs(" (phase, from the timelines)", to);
	else if (condition->metric.latency == METRIC_LAG)
		fputs(" (from the timelines)", to);
	else if (measure->scope == MEASURE_OPERATION)
		fputs(" (operation)", to);
	fputc('\n', to);
}

void thresholds_text(const struct report *report, FILE *to)
{
	const struct thresholds *thresholds = report->thresholds;
	if (thresholds->count == 0)
		return;
	text_heading(to, "THRESHOLDS", GUIDE_WIDTH);
	int width = (int)longest(thresholds);
	for (size_t i = 0; i < thresholds->count; i++)
		write_threshold(&thresholds->items[i], width, to);
}

static const char *unit_name(enum unit unit)
{
	return unit == UNIT_SHARE        ? "percent"
	       : unit == UNIT_NS         ? "ms"
	       : unit == UNIT_PER_SECOND ? "per_second"
	                                 : "count";
}

json_t *thresholds_json(const struct report *report)
{
	json_t *array = json_array();
	for (size_t i = 0; i < report->thresholds->count; i++) {
		const struct threshold *threshold =
		    &report->thresholds->items[i];
		const struct condition *condition = &threshold->condition;
		const struct measure *measure = &threshold->measure;
		json_t *object = json_object();
		put(object, "text", json_string(condition->text));
		put(object, "met", json_boolean(threshold->met));
		put(object, "figure", decimals_json(measure->figure, 4));
		put(object, "unit",
		    json_string(unit_name(condition->metric.unit)));
		put(object, "scope",
		    condition->scope ? json_string(condition->scope)
		                     : json_null());
		put(object, "scope_kind",
		    json_string(measure_scope_word(measure->scope)));
		put(object, "note",
		    measure->note ? json_string(measure->note) : json_null());
		json_array_append_new(array, object);
	}
	return array;
}
