/* measure.h - any figure of a run by its name (lib/metric.h): of all of it, of
 * one phase, or of one operation. Pure. */
#ifndef AGGREGATE_MEASURE_H
#define AGGREGATE_MEASURE_H

#include "aggregate/report.h"
#include "lib/metric.h"

enum measure_scope { MEASURE_RUN, MEASURE_PHASE, MEASURE_OPERATION };

struct measure {
	double figure; /* NAN: not determined */
	enum measure_scope scope;
	/* Why it is not determined, or what stands behind it ("fault 4"); owned
	 * by the caller, NULL where there is nothing to say. */
	char *note;
};

/* A scope is a phase's name, or an operation's where no phase has it; NULL is
 * the whole run. */
struct measure measure(const struct report *report, const struct metric *metric,
    const char *scope);

/* "run", "phase", "operation" */
const char *measure_scope_word(enum measure_scope scope);

#endif
