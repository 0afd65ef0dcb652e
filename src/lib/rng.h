/* rng.h - seeded random numbers that are the same on every machine
 * (xoshiro256**, Blackman and Vigna 2018; seeded by splitmix64). */
#ifndef LIB_RNG_H
#define LIB_RNG_H

#include <stdint.h>

struct rng {
	uint64_t state[4];
};

/* One seed gives as many independent streams as there are stream numbers. */
void rng_init(struct rng *rng, uint64_t seed, uint64_t stream);

uint64_t rng_next(struct rng *rng);                  /* any of 64 bits */
uint64_t rng_below(struct rng *rng, uint64_t bound); /* 0..bound-1, unbiased */
double rng_unit(struct rng *rng);                    /* [0, 1) */

/* A seed from the system, for runs that name none. */
uint64_t rng_system_seed(void);

#endif
