/* metric.h - the figures that can be asked for by name: in thresholds, in
 * conditions that end a run, and by `aggregate --figures`. Pure.
 *
 *     failure_rate (or error_rate)    percent of the requests sent
 *     throughput                      successful requests a second
 *     requests successful failed retries skipped wrong_answers
 *     min avg max p50 p99 p99.9 ...   latency in milliseconds
 *     unaccounted recover_time acked_lost   of a whole run
 *
 * Latencies are response times, from the moment the plan said: what the users
 * felt, and in a closed loop the same as service times. service_p99 and
 * response_p99 name the one that is meant, lag_p99 is how late requests began.
 * Any percentile will do; p999 is p99.9. */
#ifndef LIB_METRIC_H
#define LIB_METRIC_H

#include "lib/err.h"
#include "lib/stats.h"
#include "lib/unit.h"

#include <stdbool.h>

enum metric_kind {
	METRIC_FAILURE_RATE,
	METRIC_THROUGHPUT,
	METRIC_REQUESTS,
	METRIC_SUCCESSFUL,
	METRIC_FAILED,
	METRIC_RETRIES,
	METRIC_SKIPPED,
	METRIC_WRONG_ANSWERS,
	METRIC_UNACCOUNTED,
	METRIC_RECOVER_TIME,
	METRIC_ACKED_LOST,
	METRIC_MIN,
	METRIC_AVG,
	METRIC_MAX,
	METRIC_PERCENTILE,
};

struct metric {
	enum metric_kind kind;
	enum unit unit; /* UNIT_SHARE: figures are percent; UNIT_NS: they are
	                   milliseconds; UNIT_PER_SECOND; UNIT_NONE */
	enum metric_latency {
		METRIC_RESPONSE,
		METRIC_SERVICE,
		METRIC_LAG
	} latency;      /* of METRIC_MIN to METRIC_PERCENTILE */
	double percent; /* of METRIC_PERCENTILE, 0..100 */
};

/* What figures are taken from. */
struct metric_source {
	const struct stats *stats;
	double seconds;              /* that it took; 0: not known */
	const struct histogram *lag; /* us; NULL: not known */
};

/* Reads a name. Returns 0, or -1 with `err` that has the names there are. */
int metric_parse(struct metric *metric, const char *name, struct err *err);

/* Whether it is a figure of the whole run only, which no statistics have and
 * metric_figure() does not know: unaccounted, recover_time, acked_lost. */
bool metric_is_of_run(const struct metric *metric);

/* The figure; NAN where it is not determined: a latency without a request that
 * succeeded, a rate without requests or without time. */
double metric_figure(const struct metric *metric,
    const struct metric_source *source);

/* A figure in words, "641.28 ms", into `out` (UNIT_TEXT bytes); "not
 * determined" for NAN. */
char *metric_words(char *out, const struct metric *metric, double figure);

#endif
