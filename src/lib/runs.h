/* runs.h - which runs the records are of. A report is of one run; but machines
 * that were each started by hand each made up an id of their own, and are one
 * run all the same when they ran beside one another. */
#ifndef LIB_RUNS_H
#define LIB_RUNS_H

#include "lib/counts.h"
#include "lib/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What one machine did in one run. */
struct run_part {
	char *id;
	uint64_t machine_id, client_files;
	int64_t from_unix_ms, to_unix_ms; /* 0, 0: not known */
};

/* { .wanted = ... } begins. */
struct runs {
	const char *wanted; /* the id or what follows its last dash; borrowed;
	                       NULL: whichever it is */
	const char *advice; /* what to do where there are several; borrowed;
	                       NULL: "name one with --run" */
	struct run_part *parts;
	size_t count;
	struct counts others; /* not wanted: how often they were named */
};

/* Adds client files, or a stretch of time, or neither, to that machine's part
 * of the run `id`; part->id is not read. Returns whether it is wanted and the
 * machine's first run: records of another one are only counted, and runs_check
 * will refuse them. */
bool runs_add(struct runs *runs, const char *id, const struct run_part *part);

/* Returns 0 when all of them may stand in one report; -1 with `err` that names
 * two which may not (of one machine, or one over before the other began), or
 * the runs there are where the wanted one is not among them. */
int runs_check(const struct runs *runs, struct err *err);

/* Whether a record of the run `id` is among them. */
bool runs_have(const struct runs *runs, const char *id);

void runs_clear(struct runs *runs);

#endif
