/* anomalies.h - what was not as usual in a run, when, how much, and which fault
 * explains it. Pure.
 *
 * latency spike       a moment whose p95 of service times is more than
 *                     SPIKE_FACTOR times the usual one (the median of all
 *                     moments'), and SPIKE_LEAST_MS more.
 * connection drop     the connections that a service tells of fell by more than
 *                     DROP_CONNECTIONS within five seconds or between two
 *                     samples, and the clients did not want so; or clients lost
 *                     as many that they held, or as many requests failed
 *                     because their connection was cut.
 * memory leak         the mean of the last quarter of a memory figure is more
 *                     than LEAK_BYTES above that of the first, and it grows
 *                     with 95 % confidence, in the second half of the time as
 *                     well: what fills a cache and stays is none.
 * error burst         of the requests that ended in a moment BURST_SHARE
 *                     failed, BURST_LEAST at the least.
 * throughput collapse right answers came at less than COLLAPSE_SHARE of the
 *                     rate before, for as many clients (or as high a target),
 *                     while requests failed, were skipped or did not end.
 * clock step          a machine's wall clock moved by more than CLOCK_STEP_MS
 *                     against its monotonic one.
 *
 * A moment is a bin, or as many within a second as have answers enough to say
 * what is usual. Those of one kind that follow one another are one anomaly. A
 * fault explains what began after it was commanded and before its effect was
 * over; of what the load saw nothing is explained while a machine's clock is
 * not known (impact->clock_unknown). */
#ifndef AGGREGATE_ANOMALIES_H
#define AGGREGATE_ANOMALIES_H

#include "aggregate/impact.h"
#include "aggregate/samples.h"
#include "aggregate/series.h"
#include "lib/options.h"

#include <stdbool.h>
#include <stdint.h>

enum anomaly_kind {
	LATENCY_SPIKE,
	CONNECTION_DROP,
	MEMORY_LEAK,
	ERROR_BURST,
	THROUGHPUT_COLLAPSE,
	CLOCK_STEP,
	ANOMALY_KINDS
};

struct anomaly_settings {
	bool on;
	uint64_t samples; /* with fewer bins or samples no spike, no leak */
	uint64_t spike_factor, drop_connections, leak_bytes, burst_least;
	int64_t spike_least_ns, clock_step_ns;
	double burst_share, collapse_share;
};

struct anomaly {
	enum anomaly_kind kind;
	int64_t from_ms, to_ms; /* on the controller's clock */
	/* ms of p95; connections; bytes; failures; percent lost; ms of step */
	double size;
	char *who;                 /* "relay relay1"; "" of the load; owned */
	char *words;               /* "p95 1,912 ms, usually 23 ms"; owned */
	const struct fault *fault; /* that explains it, or NULL; borrowed */
};

struct anomalies {
	struct anomaly *items; /* by time; owned */
	size_t count;
	/* Of each second the share of the requests that were answered right,
	 * times the share of the connections that were held; the mean of all,
	 * 0 to 100. NAN: no timeline tells. */
	double health;
	bool knows_usual; /* latency: there were answers enough to say */
};

/* Looks for them in the bins and samples of the run; `series` after
 * series_finish, `samples` after samples_finish. Borrows impact's faults. */
void anomalies_find(struct anomalies *anomalies, const struct series *series,
    const struct samples *samples, const struct impact *impact,
    const struct anomaly_settings *settings);

/* "latency spike"; "latency_spike", as final_report.json names it; the unit of
 * its size there. */
const char *anomaly_name(enum anomaly_kind kind);
const char *anomaly_key(enum anomaly_kind kind);
const char *anomaly_unit(enum anomaly_kind kind);

/* "Nothing was far from usual.", and what could not be told; "" where neither
 * is to be said. */
const char *anomalies_remark(const struct anomalies *anomalies);

/* Why no fault explains what may be its; "" where they do. */
const char *anomalies_unexplained(const struct anomalies *anomalies,
    const struct impact *impact);

/* "healthy" above 80, "degraded" above 50, "unhealthy". */
const char *anomalies_health_word(double health);

void anomalies_release(struct anomalies *anomalies);

/* Its rows of aggregate's options. */
void anomaly_settings_set(struct anomaly_settings *settings,
    struct option_set *set);

#endif
