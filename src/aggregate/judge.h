/* judge.h - what the merged figures mean: the verdict and its exit code. Pure.
 */
#ifndef AGGREGATE_JUDGE_H
#define AGGREGATE_JUDGE_H

#include "aggregate/impact.h"
#include "aggregate/merge.h"
#include "lib/err.h"

enum result { RESULT_PASS, RESULT_FAIL, RESULT_INVALID, RESULT_PARTIAL };

#define REASONS_MAX 18

struct verdict {
	enum result result;
	enum exit_code exit_code;
	char *reasons[REASONS_MAX]; /* sentences, the gravest first; owned */
	size_t reason_count;
};

/* Judges a finished merge; the verdict is released by the caller. */
void judge(struct verdict *verdict, const struct merge *merge);
/* Adds to it what the faults mean: one that was not confirmed makes the run
 * invalid, one that was not healed is said. */
void judge_faults(struct verdict *verdict, const struct impact *impact);

void verdict_release(struct verdict *verdict);

const char *result_word(enum result result); /* "pass" */

#endif
