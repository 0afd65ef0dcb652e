#include "fault_ring/pattern.h"

#include "lib/mem.h"
#include "lib/rng.h"

#include <stdlib.h>
#include <string.h>

void plan_add(struct plan *plan, const struct planned *planned)
{
	plan->items =
	    mem_resize(plan->items, plan->count + 1, sizeof *plan->items);
	plan->items[plan->count] = *planned;
	plan->items[plan->count].number = (unsigned)plan->count + 1;
	plan->count++;
	if (planned->group >= plan->groups)
		plan->groups = planned->group + 1;
	if (planned->cycle > plan->cycles)
		plan->cycles = planned->cycle;
}

/* Every order is equally likely (Fisher and Yates). */
static void shuffle(struct rng *rng, unsigned *ids, size_t count)
{
	for (size_t i = count; i > 1; i--) {
		size_t j = (size_t)rng_below(rng, i);
		unsigned id = ids[i - 1];
		ids[i - 1] = ids[j];
		ids[j] = id;
	}
}

/* One round: groups of `at_once`, going on in the ring where the last one
 * ended, until everyone has had a turn. */
static void add_cycle(struct plan *plan, struct planned next,
    const unsigned *ids, size_t count, size_t at_once)
{
	size_t groups = (count + at_once - 1) / at_once;

	for (size_t i = 0; i < groups * at_once; i++) {
		next.group = plan->groups - (i % at_once != 0);
		next.server = ids[i % count];
		plan_add(plan, &next);
	}
}

int pattern_make(struct plan *plan, const struct settings *settings,
    const unsigned *servers, size_t count, struct err *err)
{
	struct planned next = {
		.fault = fault_find(settings->fault, err),
		.at_ns = AFTER_THE_LAST,
		.length_ns = settings->restart_delay_ns,
	};
	size_t at_once =
	    settings->pattern == PATTERN_SIMULTANEOUS ? settings->count : 1;
	unsigned *ids;
	struct rng rng;

	if (!next.fault)
		return -1;
	if (at_once > count)
		return err_set(err,
		    "COUNT=%zu servers at once, and there are "
		    "%zu",
		    at_once, count);
	if (next.fault->no_length)
		next.length_ns = 0;
	ids = mem_new(count, sizeof *ids);
	memcpy(ids, servers, count * sizeof *ids);
	rng_init(&rng, settings->seed, 0);
	for (unsigned cycle = 1; cycle <= settings->num_cycles; cycle++) {
		next.cycle = cycle;
		if (settings->pattern == PATTERN_RANDOM)
			shuffle(&rng, ids, count);
		add_cycle(plan, next, ids, count, at_once);
	}
	free(ids);
	return 0;
}

int64_t plan_length_ns(const struct plan *plan, const struct settings *settings)
{
	int64_t length_ns = settings->start_after_ns, end_ns;

	for (size_t i = 0; i < plan->count; i++) {
		const struct planned *planned = &plan->items[i];
		if (planned->at_ns != AFTER_THE_LAST) {
			end_ns = settings->start_after_ns + planned->at_ns +
			         planned->length_ns;
			length_ns = end_ns > length_ns ? end_ns : length_ns;
		} else if (i == 0 || planned->group != planned[-1].group) {
			length_ns += planned->length_ns;
			length_ns += i > 0 ? settings->fault_interval_ns : 0;
		}
	}
	return length_ns;
}

void plan_release(struct plan *plan)
{
	free(plan->items);
	*plan = (struct plan){ 0 };
}
