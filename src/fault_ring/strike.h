/* strike.h - the life of one fault: its undo armed, made at its moment, seen,
 * held, undone, and its server seen to be whole. */
#ifndef FAULT_RING_STRIKE_H
#define FAULT_RING_STRIKE_H

#include "fault_ring/events.h"
#include "fault_ring/pattern.h"
#include "fault_ring/settings.h"
#include "fault_ring/target.h"

#include <stdbool.h>
#include <stdint.h>

/* What the strikes of a run share. */
struct stage {
	const struct settings *settings;
	const char *run_id;
	struct events events;
	int stopping; /* the signal that stops the run; 0: none */
	unsigned cycles;
	unsigned cycle; /* the last that was announced */
};

struct strike {
	struct stage *stage;
	const struct planned *planned;
	struct target *target;
	struct vars vars;
	int64_t moment_ns; /* at which it comes */
	int64_t due_ns;    /* at which it is undone without us */
	char pid[16], role[16];
	bool armed, announced, made, confirmed, healed;
	bool waits; /* for a moment: fiber_unpark(fiber) ends it early */
	struct fiber *fiber;
};

/* All of it but the waiting for what comes after; calls released(arg) when the
 * undoing begins. From a fiber of its own. */
void strike_run(struct strike *strike, void (*released)(void *arg), void *arg);

void strike_release(struct strike *strike);

#endif
