/* thresholds.h - what the run was to meet, and whether it did. Pure. */
#ifndef AGGREGATE_THRESHOLDS_H
#define AGGREGATE_THRESHOLDS_H

#include "aggregate/measure.h"
#include "lib/condition.h"
#include "lib/options.h"

struct threshold {
	struct condition condition;

	/* By thresholds_judge: */
	struct measure measure;
	bool met; /* never where the figure is not determined */
};

struct thresholds {
	struct threshold *items; /* owned */
	size_t count;
	size_t missed;
};

/* Reads them all. Returns 0, or -1 with `err`; then there are none. */
int thresholds_parse(struct thresholds *thresholds,
    const struct text_list *texts, struct err *err);

void thresholds_judge(struct thresholds *thresholds,
    const struct report *report);

/* "2 of 5 thresholds were missed: p99 < 200ms (641.28 ms).", to be freed; NULL
 * when all were met. */
char *thresholds_sentence(const struct thresholds *thresholds);

void thresholds_release(struct thresholds *thresholds);

#endif
