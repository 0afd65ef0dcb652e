/* record_connections.h - the "connections" of an interval: what became of those
 * that clients hold (WebSockets, say), from which the reconnect view of a
 * report is made. */
#ifndef LIB_RECORD_CONNECTIONS_H
#define LIB_RECORD_CONNECTIONS_H

#include "lib/histogram.h"

#include <stdbool.h>
#include <stdint.h>

struct json_t;

/* {0}: its clients hold none, and nothing is written. */
struct record_connections {
	bool held;
	uint64_t open;     /* at the interval's end */
	uint64_t joined;   /* of them: those that can be used */
	uint64_t made;     /* in the interval, the first time or again */
	uint64_t dropped;  /* that could be used and were lost */
	uint64_t restored; /* of those lost, now or before: usable again */
	uint64_t missed;   /* messages, changes that never came and had to */
	uint64_t doubled;  /* messages that came again */
	struct histogram restore; /* us from the loss until usable again */
};

/* Adds; of what is open as well, as for different clients. */
void record_connections_merge(struct record_connections *into,
    const struct record_connections *from);
void record_connections_release(struct record_connections *connections);

/* As a JSON object; NULL without memory. */
struct json_t *record_connections_json(
    const struct record_connections *connections);

#endif
