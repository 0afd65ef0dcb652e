#include "aggregate/impact_scene.h"

#include "lib/mem.h"

#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

/* An interval that ends this much of its length early still counts as whole. */
#define END_SLACK 0.1
#define SECOND_MS 1000.0

char *scene_impossible(const struct series *series, const struct fault *fault)
{
	double at_ms = (double)fault->commanded_unix_ms;
	if (series->bin_count == 0)
		return mem_text("there is no timeline of the load");
	if (series->clock_unknown)
		return mem_format(
		    "the clock of machine %" PRIu64
		    " is not known (no clock.json, no --clock-error-ms)",
		    series->clock_unknown_machine);
	if (at_ms < (double)series->bins[0].from_ms)
		return mem_text("the load had not begun");
	if (series_bin_at(series, at_ms) == series->bin_count)
		return mem_text("the load had ended");
	return NULL;
}

/* ---- the end of the view ---- */

static void end_at(struct scene *scene, size_t bin, double ms,
    const char *format, ...) __attribute__((format(printf, 4, 5)));

static void end_at(struct scene *scene, size_t bin, double ms,
    const char *format, ...)
{
	if (bin >= scene->limit.bin)
		return;
	va_list args;
	va_start(args, format);
	vsnprintf(scene->limit.who, sizeof scene->limit.who, format, args);
	va_end(args);
	scene->limit.bin = bin;
	scene->limit.ms = ms;
}

/* The load is that of the processes which were at work when the fault came. */
static void end_with_load(struct scene *scene)
{
	const struct series *series = scene->series;
	double bin_ms = (double)series->bin_ms, last_ms = 0;
	scene->limit.bin = SIZE_MAX;
	for (size_t i = 0; i < series->process_count; i++)
		last_ms = fmax(last_ms, (double)series->processes[i].last_ms);
	for (size_t i = 0; i < series->process_count; i++) {
		const struct series_process *process = &series->processes[i];
		double from_ms = (double)process->first_ms;
		double to_ms = (double)process->last_ms;
		size_t end = series_bin_at(series, to_ms + END_SLACK * bin_ms);
		if (from_ms - END_SLACK * bin_ms > scene->at_ms)
			end_at(scene, series_bin_at(series, from_ms), from_ms,
			    "a process of machine %" PRIu64 " began",
			    process->machine_id);
		else if (to_ms > scene->at_ms && to_ms < last_ms - 2 * bin_ms)
			end_at(scene, end, to_ms,
			    "a process of machine %" PRIu64 " ended",
			    process->machine_id);
		else if (to_ms > scene->at_ms)
			end_at(scene, end, to_ms, "the run ended");
	}
}

/* The next fault, and the healing of one before. */
static void end_with_faults(struct scene *scene, const struct faults *faults,
    size_t index)
{
	const struct series *series = scene->series;
	for (size_t i = 0; i < faults->count; i++) {
		const struct fault *other = &faults->items[i];
		int64_t moment = i > index ? other->commanded_unix_ms
		                           : other->heal_commanded_unix_ms;
		if (i < index && moment == 0)
			moment = other->healed_unix_ms;
		if (i == index ||
		    (i < index && moment <= scene->fault->commanded_unix_ms))
			continue;
		double ms = (double)moment;
		end_at(scene, series_bin_at(series, ms - scene->clock_ms), ms,
		    i > index ? "fault %" PRIu64 " began"
		              : "fault %" PRIu64 " was healed",
		    other->number);
	}
}

/* What the bins themselves tell: a hole, or clients that leave. */
static void end_with_bins(struct scene *scene)
{
	const struct series *series = scene->series;
	double least =
	    scene->has_baseline
	        ? scene->baseline.clients * (1 - scene->settings->tolerance)
	        : 0;
	for (size_t k = scene->begin; k < scene->limit.bin; k++) {
		double ms = (double)series->bins[k].from_ms;
		if (series->bins[k].hole)
			end_at(scene, k, ms,
			    "an interval of a timeline is missing");
		else if (series->bins[k].clients < least)
			end_at(scene, k, ms, "clients had ended");
	}
}

/* ---- before ---- */

/* An open fault that was healed before the time that counts, in which nobody
 * saw an error, is over: things may never again be quite as they were, and then
 * this is how they are. */
static bool is_long_over(const struct scene *scene, const struct chain *chain)
{
	double healed_ms = (double)chain->open->healed_unix_ms;
	double since_ms = scene->at_ms - (double)scene->settings->baseline_ms;
	if (healed_ms <= 0 || healed_ms > since_ms)
		return false;
	for (size_t k = series_bin_at(scene->series, since_ms);
	     k < scene->begin; k++)
		if (scene->series->bins[k].failed > 0)
			return false;
	return true;
}

