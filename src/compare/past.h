/* past.h - what aggregate wrote of a run: final_report.json. */
#ifndef COMPARE_PAST_H
#define COMPARE_PAST_H

#include "lib/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct past_fault {
	char *name; /* "kill 1", "kill 1 L" of a leader; owned */
	int64_t at_unix_ms;
	bool recovered;       /* and when is known */
	double recover_ms;    /* from the command on */
	double error_ms;      /* the truth is within so much of it */
	int64_t over_unix_ms; /* healed and recovered; INT64_MAX: never */
};

/* { 0 }: there is no report. */
struct past {
	bool is_there;
	char *result; /* "pass", "fail", "invalid", "partial"; owned */
	char *run_id; /* or NULL; owned */
	int64_t start_unix_ms;
	uint64_t requests;
	double throughput;
	double p50_ms, p99_ms; /* NAN where nothing succeeded */
	double failed_percent; /* NAN where nothing was sent */
	uint64_t *machines;    /* that the report is of; owned */
	size_t machine_count;
	struct past_fault *faults; /* in their order; owned */
	size_t fault_count;
};

/* Reads `folder`/final_report.json; where there is none, `past` is { 0 }.
 * Returns 0, or -1 with `err`: it is there and cannot be used. */
int past_read(struct past *past, const char *folder, struct err *err);

/* Whether the report is of this machine, too; of each where that is not known.
 */
bool past_has(const struct past *past, uint64_t machine_id);

/* "passed", "failed", "invalid", "partial", "no report". */
const char *past_words(const struct past *past);

void past_release(struct past *past);

#endif
