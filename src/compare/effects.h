/* effects.h - what differs between two runs, how surely, and whether it is too
 * much. */
#ifndef COMPARE_EFFECTS_H
#define COMPARE_EFFECTS_H

#include "compare/run.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum effect_kind {
	EFFECT_THROUGHPUT, /* per second; the change is a share */
	EFFECT_P50,        /* ms; the change is a share */
	EFFECT_P99,
	EFFECT_FAILURES, /* percent; the change is in percentage points */
	EFFECT_RECOVERY, /* seconds, as is the change */
};

enum finding {
	FINDING_SAME, /* no difference, and none beyond the tolerance hidden */
	FINDING_WITHIN,  /* a difference, within the tolerance */
	FINDING_BETTER,  /* beyond the tolerance */
	FINDING_WORSE,   /* beyond the tolerance */
	FINDING_UNKNOWN, /* too little was seen to tell */
	FINDING_NOTHING, /* there is nothing to tell from */
};

struct effect {
	enum effect_kind kind;
	char *of;             /* the fault: "kill 1"; owned; NULL: the phase */
	double before, after; /* the figure of each run; NAN: it has none */
	double change;
	bool has_range;
	double low, high;                   /* of the change, 95 % */
	double tolerance;                   /* as the change is given */
	size_t faults_before, faults_after; /* that recovered */
	size_t seen_before, seen_after;     /* and all such */
	enum finding finding;
	const char *why; /* of FINDING_NOTHING */
};

struct effects {
	struct effect *items; /* owned */
	size_t count;
	size_t worse;
};

struct effects_settings {
	double tolerance;          /* 0.05 */
	double failures_tolerance; /* 0.001: a tenth of a percentage point */
	uint64_t resamples, seed;
};

void effects_find(struct effects *effects, const struct run *baseline,
    const struct run *run, const struct effects_settings *settings);

/* What is found in a change, given that more is worse or less is. Pure. */
enum finding effect_judge(const struct effect *effect, bool more_is_worse);

/* The largest change that could be there unseen: the range's farther end. */
double effect_unseen(const struct effect *effect);

/* Adds one, and takes what it owns. */
void effects_add(struct effects *effects, struct effect effect);

void effects_release(struct effects *effects);

#endif
