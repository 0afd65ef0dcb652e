/* figures.h - just those figures of a run that were asked for, for scripts. */
#ifndef AGGREGATE_FIGURES_H
#define AGGREGATE_FIGURES_H

#include "aggregate/report.h"
#include "lib/metric.h"

struct figure_asked {
	struct metric metric;
	char *scope; /* owned; NULL: the whole run */
};

struct figures {
	struct figure_asked *items; /* owned */
	size_t count;
};

/* Reads names with blanks between them: "throughput p99[sustained]". NULL is
 * none. Returns 0, or -1 with `err`; then there are none. */
int figures_parse(struct figures *figures, const char *names, struct err *err);

/* Prints them on one line with tabs between: plain numbers, times in
 * milliseconds, rates per second, shares in percent; "-" for what is not
 * determined. */
void figures_print(const struct figures *figures, const struct report *report,
    FILE *to);

void figures_release(struct figures *figures);

#endif
