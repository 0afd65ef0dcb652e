#include "stress_client/arrivals.h"

#include "lib/clock.h"

#include <math.h>

/* From this mean on, a Poisson number is taken from the normal distribution:
 * none could tell them apart. */
#define NORMAL_FROM 1000

static double exponential(struct rng *rng)
{
	return -log1p(-rng_unit(rng));
}

static uint64_t poisson_number(struct rng *rng, double mean)
{
	if (mean >= NORMAL_FROM) {
		double radius = sqrt(2 * exponential(rng));
		double z = radius * cos(2 * acos(-1) * rng_unit(rng));
		return (uint64_t)fmax(rint(mean + sqrt(mean) * z), 0);
	}
	uint64_t n = 0;
	for (double sum = exponential(rng); sum < mean; sum += exponential(rng))
		n++;
	return n;
}

static void find_moment(struct arrivals *arrivals)
{
	arrivals->moment_ns =
	    arrivals->left > 0 ? phases_moment(arrivals->rate, arrivals->place)
	                       : CLOCK_NEVER;
}

static double gap(struct arrivals *arrivals)
{
	double shares = (double)arrivals->shares;
	return arrivals->poisson ? shares * exponential(&arrivals->rng)
	                         : shares;
}

void arrivals_init(struct arrivals *arrivals, const struct phases *rate,
    bool poisson, uint64_t total, uint64_t share, uint64_t shares,
    uint64_t seed)
{
	*arrivals = (struct arrivals){
		.rate = rate,
		.poisson = poisson,
		.shares = shares,
		.left = UINT64_MAX,
		.place = (double)share,
	};
	rng_init(&arrivals->rng, seed, ~share);
	if (total > 0)
		arrivals->left =
		    total > share ? (total - share - 1) / shares + 1 : 0;
	if (poisson)
		arrivals->place = gap(arrivals);
	find_moment(arrivals);
}

int64_t arrivals_take(struct arrivals *arrivals)
{
	int64_t moment_ns = arrivals->moment_ns;
	if (moment_ns == CLOCK_NEVER)
		return CLOCK_NEVER;
	arrivals->left--;
	arrivals->place += gap(arrivals);
	find_moment(arrivals);
	return moment_ns;
}

/* How many evenly spaced ones come before a moment that is later than that of
 * the next one. */
static uint64_t count_even(const struct arrivals *arrivals, int64_t before_ns)
{
	double shares = (double)arrivals->shares;
	double way =
	    phases_arrivals(arrivals->rate, before_ns) - arrivals->place;
	uint64_t n = way > 0 ? (uint64_t)(way / shares) : 0;
	/* Moments are rounded; the count is made to agree with them. */
	while (n > 0 &&
	       phases_moment(arrivals->rate,
	           arrivals->place + (double)(n - 1) * shares) >= before_ns)
		n--;
	while (phases_moment(arrivals->rate,
	           arrivals->place + (double)n * shares) < before_ns)
		n++;
	return n;
}

uint64_t arrivals_skip(struct arrivals *arrivals, int64_t before_ns)
{
	if (arrivals->moment_ns >= before_ns)
		return 0;
	uint64_t n;
	double shares = (double)arrivals->shares;
	if (arrivals->poisson) {
		double until = phases_arrivals(arrivals->rate, before_ns);
		double way = fmax(until - arrivals->place, 0) / shares;
		n = 1 + poisson_number(&arrivals->rng, way);
		/* The process has no memory: from here it begins anew. */
		arrivals->place = until + gap(arrivals);
	} else {
		n = count_even(arrivals, before_ns);
		arrivals->place += (double)n * shares;
	}
	if (n > arrivals->left)
		n = arrivals->left;
	arrivals->left -= n;
	find_moment(arrivals);
	return n;
}
