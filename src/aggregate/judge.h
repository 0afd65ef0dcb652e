/* judge.h - what the merged figures mean: the verdict and its exit code. Pure.
 */
#ifndef AGGREGATE_JUDGE_H
#define AGGREGATE_JUDGE_H

#include "aggregate/impact.h"
#include "aggregate/merge.h"
#include "lib/err.h"

#include <stdbool.h>

enum result { RESULT_PASS, RESULT_FAIL, RESULT_INVALID, RESULT_PARTIAL };

#define REASONS_MAX 24

struct verdict {
	enum result result;
	enum exit_code exit_code;
	char *reasons[REASONS_MAX]; /* sentences, the gravest first; owned */
	size_t reason_count;
	const char *remark; /* what a pass leaves open, or NULL */
};

/* Judges a finished merge; the verdict is released by the caller. */
void judge(struct verdict *verdict, const struct merge *merge);
/* Adds to it what the faults mean: one that was not confirmed makes the run
 * invalid, one that was not healed is remarked. */
void judge_faults(struct verdict *verdict, const struct impact *impact);

/* That thresholds were missed, in a sentence that is taken; NULL: none was. */
void judge_thresholds(struct verdict *verdict, char *sentence);
/* That a condition ended the run early, which it was asked to do. */
void judge_stopped(struct verdict *verdict, const char *stopped);

/* That a run passed of which much failed or was not sent, since nobody said how
 * much is too much; comes last. */
void judge_demands(struct verdict *verdict, const struct merge *merge,
    bool demanded);

void verdict_release(struct verdict *verdict);

/* For people: "PASSED", and what that leaves open: "nothing was demanded", or
 * "". */
const char *verdict_word(const struct verdict *verdict);
const char *verdict_remark(const struct verdict *verdict);

const char *result_word(enum result result); /* "pass" */

#endif
