/* gather.h - reads the sources and hands their records to the merge. */
#ifndef AGGREGATE_GATHER_H
#define AGGREGATE_GATHER_H

#include "aggregate/merge.h"
#include "aggregate/sources.h"

/* Reads them all. What cannot be used is named on stderr, counted in
 * merge->left_out and left out; the rest still counts. Returns 0, or -1 with
 * `err` when the input makes no sense as a whole: one client twice. */
int gather(struct merge *merge, const struct sources *sources, struct err *err);

#endif
