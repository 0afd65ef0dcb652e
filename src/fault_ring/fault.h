/* fault.h - a kind of fault: its words, and what it does on its host.
 *
 * What it does is POSIX sh: bodies of functions that stand behind the functions
 * of shell.c in one script, and use the variables that are set at its head
 * (vars.h): the server's id, config, binary, pid_file, start, stop, port; the
 * pid that was found and its birth; the peers; what belongs to the fault. */
#ifndef FAULT_RING_FAULT_H
#define FAULT_RING_FAULT_H

#include "fault_ring/settings.h"
#include "fault_ring/vars.h"
#include "lib/err.h"

#include <stdbool.h>

struct fault {
	const char *name; /* "kill" */
	const char *act;  /* "kill", as in: attempting to kill server 1 */
	const char *done; /* "killed" */
	const char *down; /* what the server then is: "DOWN" */
	const char *mend; /* "restart" */
	const char *mending, *mended; /* "restarting", "restarted" */

	bool no_process; /* works on a server whose process is not known */
	bool no_length;  /* is over at once */
	bool is_network; /* done by root, to what the server's port sends */

	/* Sets the variables of its own, or says why not. May be NULL. */
	int (*prepare)(struct vars *vars, const struct settings *settings,
	    struct err *err);

	/* Functions that the bodies below share. May be NULL. */
	const char *functions;

	/* Fails, with $why set, when it cannot be done here. May be NULL. */
	const char *possible;

	/* Acts. Fails, with $why set. */
	const char *apply;

	/* Asked again and again: succeeds, with $saw set, once it is seen. */
	const char *confirm;

	/* Undoes it; harmless when there is nothing to undo. */
	const char *heal;

	/* Asked again and again: succeeds, with $saw set, once it is gone and
	 * the server is there. */
	const char *healed;

	/* Runs beside it until the undo; it ends by itself. May be NULL. */
	const char *background;
};

/* One file each family; faults.c has the table. */
extern const struct fault fault_kill, fault_term, fault_pause, fault_slow;
extern const struct fault fault_partition, fault_loss, fault_reset;
extern const struct fault fault_rate, fault_delay, fault_command;

extern const struct fault *const faults[];
extern const size_t fault_count;

/* NULL with `err`, which lists those that there are. */
const struct fault *fault_find(const char *name, struct err *err);

#endif
