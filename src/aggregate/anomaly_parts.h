/* anomaly_parts.h - the searches that anomalies.c puts together. Private to
 * anomaly*.c. */
#ifndef AGGREGATE_ANOMALY_PARTS_H
#define AGGREGATE_ANOMALY_PARTS_H

#include "aggregate/anomalies.h"

/* Of a moment whose p95 says what is usual. */
#define USUAL_ANSWERS 20

/* What a bin says of the load, or a few that have as many answers together. */
struct moment {
	size_t first, end; /* bins */
	int64_t from_ms, to_ms;
	double ok, failed, skipped, in_flight, clients;
	double wanted; /* the target, or the clients where there is none */
	uint64_t answers;
	int64_t p95_us;   /* of them */
	uint64_t cut;     /* failed because their connection was cut */
	uint64_t dropped; /* connections that clients held, and lost */
	double held;      /* share of the connections; by find_drops, too */
	bool collapsed;   /* by find_collapses */
};

struct moments {
	struct moment *items; /* owned */
	size_t count;
	size_t bins; /* of a moment, but for the last one */
	const struct series *series;
};

void moments_init(struct moments *moments, const struct series *series);
void moments_release(struct moments *moments);

/* The moment that a time lies in; moments->count after the last. */
size_t moments_at(const struct moments *moments, int64_t t_ms);

/* Clients that wanted to be there at a moment; before the first and after the
 * last bin none. */
double moments_clients(const struct moments *moments, int64_t t_ms);

/* Adds an anomaly; takes `words`. The size and fault are set on what is
 * returned, which is good until the next call. */
struct anomaly *anomaly_add(struct anomalies *anomalies, enum anomaly_kind kind,
    int64_t from_ms, int64_t to_ms, const char *who, char *words);

void find_spikes(struct anomalies *anomalies, const struct moments *moments,
    const struct anomaly_settings *settings);
void find_bursts(struct anomalies *anomalies, const struct moments *moments,
    const struct anomaly_settings *settings);
void find_collapses(struct anomalies *anomalies, struct moments *moments,
    const struct anomaly_settings *settings);
void find_drops(struct anomalies *anomalies, struct moments *moments,
    const struct samples *samples, const struct anomaly_settings *settings);
void find_leaks(struct anomalies *anomalies, const struct moments *moments,
    const struct samples *samples, const struct anomaly_settings *settings);
void find_steps(struct anomalies *anomalies, const struct moments *moments,
    const struct samples *samples, const struct anomaly_settings *settings);

#endif
