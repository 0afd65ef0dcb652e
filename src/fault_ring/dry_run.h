/* dry_run.h - what would be sent, for people to read. */
#ifndef FAULT_RING_DRY_RUN_H
#define FAULT_RING_DRY_RUN_H

#include "fault_ring/pattern.h"
#include "fault_ring/settings.h"
#include "fault_ring/target.h"

#include <stdio.h>

/* Prints every command of the plan with its moment, and the functions that they
 * use. What only the host knows stays a name: $pid. -1 with `err`. */
int dry_run(const struct targets *targets, const struct plan *plan,
    const struct settings *settings, FILE *to, struct err *err);

#endif
