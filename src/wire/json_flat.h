/* json_flat.h - the numbers in a JSON text by names with dots:
 * {"memory": {"rss": 5}, "load": [1, 2]} is memory.rss, load.0, load.1. */
#ifndef WIRE_JSON_FLAT_H
#define WIRE_JSON_FLAT_H

#include "wire/metrics.h"

/* Adds them; true is 1 and false 0, and NaN, Infinity and -Infinity, which are
 * no JSON, are passed over like texts. Objects lie at most 32 deep. Names that
 * end in "uptime", "uptime_seconds" or "_total" are counters. Returns 0, or -1
 * with `err`: it is no whole JSON. */
int json_flat_read(struct metrics *metrics, const char *text, size_t length,
    struct err *err);

#endif
