/* notes.h - what the machines' run descriptions say of how they were set up.
 * Pure. */
#ifndef AGGREGATE_NOTES_H
#define AGGREGATE_NOTES_H

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

/* One machine's. */
struct note {
	char *run_id; /* owned */
	uint64_t machine_id;
	char *programs; /* "stress_client 0.1.0"; owned */
	char **rows;    /* "RATE=100", of those that have a value; owned */
	size_t row_count;
};

/* {0} is empty. */
struct notes {
	struct note *items; /* owned; in the order of reading */
	size_t count;
};

/* Takes a description (ringstorm-run/1) in. What follows "TOKEN=" and the like
 * is left out: reports are passed on. */
void notes_take(struct notes *notes, const json_t *description);

void notes_release(struct notes *notes);

#endif
