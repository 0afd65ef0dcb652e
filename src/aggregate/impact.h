/* impact.h - what each fault did to the users. Pure.
 *
 * How each figure comes about (t is the moment at which the fault was
 * commanded, on the controller's clock):
 *
 * before         the BASELINE_SECS before t, less where a fault before this one
 *                was not over yet.
 * as before      a stretch of bins in which no fewer requests succeed, no more
 *                fail and no more are slow than before, but for
 *                RECOVERY_TOLERANCE and for what chance does to counts. Slow is
 *                what takes longer than the p99 before and the tolerance. See
 *                baseline.h.
 * time to recover  from t to the first bin from which on every bin, and all of
 *                RECOVERY_HOLD_SECS together, is as before.
 * restart to recover  from the moment at which the healing was confirmed to the
 *                same, sought from the moment on at which it was commanded. 0
 *                when the healing disturbed nobody.
 * attributed     are the failures from t until things were as before, and
 *                those from the healing until things were as before (again);
 *                never those after the next fault. A fault for which that is
 *                not known has those up to the next fault or the run's end.
 * first error    from t to the first attributed failure.
 * error window   from the first attributed failure to the last before things
 *                were as before the first time.
 * missed         how many fewer requests ended from t until things were as
 *                before than did in that time before.
 * during, after  the service times from t until things were as before, and
 *                from then for BASELINE_SECS at most.
 *
 * Requests count when they end. So a request that was under way when the fault
 * came counts to the fault when it fails, or when it is slow; a request that
 * waits for its time-out is an error when that has passed, so that errors may
 * outlast the outage by the time-out, as they do for users; and the first error
 * is when the first user learns of it.
 *
 * No figure is better than the bins: each has a range in which the truth lies,
 * which carries the bins' real extents and the error of the clocks. What cannot
 * be known is not determined, and says why. */
#ifndef AGGREGATE_IMPACT_H
#define AGGREGATE_IMPACT_H

#include "aggregate/baseline.h"
#include "aggregate/faults.h"
#include "aggregate/series.h"

enum figure {
	FIRST_ERROR,
	ERROR_WINDOW,
	TIME_TO_RECOVER,
	RESTART_TO_RECOVER,
	FAILED,
	MISSED,
	SERVICE_BEFORE,
	SERVICE_DURING,
	SERVICE_AFTER,
	FIGURES
};

/* A time as it was seen, and between which bounds it was in truth. */
struct span {
	double ms, low_ms, high_ms;
};

struct service {
	uint64_t requests;
	int64_t p50_us, p99_us; /* 0, 0 without requests */
};

#define CURVE_BEFORE_SECONDS 5
#define CURVE_SECONDS        20

struct fault_impact {
	const struct fault *fault;
	char *not_determined[FIGURES]; /* why; NULL: it is determined. Owned */
	struct span spans[RESTART_TO_RECOVER + 1];
	uint64_t failed, failed_by_healing;
	struct counts reasons;
	double missed;
	struct service before, during, after;
	double clock_error_ms;
	/* Right answers in each second, 1 is as many as before; < 0: unknown.
	 */
	double curve[CURVE_SECONDS];
};

struct impact {
	struct fault_impact *items; /* one for each fault, in their order */
	size_t count;
	uint64_t failed;     /* in all timelines */
	uint64_t attributed; /* of them, to some fault */
	bool any_determined; /* whose failures are known, of any fault */
	int64_t bin_ms;      /* 0: no timeline */
	bool clock_unknown;
	double clock_error_ms; /* the largest of the machines' */
	uint64_t unsure;       /* after faults whose effect is not determined */
};

/* `series` after series_finish, `faults` after faults_finish. Borrows the
 * faults. */
void impact_find(struct impact *impact, const struct series *series,
    const struct faults *faults, const struct impact_settings *settings);

/* "time_to_recover_ms": as final_report.json names it. */
const char *impact_figure_name(enum figure figure);

/* The fault with the longest errors, and then recovery; NULL when no fault has
 * both determined. */
const struct fault_impact *impact_worst(const struct impact *impact);

void impact_release(struct impact *impact);

#endif
