/* condition.h - what a figure must be: the thresholds of a report, and what
 * ends a run early. One grammar for both:
 *
 *     METRIC[SCOPE] OP VALUE [for TIME]
 *
 *     failure_rate < 1%         error_rate > 10% for 5s
 *     p99[sustained] < 200ms    p95[GET /] <= 20ms
 *     throughput > 900/s        skipped == 0
 *
 * METRIC is one of lib/metric.h's, OP one of < <= > >= == !=. A value has its
 * metric's unit: a percentage, a time, a rate, or a count. SCOPE is the name of
 * a phase or of an operation; without it everything is meant. */
#ifndef LIB_CONDITION_H
#define LIB_CONDITION_H

#include "lib/err.h"
#include "lib/metric.h"

#include <stdbool.h>
#include <stdint.h>

enum condition_op {
	CONDITION_LESS,
	CONDITION_AT_MOST,
	CONDITION_MORE,
	CONDITION_AT_LEAST,
	CONDITION_EQUAL,
	CONDITION_OTHER,
};

struct condition {
	char *text; /* as it was written, but for blanks around it; owned */
	struct metric metric;
	char *scope; /* owned; NULL: everything */
	enum condition_op op;
	double value;   /* in the unit of the metric's figures */
	int64_t for_ns; /* how long it must hold; 0: once is enough */
};

/* Reads the first `length` bytes of `text`, "p99[sustained]" or "p99". Returns
 * 0, and the scope is freed by the caller (NULL: everything); or -1 with `err`.
 */
int condition_subject(struct metric *metric, char **scope, const char *text,
    size_t length, struct err *err);

/* Reads `text`. Returns 0, and the condition is released by the caller; or -1
 * with `err`, which has the text and says what is allowed. Then it owns
 * nothing. */
int condition_parse(struct condition *condition, const char *text,
    struct err *err);

/* Whether a figure (lib/metric.h) meets it. What is not determined never does.
 */
bool condition_evaluate(const struct condition *condition, double figure);

/* "error_rate > 10% for 5s: 12.50%", to be freed. */
char *condition_words(const struct condition *condition, double figure);

void condition_release(struct condition *condition);

#endif
