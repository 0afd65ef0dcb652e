/* baseline.h - how things were before a fault, and whether they are so again.
 * Pure.
 *
 * Bins are judged in cells: so many bins together that twenty requests succeed
 * in them. A cell is as before when
 * - right answers: at least (1 - tolerance) of the mean before, less three
 *   standard deviations of such a count; or as many as in the poorest cell
 *   before, less the tolerance;
 * - failures: at most the mean before and three standard deviations and one
 *   more, or as many as in the worst cell before. None when there were none;
 * - slow ones (beyond the p99 before and the tolerance): at most a hundredth
 *   and three standard deviations and one more, or as in the worst cell before;
 * - stuck ones (twice as long as the slowest before): none. Of clients that
 * wait for their answers few requests get stuck, and a p99 may miss them. All
 * cells of RECOVERY_HOLD_SECS together have to keep within the tolerance and
 * two standard deviations; but of their requests no more than a hundredth may
 * be slow, so that their p99 is within the tolerance without any grace. */
#ifndef AGGREGATE_BASELINE_H
#define AGGREGATE_BASELINE_H

#include "aggregate/series.h"

struct impact_settings {
	double tolerance; /* 0.2 */
	int64_t hold_ms, baseline_ms;
};

struct baseline {
	size_t from, to;            /* bins */
	size_t cell;                /* bins that are judged together */
	double ok, failed, clients; /* a bin, in the mean */
	int64_t slow_us, stuck_us;
	double least_ok, most_failed, most_slow; /* in a cell */
};

#define BASELINE_LEAST 100 /* right answers: fewer have no p99 */

/* Measures bins [from, to). Returns 0; or -1 with `err`: what is too little. */
int baseline_take(struct baseline *baseline, const struct series *series,
    size_t from, size_t to, const struct impact_settings *settings,
    struct err *err);

struct recovery {
	bool found;
	size_t bin;        /* from here on it is as before */
	size_t good_since; /* from here on each cell by itself is */
};

/* Looks from `from` on, at no bin from `limit` on. When there is none, `bin` is
 * `limit` and `good_since` tells of the cells just before it. */
struct recovery baseline_recovery(const struct baseline *baseline,
    const struct series *series, size_t from, size_t limit,
    const struct impact_settings *settings);

#endif
