/* operations.h - the kinds of request that a target knows ("task", "GET /"),
 * and what became of each.
 *
 * Most runs have one kind. While a set of requests has had no other, that
 * one's latencies are those of the whole set, which keeps them anyway; only
 * with a second kind does each keep its own. lib/stats.h sees to that, and
 * stats_operation_service() and stats_operation_response() tell where they are.
 */
#ifndef LIB_OPERATIONS_H
#define LIB_OPERATIONS_H

#include "lib/histogram.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Names come from other machines, and from whoever wrote a list of URLs; each
 * may take some kilobytes. What is more than these is OPERATIONS_OTHER. */
#define OPERATIONS_MAX   1000
#define OPERATIONS_OTHER "other operations"

struct operation {
	char *name; /* owned */
	uint64_t ok, failed;
	struct histogram service, response; /* of the ok ones, where `apart` */
};

/* {0} is empty. Sorted by name. */
struct operations {
	struct operation *items;
	size_t length;
	bool apart; /* each keeps its own latencies */
};

/* The one of that name, which is added where it is not there. What was given
 * before moves when one is added. */
struct operation *operations_add(struct operations *operations,
    const char *name);

/* NULL when it is not there. */
const struct operation *operations_find(const struct operations *operations,
    const char *name);

/* The ok ones of all of them. */
uint64_t operations_ok(const struct operations *operations);

void operations_clear(struct operations *operations);

#endif
