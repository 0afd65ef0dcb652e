#include "stress_client/think.h"

#include "lib/clock.h"

#include <math.h>

#define FAILURE_PAUSE_NS (100 * NS_PER_MS)

int64_t think_time_ns(const struct settings *settings, struct rng *rng, bool ok)
{
	double range =
	    (double)(settings->max_delay_ns - settings->min_delay_ns);
	int64_t pause = settings->min_delay_ns;
	if (range > 0 && settings->think_time == THINK_EXPONENTIAL)
		pause += (int64_t)(-log1p(-rng_unit(rng)) * range / 2);
	else if (range > 0)
		pause += (int64_t)(rng_unit(rng) * range);
	if (!ok && pause < FAILURE_PAUSE_NS)
		pause =
		    (int64_t)((0.5 + rng_unit(rng)) * (double)FAILURE_PAUSE_NS);
	return pause;
}
