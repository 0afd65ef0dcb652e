/* stats.h - what happened to a set of requests: one client's, one interval's,
 * or all of them. The same struct is recorded into, written, read, merged. */
#ifndef LIB_STATS_H
#define LIB_STATS_H

#include "lib/counts.h"
#include "lib/err.h"
#include "lib/histogram.h"
#include "lib/operations.h"

#include <stdbool.h>
#include <stdint.h>

/* {0} is empty. planned = sent + skipped; sent = ok + failed; the reasons add
 * up to failed.
 *
 * What is the same is kept once: while no request's response time has differed
 * from its service time (a closed loop), `response` is empty; and while all
 * were of one operation, that one's latencies are the whole set's. Ask
 * stats_response() and stats_operation_service() for them. */
struct stats {
	uint64_t planned, sent, skipped, ok, failed, retries;
	uint64_t bytes_sent, bytes_received;
	struct counts servers; /* server id: requests */
	struct counts reasons; /* why the failed ones failed */
	struct operations operations;
	struct histogram service;  /* of the ok ones, from the real send */
	struct histogram response; /* of the ok ones, from the planned moment */
	struct histogram failed_service; /* of the failed ones */
	bool response_apart;             /* `response` is not `service` */
};

/* The reason of what the target has lost though it had acknowledged it: with
 * "wrong answer" what a run may not have (exit code 4). */
#define STATS_LOST "acknowledged change lost"

/* One request that has ended. */
struct outcome {
	const char *reason;    /* NULL: it succeeded; else normalised */
	const char *operation; /* "task"; NULL: none to be counted under */
	const char *server;    /* who answered, or was asked; NULL: nobody */
	int64_t service_us, response_us;
	uint64_t retries, bytes_sent, bytes_received;
};

/* Counts a request that has ended: among the planned, too. */
void stats_record(struct stats *stats, const struct outcome *outcome);

/* Counts `n` requests that were all ok and are alike but for their latencies,
 * which were response times, too. The bytes in `alike` are those of all. */
void stats_record_all(struct stats *stats, const struct outcome *alike,
    const uint32_t *service_us, uint64_t n);
void stats_skip(struct stats *stats, uint64_t n); /* planned and never sent */
void stats_merge(struct stats *into, const struct stats *from);
void stats_clear(struct stats *stats);

/* The response times, wherever they are. */
const struct histogram *stats_response(const struct stats *stats);

/* The same of one of its operations; NULL where a record of older days did not
 * say which latencies were whose. */
const struct histogram *stats_operation_service(const struct stats *stats,
    const struct operation *operation);
const struct histogram *stats_operation_response(const struct stats *stats,
    const struct operation *operation);

/* How many in a hundred of those sent; 0 where nothing was sent. */
double stats_failed_percent(const struct stats *stats);

/* Whether the identities hold, and no operation has more than all of them. If
 * not, `err` has the sum that does not:
 * "sent 1,000 but successful 990 + failed 9 = 999". */
int stats_check(const struct stats *stats, struct err *err);

#endif
