/* preflight.h - before the first fault: every host is reached, every server
 * runs and can be told from other processes, every fault is possible. */
#ifndef FAULT_RING_PREFLIGHT_H
#define FAULT_RING_PREFLIGHT_H

#include "fault_ring/pattern.h"
#include "fault_ring/settings.h"
#include "fault_ring/target.h"

#include <stdio.h>

/* Prints a table to `to` (NULL: none) and completes the targets: their folders,
 * addresses, peers and clocks. Returns an exit code; what is wrong was printed.
 * From a fiber. */
int preflight(struct targets *targets, const struct plan *plan,
    const struct settings *settings, FILE *to);

#endif
