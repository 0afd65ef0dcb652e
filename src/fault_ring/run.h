/* run.h - all faults of a plan, in a safe order. */
#ifndef FAULT_RING_RUN_H
#define FAULT_RING_RUN_H

#include "fault_ring/pattern.h"
#include "fault_ring/strike.h"
#include "fault_ring/target.h"

/* From a fiber. Returns an exit code. SIGINT and SIGTERM heal what is broken
 * and end it; a second one leaves at once. */
int run_plan(struct stage *stage, struct targets *targets,
    const struct plan *plan);

#endif
