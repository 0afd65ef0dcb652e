/* faults.h - what was done to the servers: fault_events.jsonl, event by event,
 * made into one struct for each fault. */
#ifndef AGGREGATE_FAULTS_H
#define AGGREGATE_FAULTS_H

#include "lib/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Moments are on the controller's clock; 0: that did not happen. */
struct fault {
	uint64_t number, cycle;
	char *run_id; /* of the fault run, or NULL; owned, as all texts here */
	char *server; /* "1" */
	char *host;   /* "user@server1", "local" */
	char *kind;   /* "kill" */
	bool leader;  /* the server was the leader when it was struck */
	bool unconfirmed, heal_failed;
	int64_t commanded_unix_ms, confirmed_unix_ms;
	int64_t heal_commanded_unix_ms, healed_unix_ms;
	double clock_error_ms; /* of these moments */
};

struct faults {
	struct fault *items; /* owned */
	size_t count;
};

/* Takes one line in. Events of a kind that is not known are passed over, and
 * so are those that a copy of the file has brought already.
 * Returns 0; 1 when the line is no event of a fault; or -1 with `err`: it is
 * one, and it makes no sense. */
int faults_take(struct faults *faults, const char *line, size_t length,
    struct err *err);

/* The file may hold older runs too, and the faults' run need not have the
 * clients' run id: kept are the faults of that id, and those of every run of
 * faults that had one between `start_unix_ms` and `end_unix_ms`. Then puts
 * them in the order of their moments, and numbers them so where their numbers
 * do not tell them apart. */
void faults_finish(struct faults *faults, const char *run_id,
    int64_t start_unix_ms, int64_t end_unix_ms);

/* Whether each of them was on the machine of the controller itself. */
bool faults_all_local(const struct faults *faults);

void faults_release(struct faults *faults);

#endif
