#include "aggregate/report_samples.h"

#include "aggregate/report_guide.h"
#include "aggregate/report_values.h"
#include "lib/clock.h"
#include "lib/mem.h"
#include "lib/readings.h"
#include "lib/unit.h"

#include <stdlib.h>
#include <string.h>

#define NAME_WIDTH  38
#define VALUE_WIDTH 13
#define SHOWN_MOST  5 /* reasons and remarks of a source */

static double mean(const struct sample_series *series)
{
	return series->sum / (double)series->count;
}

static void write_series(const struct sample_series *series, FILE *to)
{
	const double values[] = { series->least, mean(series), series->most };
	char *name = mem_format("  %s", series->name);
	text_name(to, name, NAME_WIDTH + 2);
	free(name);
	for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
		char text[READING_TEXT];
		fprintf(to, " %*s", VALUE_WIDTH,
		    reading_words(text, series->name, values[i]));
	}
	fputc('\n', to);
}

static void write_counts(const struct counts *counts, const char *what,
    FILE *to)
{
	const struct count *top[SHOWN_MOST];
	size_t n = counts_top(counts, top, SHOWN_MOST);
	char text[UNIT_TEXT];
	for (size_t i = 0; i < n; i++)
		fprintf(to, "  %s %s x %s\n", what, unit_count(text, top[i]->n),
		    top[i]->name);
	if (counts->length > n)
		fprintf(to, "  %s ... and others\n", what);
}

static void write_source(const struct sample_source *source, bool all, FILE *to)
{
	char count[UNIT_TEXT], time[UNIT_TEXT];
	fprintf(to, "%s %s: %s %s in %s", source->source, source->name,
	    unit_count(count, source->samples),
	    source->samples == 1 ? "sample" : "samples",
	    unit_duration(time,
	        (source->last_ms - source->first_ms) * NS_PER_MS));
	if (source->restart_count == 1)
		fputs(", restarted once", to);
	else if (source->restart_count)
		fprintf(to, ", restarted %zu times", source->restart_count);
	fputc('\n', to);
	write_counts(&source->failures, "failed:", to);
	write_counts(&source->suspects, "cannot be right:", to);
	for (size_t i = 0; i < source->series_count; i++)
		if (all || source->series[i].is_kept)
			write_series(&source->series[i], to);
}

void samples_text(const struct samples *samples, bool all, FILE *to)
{
	if (samples->count == 0)
		return;
	text_heading(to, "SAMPLES", GUIDE_WIDTH);
	fprintf(to, "  %-*s %*s %*s %*s\n", NAME_WIDTH, "figure", VALUE_WIDTH,
	    "least", VALUE_WIDTH, "mean", VALUE_WIDTH, "most");
	for (size_t i = 0; i < samples->count; i++)
		write_source(&samples->items[i], all, to);
	if (samples->beyond)
		fprintf(to, "Values of too many figures were left out: %llu\n",
		    (unsigned long long)samples->beyond);
}

static json_t *series_json(const struct sample_series *series)
{
	json_t *object = json_object();
	put(object, "least", decimals_json(series->least, 3));
	put(object, "mean", decimals_json(mean(series), 3));
	put(object, "most", decimals_json(series->most, 3));
	put(object, "last", decimals_json(series->last, 3));
	return object;
}

static json_t *counts_json(const struct counts *counts)
{
	json_t *object = json_object();
	for (size_t i = 0; i < counts->length; i++)
		put(object, counts->items[i].name,
		    count_json(counts->items[i].n));
	return object;
}

static json_t *source_json(const struct sample_source *source)
{
	json_t *object = json_object(), *figures = json_object();
	put(object, "source", json_string(source->source));
	put(object, "name", json_string(source->name));
	put(object, "samples", count_json(source->samples));
	put(object, "first_unix_ms", json_integer(source->first_ms));
	put(object, "last_unix_ms", json_integer(source->last_ms));
	put(object, "restarts", count_json(source->restart_count));
	put(object, "failures", counts_json(&source->failures));
	put(object, "suspect", counts_json(&source->suspects));
	for (size_t i = 0; i < source->series_count; i++)
		put(figures, source->series[i].name,
		    series_json(&source->series[i]));
	put(object, "figures", figures);
	return object;
}

json_t *samples_json(const struct samples *samples)
{
	json_t *array = json_array();
	for (size_t i = 0; i < samples->count; i++)
		json_array_append_new(array, source_json(&samples->items[i]));
	return array;
}
