/* think.h - how long a client of a closed loop rests between two requests. */
#ifndef STRESS_CLIENT_THINK_H
#define STRESS_CLIENT_THINK_H

#include "lib/rng.h"
#include "stress_client/settings.h"

#include <stdbool.h>
#include <stdint.h>

/* From the shortest pause on, with the mean of the shortest and the longest,
 * evenly or exponentially. After a failure at least 50 to 150 ms, so that a
 * target that refuses everything is not hammered. */
int64_t think_time_ns(const struct settings *settings, struct rng *rng,
    bool ok);

#endif
