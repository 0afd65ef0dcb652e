#include "aggregate/impact.h"

#include "aggregate/impact_scene.h"
#include "lib/mem.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define SECOND_MS 1000.0

const char *impact_figure_name(enum figure figure)
{
	static const char *const names[FIGURES] = {
		[FIRST_ERROR] = "first_error_ms",
		[ERROR_WINDOW] = "error_window_ms",
		[TIME_TO_RECOVER] = "time_to_recover_ms",
		[RESTART_TO_RECOVER] = "restart_to_recover_ms",
		[FAILED] = "failed",
		[MISSED] = "missed",
		[SERVICE_BEFORE] = "service.before",
		[SERVICE_DURING] = "service.during",
		[SERVICE_AFTER] = "service.after",
	};
	return names[figure];
}

/* The first reason given for a figure stays. */
static void refuse(struct fault_impact *impact, enum figure figure,
    const char *why)
{
	if (!impact->not_determined[figure])
		impact->not_determined[figure] = mem_text(why);
}

static void refuse_all(struct fault_impact *impact, const char *why)
{
	for (enum figure figure = 0; figure < FIGURES; figure++)
		refuse(impact, figure, why);
}

/* ---- errors ---- */

/* Between which moments the first and the last of some failures were. */
struct errors {
	uint64_t count;
	double first_from_ms, first_to_ms, last_from_ms, last_to_ms;
};

/* The failures in bins [from, to), but for those of intervals that had ended
 * by `since_ms`. */
static struct errors find_errors(const struct series *series, size_t from,
    size_t to, double since_ms, struct counts *reasons)
{
	struct errors errors = { 0, INFINITY, INFINITY, -INFINITY, -INFINITY };
	for (size_t k = from; k < to; k++) {
		const struct bin *bin = &series->bins[k];
		for (size_t i = 0; i < bin->slice_count; i++) {
			const struct slice *slice =
			    &series->slices[bin->first_slice + i];
			double from_ms = (double)slice->from_ms;
			double to_ms = (double)slice->to_ms;
			if (slice->failed == 0 || to_ms <= since_ms)
				continue;
			errors.count += slice->failed;
			errors.first_from_ms =
			    fmin(errors.first_from_ms, from_ms);
			errors.first_to_ms = fmin(errors.first_to_ms, to_ms);
			errors.last_from_ms =
			    fmax(errors.last_from_ms, from_ms);
			errors.last_to_ms = fmax(errors.last_to_ms, to_ms);
			counts_merge(reasons, &slice->reasons);
		}
	}
	return errors;
}

static struct span span_between(double low_ms, double high_ms)
{
	low_ms = fmax(0, low_ms);
	high_ms = fmax(low_ms, high_ms);
	return (struct span){ (low_ms + high_ms) / 2, low_ms, high_ms };
}

static void measure_errors(const struct scene *scene,
    struct fault_impact *impact)
{
	const struct series *series = scene->series;
	double clock_ms = scene->clock_ms;
	double until_ms = 2 * series->clock_error_ms;
	size_t end = scene->recovery.bin;
	struct errors errors = find_errors(series, scene->begin, end,
	    scene->at_ms - clock_ms, &impact->reasons);
	impact->failed = errors.count;
	if (errors.count) {
		impact->spans[FIRST_ERROR] =
		    span_between(errors.first_from_ms - scene->at_ms - clock_ms,
		        errors.first_to_ms - scene->at_ms + clock_ms);
		impact->spans[ERROR_WINDOW] = span_between(
		    errors.last_from_ms - errors.first_to_ms - until_ms,
		    errors.last_to_ms - errors.first_from_ms + until_ms);
	}
	if (scene->has_baseline && scene->baseline.failed > 0 && errors.count) {
		refuse(impact, FIRST_ERROR, "requests failed before it, too");
		refuse(impact, ERROR_WINDOW, "requests failed before it, too");
	}
	if (scene->after_heal.bin > scene->heal_begin &&
	    scene->heal_begin >= end)
		impact->failed_by_healing = find_errors(series,
		    scene->heal_begin, scene->after_heal.bin,
		    scene->heal_ms - clock_ms, &impact->reasons)
		                                .count;
	impact->failed += impact->failed_by_healing;
}

/* ---- recoveries ---- */

