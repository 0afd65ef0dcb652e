/* guard.h - what a plan may not do to a ring. */
#ifndef FAULT_RING_GUARD_H
#define FAULT_RING_GUARD_H

#include "fault_ring/pattern.h"

/* Whether never more than max_down servers have a fault, none has two, and
 * faults overlap only where that is allowed. -1 with `err`. */
int guard_check(const struct plan *plan, const struct settings *settings,
    size_t servers, struct err *err);

#endif
