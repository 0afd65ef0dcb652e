/* stop_when.h - the conditions that end a run early, held against one interval
 * after another. */
#ifndef STRESS_CLIENT_STOP_WHEN_H
#define STRESS_CLIENT_STOP_WHEN_H

#include "lib/condition.h"
#include "lib/options.h"
#include "lib/record.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* {0} has none. */
struct stop_when {
	struct stop_rule {
		struct condition condition;
		int64_t met_ns; /* the time for which it has been met by now */
		bool applied;   /* an interval had its scope */
	} * rules;
	size_t count;
};

/* Returns 0, or -1 with `err`; then there are none. */
int stop_when_parse(struct stop_when *stop, const struct text_list *texts,
    struct err *err);

/* Adds an interval. The first condition that is met, and has been for as long
 * as it says, with its figure, to be freed; or NULL. */
char *stop_when_met(struct stop_when *stop,
    const struct record_interval *interval);

/* The text of a condition about a phase or an operation that no interval had;
 * or NULL. Borrowed. */
const char *stop_when_idle(const struct stop_when *stop);

void stop_when_release(struct stop_when *stop);

#endif
