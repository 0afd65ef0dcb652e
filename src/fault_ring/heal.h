/* heal.h - undoes whatever earlier runs have left armed. */
#ifndef FAULT_RING_HEAL_H
#define FAULT_RING_HEAL_H

#include "fault_ring/target.h"

#include <stdint.h>

/* Says for each server what was there. Any number of times, also at once: a
 * fault is undone by one of them. From a fiber. Returns an exit code. */
int heal_all(struct targets *targets, int64_t recovery_timeout_ns);

#endif
