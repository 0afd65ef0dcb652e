#include "aggregate/baseline.h"

#include <math.h>

#define CELL_LEAST    20.0 /* right answers in a cell, in the mean */
#define CELL_CHANCE   3.0  /* standard deviations of a count in a cell, */
#define HOLD_CHANCE   2.0  /* and in all cells of the hold together */
#define SLOW_SHARE    0.01 /* beyond a p99 */
#define STUCK_FACTOR  2    /* beyond the slowest before */
#define CELLS_IN_HOLD 2    /* at least */
#define SECOND_MS     1000.0

struct tally {
	double ok, failed, slow;
};

static struct tally tally_of(const struct series *series, size_t from,
    size_t to, int64_t slow_us)
{
	struct tally tally = { 0 };
	for (size_t k = from; k < to; k++) {
		tally.ok += series->bins[k].ok;
		tally.failed += series->bins[k].failed;
	}
	tally.slow = (double)series_slower(series, from, to, slow_us);
	return tally;
}

/* The cells before, backwards from the fault. */
static void measure_cells(struct baseline *baseline,
    const struct series *series)
{
	baseline->least_ok = INFINITY;
	for (size_t end = baseline->to; end >= baseline->from + baseline->cell;
	     end -= baseline->cell) {
		struct tally cell = tally_of(series, end - baseline->cell, end,
		    baseline->slow_us);
		baseline->least_ok = fmin(baseline->least_ok, cell.ok);
		baseline->most_failed =
		    fmax(baseline->most_failed, cell.failed);
		baseline->most_slow = fmax(baseline->most_slow, cell.slow);
	}
}

static int choose_cell(struct baseline *baseline, const struct series *series,
    const struct impact_settings *settings, struct err *err)
{
	double bin_ms = (double)series->bin_ms;
	double hold_ms = (double)settings->hold_ms;
	baseline->cell = (size_t)ceil(CELL_LEAST / baseline->ok);
	if (bin_ms * CELLS_IN_HOLD > hold_ms)
		return err_set(err,
		    "the timeline's %g s are too coarse for RECOVERY_HOLD_SECS "
		    "%g: set TIMELINE_MS to half of it or less",
		    bin_ms / SECOND_MS, hold_ms / SECOND_MS);
	if (bin_ms * (double)baseline->cell * CELLS_IN_HOLD > hold_ms)
		return err_set(err,
		    "too thin a load: %.1f requests/s succeeded before it, "
		    "RECOVERY_HOLD_SECS %g needs %.1f",
		    baseline->ok * SECOND_MS / bin_ms, hold_ms / SECOND_MS,
		    CELL_LEAST * CELLS_IN_HOLD * SECOND_MS / hold_ms);
	return 0;
}

int baseline_take(struct baseline *baseline, const struct series *series,
    size_t from, size_t to, const struct impact_settings *settings,
    struct err *err)
{
	struct histogram service = { 0 };
	double bins = from < to ? (double)(to - from) : 0;
	double seconds = bins * (double)series->bin_ms / SECOND_MS;
	*baseline = (struct baseline){ .from = from, .to = to };
	for (size_t k = from; k < to; k++) {
		if (series->bins[k].hole)
			return err_set(err,
			    "an interval of a timeline is missing in the "
			    "%.1f s before it",
			    seconds);
		baseline->ok += series->bins[k].ok;
		baseline->failed += series->bins[k].failed;
		baseline->clients += series->bins[k].clients;
	}
	if (baseline->ok < BASELINE_LEAST)
		return err_set(err,
		    "too thin a load: %.0f requests succeeded in the %.1f s "
		    "before it that count, and %d are needed",
		    baseline->ok, seconds, BASELINE_LEAST);
	baseline->ok /= bins;
	baseline->failed /= bins;
	baseline->clients /= bins;
	if (choose_cell(baseline, series, settings, err) != 0)
		return -1;
	series_latencies(series, from, to, &service);
	baseline->slow_us =
	    (int64_t)((double)histogram_percentile(&service, 99) *
	              (1 + settings->tolerance));
	baseline->stuck_us = STUCK_FACTOR * histogram_max(&service);
	histogram_clear(&service);
	measure_cells(baseline, series);
	return 0;
}

/* The most that chance makes of a count with that mean. */
static double at_most(double mean, double deviations)
{
	return mean > 0 ? mean + deviations * sqrt(mean) + 1 : 0;
}

static bool cell_is_good(const struct baseline *baseline,
    const struct series *series, size_t from, double tolerance)
{
	struct tally cell =
	    tally_of(series, from, from + baseline->cell, baseline->slow_us);
	double bins = (double)baseline->cell;
	double ok = baseline->ok * bins, kept = 1 - tolerance;
	double least =
	    fmin(ok * kept - CELL_CHANCE * sqrt(ok), baseline->least_ok * kept);
	double failed = fmax(baseline->most_failed,
	    at_most(baseline->failed * bins, CELL_CHANCE));
	double slow = fmax(baseline->most_slow,
	    at_most(SLOW_SHARE * cell.ok, CELL_CHANCE));
	return cell.ok >= least && cell.failed <= failed && cell.slow <= slow &&
	       (cell.slow <= 0 ||
	           series_slower(series, from, from + baseline->cell,
	               baseline->stuck_us) == 0);
}

static bool hold_is_good(const struct baseline *baseline,
    const struct series *series, size_t from, size_t to, double tolerance)
{
	struct tally hold = tally_of(series, from, to, baseline->slow_us);
	double bins = (double)(to - from);
	double ok = baseline->ok * bins, failed = baseline->failed * bins;
	return hold.ok >= ok * (1 - tolerance) - HOLD_CHANCE * sqrt(ok) &&
	       hold.failed <= at_most(failed * (1 + tolerance), HOLD_CHANCE) &&
	       hold.slow <= SLOW_SHARE * hold.ok;
}

struct recovery baseline_recovery(const struct baseline *baseline,
    const struct series *series, size_t from, size_t limit,
    const struct impact_settings *settings)
{
	size_t cell = baseline->cell;
	size_t cell_ms = cell * (size_t)series->bin_ms;
	size_t hold =
	    ((size_t)settings->hold_ms + cell_ms - 1) / cell_ms * cell;
	struct recovery recovery = { .bin = limit, .good_since = from };
	size_t at = from;
	for (; at + cell <= limit; at += cell) {
		size_t end = at + cell;
		if (!cell_is_good(baseline, series, at, settings->tolerance))
			recovery.good_since = end;
		else if (end - recovery.good_since >= hold &&
		         hold_is_good(baseline, series, end - hold, end,
		             settings->tolerance)) {
			recovery.found = true;
			recovery.bin = end - hold;
			return recovery;
		}
	}
	return recovery;
}