/* From `since_ms` to a recovery that was sought from bin `begin` on. */
static struct span span_to(const struct scene *scene,
    const struct recovery *recovery, size_t begin, double since_ms)
{
	const struct bin *bins = scene->series->bins;
	size_t cell = scene->baseline.cell;
	struct span span = { 0 };
	span.high_ms = (double)bins[recovery->bin + cell - 1].to_ms - since_ms +
	               scene->clock_ms;
	if (recovery->bin > begin) {
		/* The cell before it still belonged to the trouble. */
		size_t bad = recovery->bin >= begin + cell
		                 ? recovery->bin - cell
		                 : begin;
		span.ms = (double)bins[recovery->bin].from_ms - since_ms;
		span.low_ms =
		    (double)bins[bad].from_ms - since_ms - scene->clock_ms;
	}
	span.low_ms = fmax(0, span.low_ms);
	span.high_ms = fmax(span.low_ms, span.high_ms);
	span.ms = fmin(fmax(span.ms, span.low_ms), span.high_ms);
	return span;
}

static void measure_healing(const struct scene *scene,
    struct fault_impact *impact)
{
	const struct recovery *recovery = &scene->after_heal;
	if (!scene->is_healed)
		refuse(impact, RESTART_TO_RECOVER,
		    "that it was healed was not confirmed");
	else if (recovery->found)
		impact->spans[RESTART_TO_RECOVER] = span_to(scene, recovery,
		    scene->recovery.bin < scene->heal_begin ? scene->heal_begin
		                                            : scene->begin,
		    scene->healed_ms);
	else {
		char *why = scene_why_not(scene, recovery, scene->healed_ms,
		    "its healing");
		refuse(impact, RESTART_TO_RECOVER, why);
		free(why);
	}
}

/* Whether there are failures in the last cell that can be seen. */
static bool fails_to_the_end(const struct scene *scene)
{
	size_t cell = scene->baseline.cell, end = scene->limit.bin;
	for (size_t k = end > cell ? end - cell : 0; k < end; k++)
		if (scene->series->bins[k].failed > 0)
			return true;
	return false;
}

/* The next fault came too soon: what followed may be of either. The run ended
 * too soon: what was seen until then is this fault's. */
static void refuse_recovery(const struct scene *scene,
    struct fault_impact *impact)
{
	char *why =
	    scene_why_not(scene, &scene->recovery, scene->at_ms, "the fault");
	bool other_fault = strncmp(scene->limit.who, "fault", 5) == 0;
	refuse(impact, TIME_TO_RECOVER, why);
	refuse(impact, RESTART_TO_RECOVER, why);
	refuse(impact, SERVICE_AFTER, why);
	if (other_fault) {
		refuse(impact, ERROR_WINDOW, why);
		refuse(impact, FAILED, why);
		refuse(impact, MISSED, why);
		refuse(impact, SERVICE_DURING, why);
	} else if (fails_to_the_end(scene)) {
		refuse(impact, ERROR_WINDOW, "requests failed until the end");
	}
	free(why);
}

static void measure_missed(const struct scene *scene,
    struct fault_impact *impact)
{
	const struct baseline *before = &scene->baseline;
	for (size_t k = scene->begin; k < scene->recovery.bin; k++)
		impact->missed += before->ok + before->failed -
		                  scene->series->bins[k].ok -
		                  scene->series->bins[k].failed;
	impact->missed = fmax(0, impact->missed);
}

/* ---- service times ---- */

static struct service service_of(const struct series *series, size_t from,
    size_t to)
{
	struct histogram h = { 0 };
	series_latencies(series, from, to, &h);
	struct service service = { h.count, histogram_percentile(&h, 50),
		histogram_percentile(&h, 99) };
	histogram_clear(&h);
	return service;
}

static void measure_service(const struct scene *scene,
    struct fault_impact *impact)
{
	const struct series *series = scene->series;
	size_t end = scene->recovery.bin;
	size_t after =
	    end + (size_t)(scene->settings->baseline_ms / series->bin_ms);
	if (scene->heal_begin > end && after > scene->heal_begin)
		after = scene->heal_begin;
	if (after > scene->limit.bin)
		after = scene->limit.bin;
	impact->before =
	    service_of(series, scene->baseline.from, scene->baseline.to);
	impact->during = service_of(series, scene->begin, end);
	impact->after = service_of(series, end, after);
}

/* ---- the curve ---- */

/* Right answers from one moment to another, bins being taken as even. */
static double ok_between(const struct series *series, double from_ms,
    double to_ms)
{
	double ok = 0, bin_ms = (double)series->bin_ms;
	double origin_ms = (double)series->origin_ms;
	size_t first = (size_t)((from_ms - origin_ms) / bin_ms);
	for (size_t k = first; k < series->bin_count; k++) {
		double begin_ms = origin_ms + (double)k * bin_ms;
		double share_ms =
		    fmin(to_ms, begin_ms + bin_ms) - fmax(from_ms, begin_ms);
		if (share_ms <= 0)
			break;
		ok += series->bins[k].ok * share_ms / bin_ms;
	}
	return ok;
}

