/* process_here.h - finds processes of this machine and adds up what /proc says
 * of them. */
#ifndef LIB_PROCESS_HERE_H
#define LIB_PROCESS_HERE_H

#include "lib/buf.h"
#include "lib/procfs_process.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PROCESS_NAME_LENGTH 15 /* the kernel keeps so much of a name */

struct process_here {
	uint64_t pid;     /* or 0: by name */
	const char *name; /* borrowed */
	bool no_files;    /* descriptors are not counted: each costs a call */
	uint64_t *pids;   /* those of that name when it was last looked for */
	size_t pid_count;
	unsigned looks; /* since then */
	struct buf text;
	struct procfs_units units;
};

void process_here_init(struct process_here *here, uint64_t pid,
    const char *name);

/* What is there; of a name all processes together, new ones after ten looks at
 * the latest. found->count is 0 when there is none. */
void process_here_look(struct process_here *here, struct procfs_process *found);

void process_here_release(struct process_here *here);

#endif