static void find_baseline(struct scene *scene, const struct chain *chain)
{
	const struct series *series = scene->series;
	struct err err;
	double from_ms = scene->at_ms - (double)scene->settings->baseline_ms;
	for (size_t i = 0; i < series->process_count; i++) {
		double first_ms = (double)series->processes[i].first_ms;
		if (first_ms <= scene->at_ms && first_ms > from_ms)
			from_ms = first_ms;
	}
	size_t from = series_bin_at(series, from_ms);
	if (from < chain->clean_from)
		from = chain->clean_from;
	scene->is_clean = !chain->open || is_long_over(scene, chain);
	if (!scene->is_clean)
		scene->no_baseline = mem_format(
		    chain->has_baseline
		        ? "fault %" PRIu64 " was not over when it began"
		        : "whether fault %" PRIu64
		          " was over when it began is not known",
		    chain->open->number);
	else if (baseline_take(&scene->baseline, series, from, scene->begin,
	             scene->settings, &err) == 0)
		scene->has_baseline = true;
	else
		scene->no_baseline = mem_text(err.text);
	/* For the chain: when all is well again is known all the same. */
	if (!scene->has_baseline && chain->has_baseline) {
		scene->baseline = chain->baseline;
		scene->has_baseline = true;
	}
}

/* ---- after ---- */

static void find_recovery(struct scene *scene)
{
	size_t limit = scene->limit.bin;
	struct recovery none = { .bin = limit, .good_since = limit };
	scene->recovery = none;
	scene->after_heal = none;
	if (scene->has_baseline)
		scene->recovery = baseline_recovery(&scene->baseline,
		    scene->series, scene->begin, limit, scene->settings);
	if (!scene->has_baseline || !scene->is_healed ||
	    scene->heal_begin >= limit)
		return;
	/* Healed before it was as before: that is one recovery. */
	scene->after_heal = scene->recovery;
	if (scene->recovery.found && scene->recovery.bin < scene->heal_begin)
		scene->after_heal = baseline_recovery(&scene->baseline,
		    scene->series, scene->heal_begin, limit, scene->settings);
}

static void find_healing(struct scene *scene)
{
	const struct fault *fault = scene->fault;
	int64_t commanded = fault->heal_commanded_unix_ms;
	scene->is_healed = fault->healed_unix_ms > 0;
	scene->healed_ms = (double)fault->healed_unix_ms;
	scene->heal_ms = commanded > 0 ? (double)commanded : scene->healed_ms;
	scene->heal_begin = scene->series->bin_count;
	if (scene->heal_ms > 0)
		scene->heal_begin = series_bin_at(scene->series,
		    scene->heal_ms - scene->clock_ms);
}

void scene_init(struct scene *scene, const struct series *series,
    const struct faults *faults, size_t index,
    const struct impact_settings *settings, const struct chain *chain)
{
	const struct fault *fault = &faults->items[index];
	*scene = (struct scene){
		.series = series,
		.settings = settings,
		.fault = fault,
		.at_ms = (double)fault->commanded_unix_ms,
		.clock_ms = series->clock_error_ms + fault->clock_error_ms,
	};
	scene->begin = series_bin_at(series, scene->at_ms - scene->clock_ms);
	find_baseline(scene, chain);
	end_with_load(scene);
	end_with_faults(scene, faults, index);
	if (scene->limit.bin < scene->begin)
		scene->limit.bin = scene->begin;
	end_with_bins(scene);
	find_healing(scene);
	find_recovery(scene);
}

void scene_leave(const struct scene *scene, struct chain *chain)
{
	bool heals = scene->heal_begin < scene->limit.bin;
	bool over = scene->recovery.found &&
	            (!heals || !scene->is_healed || scene->after_heal.found);
	chain->open = over ? NULL : scene->fault;
	if (over)
		chain->clean_from = heals && scene->is_healed
		                        ? scene->after_heal.bin
		                        : scene->recovery.bin;
	chain->has_baseline = scene->has_baseline;
	chain->baseline = scene->baseline;
}

void scene_release(struct scene *scene)
{
	free(scene->no_baseline);
}

char *scene_why_not(const struct scene *scene, const struct recovery *recovery,
    double since_ms, const char *what)
{
	double seconds = (scene->limit.ms - since_ms) / SECOND_MS;
	if (recovery->good_since >= scene->limit.bin)
		return mem_format(
		    "%s %.1f s after %s, and it was not as before yet",
		    scene->limit.who, seconds, what);
	double hold = (double)scene->settings->hold_ms / SECOND_MS;
	return mem_format(
	    seconds <= hold
	        ? "%s %.1f s after %s, RECOVERY_HOLD_SECS is %g"
	        : "%s %.1f s after %s, and it had not been as before for "
	          "RECOVERY_HOLD_SECS (%g) yet",
	    scene->limit.who, seconds, what, hold);
}
