/* record_latencies.h - the histograms of a record, read and held against its
 * counts. Private to the readers of records. */
#ifndef LIB_RECORD_LATENCIES_H
#define LIB_RECORD_LATENCIES_H

#include "lib/err.h"
#include "lib/stats.h"

#include <jansson.h>

/* Reads "service", "response" and `failed_name` into `stats`, whose counts and
 * operations were read before. "response" is missing where it is "service", and
 * older records have nothing of the failed ones. Returns 0, or -1 with `err`.
 */
int read_histograms(struct stats *stats, json_t *histograms,
    const char *failed_name, struct err *err);

#endif
