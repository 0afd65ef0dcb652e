#include "aggregate/samples.h"

#include "lib/mem.h"
#include "lib/record_sample.h"

#include <fnmatch.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define SOURCES_MAX 10000
#define SERIES_MAX  20000 /* of a source */
#define WORDS_MAX   100   /* different reasons, or remarks, of a source */
#define NEAR        64    /* figures that a page may have lost in one place */

static bool is_one_of(const char *name, const char *const *patterns,
    size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (fnmatch(patterns[i], name, 0) == 0)
			return true;
	return false;
}

bool sample_is_memory(const char *name)
{
	static const char *const memory[] = { "*rss", "*rss_bytes",
		"memory.used_bytes", "process_resident_memory_bytes*" };
	return is_one_of(name, memory, sizeof memory / sizeof *memory);
}

/* Whether its values are kept one by one. */
static bool is_kept(const char *name)
{
	static const char *const kept[] = { "connections", "connections.active",
		"cpu.busy_percent", "cpu.steal_percent", "proc.cpu_percent",
		"clock.step_ms" };
	return sample_is_memory(name) ||
	       is_one_of(name, kept, sizeof kept / sizeof *kept);
}

static struct sample_source *find_source(struct samples *samples,
    struct record_sample *record)
{
	/* Lines of one source mostly follow one another. */
	for (size_t i = samples->count; i-- > 0;) {
		struct sample_source *source = &samples->items[i];
		if (strcmp(source->source, record->source) == 0 &&
		    strcmp(source->name, record->name) == 0)
			return source;
	}
	if (samples->count == SOURCES_MAX)
		return NULL;
	samples->items = mem_resize(samples->items, samples->count + 1,
	    sizeof *samples->items);
	struct sample_source *source = &samples->items[samples->count++];
	*source = (struct sample_source){ .source = mem_text(record->source),
		.name = mem_text(record->name),
		.first_ms = record->t_unix_ms,
		.last_ms = record->t_unix_ms };
	return source;
}

/* Pages keep their order: it is sought from *next on, where it mostly is. What
 * came to a page later stands at the end, and *next stays where it was. */
static struct sample_series *find_series(struct sample_source *source,
    const char *name, size_t *next)
{
	size_t i = *next;
	for (size_t n = 0; n < source->series_count; n++, i++) {
		if (i >= source->series_count)
			i = 0;
		if (strcmp(source->series[i].name, name) != 0)
			continue;
		if (n < NEAR)
			*next = i + 1;
		return &source->series[i];
	}
	if (source->series_count == SERIES_MAX)
		return NULL;
	source->series = mem_resize(source->series, source->series_count + 1,
	    sizeof *source->series);
	struct sample_series *series = &source->series[source->series_count++];
	*series = (struct sample_series){ .name = mem_text(name),
		.is_kept = is_kept(name) };
	return series;
}

static void keep_point(struct sample_series *series, int64_t t_ms, double value)
{
	if (series->point_count == series->point_capacity) {
		series->point_capacity = series->point_capacity * 2 + 64;
		series->points = mem_resize(series->points,
		    series->point_capacity, sizeof *series->points);
	}
	series->points[series->point_count++] =
	    (struct sample_point){ t_ms, value };
}

static void take_value(struct sample_series *series, int64_t t_ms, double value)
{
	series->least = series->count ? fmin(series->least, value) : value;
	series->most = series->count ? fmax(series->most, value) : value;
	series->sum += value;
	series->last = value;
	series->count++;
	if (series->is_kept)
		keep_point(series, t_ms, value);
}

/* Whether they differ in their numbers at most. */
static bool is_like(const char *left, const char *right)
{
	static const char number[] = "-.0123456789";
	for (;;) {
		left += strspn(left, number);
		right += strspn(right, number);
		if (*left != *right)
			return false;
		if (*left == '\0')
			return true;
		left++;
		right++;
	}
}

/* Remarks hold numbers of one moment: those of a figure that are alike
 * otherwise count as the first of them. */
