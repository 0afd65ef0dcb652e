/* schedule.h - a file that says when which fault comes:
 *
 *	# what stands behind a # is for people
 *	at +30s kill 2 for 10s
 *	at +1m  pause 3          # for RESTART_DELAY_SECS
 *
 * Times count from the start. Lines of one moment come at once. */
#ifndef FAULT_RING_SCHEDULE_H
#define FAULT_RING_SCHEDULE_H

#include "fault_ring/pattern.h"

/* Adds the lines of `text`, in the order of their moments. Returns 0, or -1
 * with `err`: "path:line: what is wrong". */
int schedule_parse(struct plan *plan, const char *path, const char *text,
    const struct settings *settings, const unsigned *servers, size_t count,
    struct err *err);

/* The same for the file settings->schedule, of at most 1 MiB. */
int schedule_read(struct plan *plan, const struct settings *settings,
    const unsigned *servers, size_t count, struct err *err);

#endif
