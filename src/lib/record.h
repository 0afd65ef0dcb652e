/* record.h - the metric files: what programs write for one another.
 *
 * "ringstorm-client/1" (one virtual client) and "ringstorm-interval/1" (one
 * line of a timeline). Readers ignore unknown fields and refuse a newer major
 * schema; what they read is input and is bounded and checked. */
#ifndef LIB_RECORD_H
#define LIB_RECORD_H

#include "lib/err.h"
#include "lib/record_connections.h"
#include "lib/record_generator.h"
#include "lib/stats.h"

#include <stdbool.h>
#include <stdio.h>

struct record_client {
	char *run_id;      /* "2025-10-31T10:00:00Z-7f3a", or NULL */
	char *client_name; /* "Machine_1_Client_42" */
	char *driver;
	uint64_t machine_id, client_id, process;
	int64_t start_unix_ms;
	double duration_seconds;
	bool open_loop; /* requests were sent when the plan said so */
	/* CloudP2P's own file: whole milliseconds and no histogram. Then
	 * `stats.service` is empty and these stand in its place. */
	bool estimate;
	double estimate_min_ms, estimate_avg_ms, estimate_max_ms;
	double estimate_p50_ms, estimate_p95_ms, estimate_p99_ms;
	struct stats stats;
};

struct record_interval {
	char *run_id;
	char *phase;
	char *stopped; /* on the last line: the condition that ended the run
	                  early, with its figure; else NULL */
	uint64_t machine_id, process;
	int64_t from_unix_ms, length_ms;
	uint64_t clients, in_flight, started;
	bool open_loop;
	/* What the plan wanted of this process at the interval's begin and end,
	 * both within its phase: requests a second in an open loop, else
	 * clients. Without phases and without a rate there is none; older
	 * timelines have only that at the end, which then stands for both. */
	bool has_target;
	double target_from, target;
	/* Schedule lag, us: how late a request that a free client could have
	 * sent was begun. Older timelines have only its p99. */
	struct histogram lag;
	int64_t lag_p99_us;
	struct record_generator generator;
	struct record_connections connections;
	double cpu_percent; /* of one core; the busiest thread of the process */
	bool last; /* the process ended in order: its client files are whole */
	struct stats stats; /* `planned` and `sent` are those that ended */
};

enum record_kind {
	RECORD_CLIENT,
	RECORD_INTERVAL,
	RECORD_OTHER, /* known to belong elsewhere (a run, a fault, a sample) */
};

struct record {
	enum record_kind kind;
	union {
		struct record_client client;
		struct record_interval interval;
	} as;
};

/* Asserts the identities and writes. Client records are pretty printed
 * (`compact`: one line). Return 0, or -1 with errno set by the stream. They
 * write piece by piece: who needs one write a line gives a stream in memory.
 */
int record_write_client(FILE *to, const struct record_client *client,
    bool compact);
int record_write_interval(FILE *to, const struct record_interval *interval);

/* Reads one JSON text of `length` bytes. Returns 0, or -1 with `err`, whose
 * words do not name the file. The record is released by the caller; after a
 * refusal it owns nothing. */
int record_read(struct record *record, const char *text, size_t length,
    struct err *err);

void record_release(struct record *record);

/* For how long, in ms, its process offered load: 0 while that wrote its files;
 * at least 1 where requests ended, as the one interval that ends within the
 * millisecond it began in, that after the last tick, may hold some. */
int64_t record_interval_load_ms(const struct record_interval *interval);

#endif
