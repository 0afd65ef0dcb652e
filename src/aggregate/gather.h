/* gather.h - reads the sources and hands their records on. */
#ifndef AGGREGATE_GATHER_H
#define AGGREGATE_GATHER_H

#include "aggregate/faults.h"
#include "aggregate/merge.h"
#include "aggregate/notes.h"
#include "aggregate/reconnects.h"
#include "aggregate/samples.h"
#include "aggregate/series.h"

#include "lib/sources.h"

struct gathered {
	struct merge merge;
	struct faults faults;
	struct samples samples;
	struct series series;
	struct notes notes;
	struct reconnects reconnects;
	/* Of machines without a clock.json. */
	struct machine_clock usual_clock;
	/* The last that was read, and of which folder. */
	struct machine_clock clock;
	char *clock_folder;
};

/* Reads them all. What cannot be used is named on stderr, counted in
 * merge.left_out and left out; the rest still counts. Returns 0, or -1 with
 * `err` when the input makes no sense as a whole: one client twice. */
int gather(struct gathered *gathered, const struct sources *sources,
    struct err *err);

/* The same of what the paths name, and of `fault_events` where that is there.
 * Returns EXIT_PASSED when there is something to report, of one run; else the
 * exit code, with `err`. */
enum exit_code gather_paths(struct gathered *gathered, char **paths,
    size_t count, const char *fault_events, struct err *err);

void gathered_release(struct gathered *gathered);

#endif
