/* run.h - a run as it lies on the disk: its timelines, descriptions and report.
 */
#ifndef COMPARE_RUN_H
#define COMPARE_RUN_H

#include "compare/cells.h"
#include "compare/configuration.h"
#include "compare/past.h"

#include "lib/err.h"
#include "lib/runs.h"

struct run_settings {
	const char *phase; /* NULL: "sustained" */
	bool with_faults;  /* the seconds of faults are steady, too */
};

/* { 0 } begins. */
struct run {
	char *path;           /* as it was named; owned */
	char *id;             /* what to call it; owned */
	struct counts phases; /* intervals of each */
	struct runs runs;     /* whose files they are */
	struct cells cells;   /* of the phase, by seconds */
	struct past past;     /* final_report.json */
	struct configuration configuration;
	uint64_t left_out;   /* lines and files that cannot be used */
	size_t steady;       /* cells that count */
	bool faults_apart;   /* the seconds of its faults do not count */
	bool faults_counted; /* they left too few, so all count */
};

/* Reads what a folder holds, or one timeline; final_report.json stands for its
 * folder. What cannot be used of it is named on stderr and left out. Returns
 * EXIT_PASSED; or the exit code with `err`: EXIT_CANNOT when there is nothing
 * to compare, EXIT_USAGE when it holds two runs or has no such phase. */
enum exit_code run_read(struct run *run, const char *path,
    const struct run_settings *settings, struct err *err);

/* Takes the seconds of faults among the steady ones. */
void run_count_faults(struct run *run);

/* The folder that a path means, to be freed. */
char *run_folder(const char *path);

void run_release(struct run *run);

#endif
