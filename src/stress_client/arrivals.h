/* arrivals.h - the moments at which the requests of an open loop are planned.
 *
 * The arrivals of a run are numbered from 0; one of `shares` equal parts takes
 * every shares-th of them, from number `share` on. Moments are nanoseconds
 * since the start of the run. Nothing is kept but the next one. */
#ifndef STRESS_CLIENT_ARRIVALS_H
#define STRESS_CLIENT_ARRIVALS_H

#include "lib/rng.h"
#include "stress_client/phases.h"

#include <stdbool.h>
#include <stdint.h>

struct arrivals {
	const struct phases *rate; /* of all shares; borrowed */
	bool poisson;
	uint64_t shares;
	uint64_t left;     /* at most so many are still to come */
	double place;      /* of the next one, among all arrivals */
	int64_t moment_ns; /* of the next one; CLOCK_NEVER: there is none */
	struct rng rng;
};

/* `total` bounds the number of all shares' arrivals; 0: the phases alone do. A
 * Poisson stream is the same for the same seed as long as nothing is skipped.
 */
void arrivals_init(struct arrivals *arrivals, const struct phases *rate,
    bool poisson, uint64_t total, uint64_t share, uint64_t shares,
    uint64_t seed);

/* Takes the next one and returns its moment; CLOCK_NEVER: there are no more. */
int64_t arrivals_take(struct arrivals *arrivals);

/* Passes over those before a moment and returns how many they were, without
 * going through them one by one. */
uint64_t arrivals_skip(struct arrivals *arrivals, int64_t before_ns);

#endif
