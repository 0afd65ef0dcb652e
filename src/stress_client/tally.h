/* tally.h - what one client has measured.
 *
 * A thousand clients that take turns find little of what they counted last in
 * the processor's caches. So of what mostly happens - one more success like the
 * last - only the latency is noted, in one place, and counted with others
 * later. */
#ifndef STRESS_CLIENT_TALLY_H
#define STRESS_CLIENT_TALLY_H

#include "lib/stats.h"

#include <stdbool.h>
#include <stdint.h>

#define TALLY_NOTES 22

/* {0} is empty. */
struct tally {
	/* Of the successes that are noted. */
	const char *operation, *server;
	uint64_t bytes_sent, bytes_received;
	uint32_t noted;
	uint32_t service_us[TALLY_NOTES];

	struct stats stats; /* complete after tally_settle */
};

/* Counts a request. `lasting`: the names in the outcome stay what and where
 * they are for as long as the tally is used. */
void tally_record(struct tally *tally, const struct outcome *outcome,
    bool lasting);

/* Counts what is noted. */
void tally_settle(struct tally *tally);
void tally_clear(struct tally *tally);

#endif
