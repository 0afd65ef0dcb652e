/* live.h - how a run goes, for the person who watches it: redrawn in place on a
 * terminal, a line every 5 s elsewhere. Fed with the intervals of one process
 * or of several. */
#ifndef LIB_LIVE_H
#define LIB_LIVE_H

#include "lib/clock.h"
#include "lib/record.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#define LIVE_PERIOD_NS (NS_PER_SECOND / 2) /* between two drawings */

struct live_setup {
	FILE *to;
	const char *title;     /* "stress_client  cloudp2p  3 servers" */
	uint64_t planned;      /* requests of all processes; 0: not known */
	int64_t start_unix_ms; /* 0: with the first interval */
	int64_t duration_ms;   /* of the whole run; 0: not known */
	/* The phases in order, as they are configured: "NAME TIME LOAD". */
	const char *const *phases;
	size_t phase_count; /* 0: not known */
	bool plain;         /* no colour (NO_COLOR is honoured as well) */
	bool lines;         /* lines even on a terminal */
};

struct live;

/* Copies what it needs of the setup. */
struct live *live_new(const struct live_setup *setup);

/* Adds an interval; intervals of one process come in order. */
void live_interval(struct live *live, const struct record_interval *interval);

/* Draws the state of things; call it every LIVE_PERIOD_NS. Off a terminal it
 * writes a line when 5 s have passed since the last one. */
void live_draw(struct live *live);

/* The next text on the stream stands below the drawing; a later live_draw
 * begins a new one. Off a terminal: writes the last line, if it has news. */
void live_below(struct live *live);

void live_free(struct live *live); /* NULL is fine */

#endif
