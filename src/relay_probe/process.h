/* process.h - the process behind the page: one of a number, or all of a name,
 * here or on a host. */
#ifndef RELAY_PROBE_PROCESS_H
#define RELAY_PROBE_PROCESS_H

#include "lib/err.h"
#include "lib/process_here.h"
#include "lib/remote.h"

#include <stdint.h>

struct process {
	struct process_here here; /* which one, too */
	uint64_t who;             /* had the pid first; 0: not seen yet */
	struct remote *remote;    /* NULL: here */
	struct remote_result result;
};

/* Returns 0, or -1 with `err`: the host's words make no sense. */
int process_init(struct process *process, uint64_t pid, const char *name,
    const char *host, const struct remote_settings *settings, struct err *err);

/* Looks, from a fiber. Returns 0, or -1 with `err`: there is none, it cannot be
 * seen, or another one has its pid by now. */
int process_look(struct process *process, int64_t deadline_ns,
    struct procfs_process *found, struct err *err);

void process_release(struct process *process);

/* Of process_look's: judges what was found. Pure. */
int process_judge(struct process *process, struct procfs_process *found,
    struct err *err);

/* Of process_look's: from what the script on the host has printed. Pure. */
void process_take_report(struct procfs_process *found, char *report);

#endif
