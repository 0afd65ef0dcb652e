/* conclude.h - from what was gathered to the verdict and everything written. */
#ifndef AGGREGATE_CONCLUDE_H
#define AGGREGATE_CONCLUDE_H

#include "aggregate/figures.h"
#include "aggregate/gather.h"
#include "aggregate/settings.h"
#include "aggregate/thresholds.h"

/* What is wanted of the run, which is known before anything is read. */
struct wanted {
	struct thresholds thresholds;
	struct figures figures;
};

/* Judges what was read and reports it where the settings say; returns the exit
 * code. */
int conclude(struct gathered *gathered, const struct settings *settings,
    struct wanted *wanted);

#endif
