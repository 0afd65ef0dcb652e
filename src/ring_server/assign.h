/* assign.h - which server takes the next task: the least loaded. */
#ifndef RING_SERVER_ASSIGN_H
#define RING_SERVER_ASSIGN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What one task in hand adds to a server's load (specification 3.3). */
#define ASSIGN_TASK_LOAD 3.0

struct assign_server {
	uint32_t id;
	bool usable;        /* alive, and its load is known */
	double load;        /* of its last heartbeat */
	unsigned since;     /* tasks given to it since then */
	uint64_t last_turn; /* when it was last chosen */
};

/* Takes note of a heartbeat. */
void assign_heard(struct assign_server *server, double load);

/* Chooses among the usable: the least of load and tasks given since it was
 * told, which keeps a burst from falling on one; of those within one task of
 * the least, the one whose turn is longest ago. NULL when none is usable. */
struct assign_server *assign_pick(struct assign_server *servers, size_t count,
    uint64_t *turn);

#endif