static void take_mark(struct counts *suspects, const struct record_mark *mark)
{
	char *words = mem_format("%s: %s", mark->name, mark->why);
	size_t behind = strlen(mark->name), i = 0;
	for (; i < suspects->length; i++) {
		const char *other = suspects->items[i].name;
		if (strncmp(other, words, behind) == 0 &&
		    is_like(other + behind, words + behind))
			break;
	}
	if (i < suspects->length)
		suspects->items[i].n++;
	else if (suspects->length < WORDS_MAX)
		counts_add(suspects, words, 1);
	free(words);
}

static void take_failure(struct counts *failures, const char *reason)
{
	bool fits =
	    failures->length < WORDS_MAX || counts_get(failures, reason) > 0;
	counts_add(failures, fits ? reason : "other reasons", 1);
}

static void take_sample(struct samples *samples, struct sample_source *source,
    const struct record_sample *record)
{
	int64_t t_ms = record->t_unix_ms;
	source->samples++;
	if (t_ms < source->first_ms)
		source->first_ms = t_ms;
	if (t_ms > source->last_ms)
		source->last_ms = t_ms;
	if (record->failed)
		take_failure(&source->failures, record->failed);
	for (size_t i = 0; i < record->mark_count; i++)
		take_mark(&source->suspects, &record->marks[i]);
	if (record->restarted) {
		source->restarts = mem_resize(source->restarts,
		    source->restart_count + 1, sizeof *source->restarts);
		source->restarts[source->restart_count++] = t_ms;
	}
	size_t next = 0;
	for (size_t i = 0; i < record->values.count; i++) {
		struct sample_series *series = find_series(source,
		    readings_name(&record->values, i), &next);
		if (series)
			take_value(series, t_ms, record->values.items[i].value);
		else
			samples->beyond++;
	}
}

int samples_take(struct samples *samples, const char *line, size_t length,
    double offset_ms, struct err *err)
{
	struct record_sample record;
	if (!record_sample_is(line, length))
		return 1;
	if (record_sample_read(&record, line, length, err) < 0)
		return -1;
	record.t_unix_ms -= llround(offset_ms);
	struct sample_source *source = find_source(samples, &record);
	if (source)
		take_sample(samples, source, &record);
	else
		samples->beyond += record.values.count;
	record_sample_release(&record);
	return 0;
}

static int by_time(const void *left, const void *right)
{
	const struct sample_point *a = left, *b = right;
	return a->t_ms < b->t_ms ? -1 : a->t_ms > b->t_ms;
}

static int by_moment(const void *left, const void *right)
{
	const int64_t *a = left, *b = right;
	return *a < *b ? -1 : *a > *b;
}

static int by_name(const void *left, const void *right)
{
	const struct sample_source *a = left, *b = right;
	int order = strcmp(b->source, a->source); /* relays first */
	return order ? order : strcmp(a->name, b->name);
}

void samples_finish(struct samples *samples)
{
	for (size_t i = 0; i < samples->count; i++) {
		struct sample_source *source = &samples->items[i];
		if (source->restart_count)
			qsort(source->restarts, source->restart_count,
			    sizeof *source->restarts, by_moment);
		for (size_t k = 0; k < source->series_count; k++) {
			struct sample_series *series = &source->series[k];
			if (series->point_count)
				qsort(series->points, series->point_count,
				    sizeof *series->points, by_time);
		}
	}
	if (samples->count)
		qsort(samples->items, samples->count, sizeof *samples->items,
		    by_name);
}

static void release_source(struct sample_source *source)
{
	for (size_t i = 0; i < source->series_count; i++) {
		free(source->series[i].name);
		free(source->series[i].points);
	}
	free(source->series);
	free(source->restarts);
	counts_clear(&source->failures);
	counts_clear(&source->suspects);
	free(source->source);
	free(source->name);
}

void samples_drop(struct samples *samples, size_t index)
{
	struct sample_source *at = &samples->items[index];
	release_source(at);
	samples->count--;
	memmove(at, at + 1, (samples->count - index) * sizeof *at);
}

void samples_release(struct samples *samples)
{
	for (size_t i = 0; i < samples->count; i++)
		release_source(&samples->items[i]);
	free(samples->items);
	*samples = (struct samples){ 0 };
}
