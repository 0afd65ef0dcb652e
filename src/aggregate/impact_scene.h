/* impact_scene.h - one fault and what is known around it: from which bin on it
 * acts, up to which bin nothing else disturbs the view, what was before and
 * when that came back. Private to impact*.c. */
#ifndef AGGREGATE_IMPACT_SCENE_H
#define AGGREGATE_IMPACT_SCENE_H

#include "aggregate/impact.h"

/* Whether what the faults so far have done is over. */
struct chain {
	const struct fault *open; /* not over; NULL: all of them are */
	size_t clean_from;        /* bin */
	bool has_baseline;        /* of the last time that all was well */
	struct baseline baseline;
};

/* Where the view ends, and what ends it: "the run ended". */
struct limit {
	size_t bin;
	double ms;
	char who[80];
};

struct scene {
	const struct series *series;
	const struct impact_settings *settings;
	const struct fault *fault;
	double at_ms, clock_ms; /* the fault's moment, and the clocks' error */
	size_t begin;           /* bin */
	struct limit limit;
	bool has_baseline, is_clean; /* no fault before it is still open */
	struct baseline baseline;
	char *no_baseline; /* why; owned */
	struct recovery recovery;
	bool is_healed;
	double heal_ms, healed_ms;  /* commanded, confirmed */
	size_t heal_begin;          /* bin */
	struct recovery after_heal; /* from the healing on */
};

/* Why a fault cannot be looked at at all, to be freed; NULL when it can. */
char *scene_impossible(const struct series *series, const struct fault *fault);

/* Fault `index` of them. */
void scene_init(struct scene *scene, const struct series *series,
    const struct faults *faults, size_t index,
    const struct impact_settings *settings, const struct chain *chain);

/* What the next fault has to know. */
void scene_leave(const struct scene *scene, struct chain *chain);

void scene_release(struct scene *scene);

/* "the run ended 3.0 s after the fault, RECOVERY_HOLD_SECS is 5", to be freed.
 * `since_ms` and `what` are the fault's, or its healing's. */
char *scene_why_not(const struct scene *scene, const struct recovery *recovery,
    double since_ms, const char *what);

#endif