static void draw_curve(const struct scene *scene, struct fault_impact *impact)
{
	const struct series *series = scene->series;
	double bin_ms = (double)series->bin_ms;
	double begin_ms = (double)series->origin_ms;
	double end_ms = begin_ms + (double)series->bin_count * bin_ms;
	for (size_t i = 0; scene->has_baseline && i < CURVE_SECONDS; i++) {
		double from_ms = scene->at_ms +
		                 ((double)i - CURVE_BEFORE_SECONDS) * SECOND_MS;
		double whole = scene->baseline.ok * SECOND_MS / bin_ms;
		if (from_ms >= begin_ms && from_ms + SECOND_MS <= end_ms)
			impact->curve[i] =
			    ok_between(series, from_ms, from_ms + SECOND_MS) /
			    whole;
	}
}

/* ---- one fault, all faults ---- */

static void measure(const struct scene *scene, struct fault_impact *impact)
{
	draw_curve(scene, impact);
	measure_errors(scene, impact);
	if (scene->no_baseline)
		refuse_all(impact, scene->no_baseline);
	if (!scene->has_baseline)
		return;
	if (scene->recovery.found)
		impact->spans[TIME_TO_RECOVER] = span_to(scene,
		    &scene->recovery, scene->begin, scene->at_ms);
	else
		refuse_recovery(scene, impact);
	measure_healing(scene, impact);
	measure_missed(scene, impact);
	measure_service(scene, impact);
}

static void impact_of(struct fault_impact *impact, const struct series *series,
    const struct faults *faults, size_t index,
    const struct impact_settings *settings, struct chain *chain)
{
	const struct fault *fault = &faults->items[index];
	*impact = (struct fault_impact){
		.fault = fault,
		.clock_error_ms =
		    series->clock_error_ms + fault->clock_error_ms,
	};
	for (size_t i = 0; i < CURVE_SECONDS; i++)
		impact->curve[i] = -1;
	if (fault->confirmed_unix_ms == 0)
		refuse_all(impact, "it was not confirmed");
	char *impossible = scene_impossible(series, fault);
	if (impossible) {
		refuse_all(impact, impossible);
		free(impossible);
		return;
	}
	struct scene scene;
	scene_init(&scene, series, faults, index, settings, chain);
	measure(&scene, impact);
	scene_leave(&scene, chain);
	scene_release(&scene);
}

void impact_find(struct impact *impact, const struct series *series,
    const struct faults *faults, const struct impact_settings *settings)
{
	struct chain chain = { 0 };
	*impact = (struct impact){
		.items = mem_new(faults->count + 1, sizeof *impact->items),
		.count = faults->count,
		.failed = series->failed,
		.bin_ms = series->bin_ms,
		.clock_unknown = series->clock_unknown,
		.clock_error_ms = series->clock_error_ms,
	};
	for (size_t i = 0; i < faults->count; i++) {
		impact_of(&impact->items[i], series, faults, i, settings,
		    &chain);
		if (impact->items[i].not_determined[FAILED])
			impact->unsure += impact->items[i].failed;
		else
			impact->attributed += impact->items[i].failed;
		if (!impact->items[i].not_determined[FAILED])
			impact->any_determined = true;
	}
}

const struct fault_impact *impact_worst(const struct impact *impact)
{
	const struct fault_impact *worst = NULL;
	for (size_t i = 0; i < impact->count; i++) {
		const struct fault_impact *item = &impact->items[i];
		if (item->not_determined[ERROR_WINDOW] ||
		    item->not_determined[TIME_TO_RECOVER])
			continue;
		double longer = worst ? item->spans[ERROR_WINDOW].ms -
		                            worst->spans[ERROR_WINDOW].ms
		                      : 1;
		if (longer > 0 || (longer >= 0 && worst &&
		                      item->spans[TIME_TO_RECOVER].ms >
		                          worst->spans[TIME_TO_RECOVER].ms))
			worst = item;
	}
	return worst;
}

void impact_release(struct impact *impact)
{
	for (size_t i = 0; i < impact->count; i++) {
		for (size_t k = 0; k < FIGURES; k++)
			free(impact->items[i].not_determined[k]);
		counts_clear(&impact->items[i].reasons);
	}
	free(impact->items);
	*impact = (struct impact){ 0 };
}
