#define _GNU_SOURCE /* getrandom */
#include "lib/rng.h"

#include "lib/clock.h"

#include <sys/random.h>
#include <unistd.h>

static uint64_t splitmix64(uint64_t *state)
{
	uint64_t z = (*state += UINT64_C(0x9e3779b97f4a7c15));
	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

static uint64_t rotate(uint64_t x, int by)
{
	return (x << by) | (x >> (64 - by));
}

void rng_init(struct rng *rng, uint64_t seed, uint64_t stream)
{
	uint64_t mix = splitmix64(&stream) ^ seed;
	for (int i = 0; i < 4; i++)
		rng->state[i] = splitmix64(&mix);
}

uint64_t rng_next(struct rng *rng)
{
	uint64_t *s = rng->state;
	uint64_t result = rotate(s[1] * 5, 7) * 9;
	uint64_t t = s[1] << 17;
	s[2] ^= s[0];
	s[3] ^= s[1];
	s[1] ^= s[2];
	s[0] ^= s[3];
	s[2] ^= t;
	s[3] = rotate(s[3], 45);
	return result;
}

uint64_t rng_below(struct rng *rng, uint64_t bound)
{
	/* Values below 2^64 mod bound would come up once too often. */
	uint64_t least = bound ? (0 - bound) % bound : 0;
	uint64_t x = rng_next(rng);
	while (x < least)
		x = rng_next(rng);
	return bound ? x % bound : 0;
}

double rng_unit(struct rng *rng)
{
	return (double)(rng_next(rng) >> 11) * 0x1.0p-53;
}

uint64_t rng_system_seed(void)
{
	uint64_t seed;
	if (getrandom(&seed, sizeof seed, 0) != (ssize_t)sizeof seed)
		seed = (uint64_t)clock_now_ns() ^ (uint64_t)getpid() << 32;
	return seed;
}
