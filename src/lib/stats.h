/* stats.h - what happened to a set of requests: one client's, one interval's,
 * or all of them. The same struct is recorded into, written, read, merged. */
#ifndef LIB_STATS_H
#define LIB_STATS_H

#include "lib/counts.h"
#include "lib/err.h"
#include "lib/histogram.h"

#include <stdbool.h>
#include <stdint.h>

/* {0} is empty. planned = sent + skipped; sent = ok + failed; the reasons add
 * up to failed. */
struct stats {
	uint64_t planned, sent, skipped, ok, failed, retries;
	uint64_t bytes_sent, bytes_received;
	struct counts servers;       /* server id: requests */
	struct counts reasons;       /* why the failed ones failed */
	struct counts operations_ok; /* "task": ... */
	struct counts operations_failed;
	struct histogram service;  /* of the ok ones, from the real send */
	struct histogram response; /* of the ok ones, from the planned moment */
	struct histogram failed_service; /* of the failed ones */
};

/* One request that has ended. */
struct outcome {
	const char *reason;    /* NULL: it succeeded; else normalised */
	const char *operation; /* "task" */
	const char *server;    /* who answered, or was asked; NULL: nobody */
	int64_t service_us, response_us;
	uint64_t retries, bytes_sent, bytes_received;
};

/* Counts a request that has ended: among the planned, too. */
void stats_record(struct stats *stats, const struct outcome *outcome);
void stats_skip(struct stats *stats, uint64_t n); /* planned and never sent */
void stats_merge(struct stats *into, const struct stats *from);
void stats_clear(struct stats *stats);

/* How many in a hundred of those sent; 0 where nothing was sent. */
double stats_failed_percent(const struct stats *stats);

/* Whether the identities hold. If not, `err` has the sum that does not:
 * "sent 1,000 but successful 990 + failed 9 = 999". */
int stats_check(const struct stats *stats, struct err *err);

#endif
