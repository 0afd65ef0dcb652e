/* procfs_process.h - what /proc says of a process, or of all of one name added
 * up. Pure. */
#ifndef LIB_PROCFS_PROCESS_H
#define LIB_PROCFS_PROCESS_H

#include "lib/readings.h"

#include <stdbool.h>
#include <stdint.h>

/* {0} is of no process. */
struct procfs_process {
	double count, pid; /* pid: of the last one */
	uint64_t who;      /* the same of the same ones, by pid and start */
	double rss_bytes, cpu_seconds, threads;
	double with_files; /* of so many we may see the descriptors */
	double files, sockets;
};

/* How the kernel counts: bytes of a page, ticks of a second. */
struct procfs_units {
	double page_bytes, ticks_per_second;
};

/* Adds the process whose /proc/PID/stat is `text`; its files are known with
 * procfs_process_files. False when the text is none; a process that has ended
 * and waits for its parent is none either. */
bool procfs_process_add(struct procfs_process *process, const char *text,
    const struct procfs_units *units);

/* Of the process that was added last: its descriptors, and how many of them are
 * sockets. */
void procfs_process_files(struct procfs_process *process, double files,
    double sockets);

/* Whether the descriptors of all of them were seen. */
bool procfs_process_has_files(const struct procfs_process *process);

/* "proc.pid" and "proc.rss_bytes", ...; of several "proc.count" in place of the
 * pid, and of none that alone. "proc.cpu_percent" is that since `before`,
 * `seconds` ago, and left out when other processes were there then. */
void procfs_process_figures(struct readings *to,
    const struct procfs_process *process, const struct procfs_process *before,
    double seconds);

#endif
