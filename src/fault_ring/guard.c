#include "fault_ring/guard.h"

#include <inttypes.h>

/* Whether both are there at the moment at which the later one begins. */
static bool overlap(const struct planned *a, const struct planned *b)
{
	if (a->group == b->group)
		return true;
	if (a->at_ns == AFTER_THE_LAST || b->at_ns == AFTER_THE_LAST)
		return false;
	return a->at_ns < b->at_ns + b->length_ns &&
	       b->at_ns < a->at_ns + a->length_ns;
}

static int check_pair(const struct planned *a, const struct planned *b,
    const struct settings *settings, struct err *err)
{
	if (a->server == b->server)
		return err_set(err,
		    "fault %u begins before fault %u of the same server %u has "
		    "ended",
		    b->number, a->number, a->server);
	if (a->group != b->group && !settings->allow_overlap)
		return err_set(err,
		    "fault %u (%s of server %u) begins before fault %u (%s of "
		    "server %u) has ended; give ALLOW_OVERLAP=true if that is "
		    "meant",
		    b->number, b->fault->name, b->server, a->number,
		    a->fault->name, a->server);
	return 0;
}

int guard_check(const struct plan *plan, const struct settings *settings,
    size_t servers, struct err *err)
{
	for (size_t i = 0; i < plan->count; i++) {
		const struct planned *b = &plan->items[i];
		size_t down = 1;
		for (size_t j = i; j-- > 0;) {
			const struct planned *a = &plan->items[j];
			if (a->at_ns == AFTER_THE_LAST && a->group != b->group)
				break;
			if (!overlap(a, b))
				continue;
			if (check_pair(a, b, settings, err) != 0)
				return -1;
			/* In order: a began first, so it is there when b
			 * begins. */
			down++;
		}
		if (down > settings->max_down)
			return err_set(err,
			    "fault %u would be the %zu. at the same time, of "
			    "%zu servers, and MAX_DOWN is %" PRIu64
			    "; raise it if that is meant",
			    b->number, down, servers, settings->max_down);
	}
	return 0;
}
