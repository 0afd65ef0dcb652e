/* order.h - the plan that the settings ask for, if it is a safe one. */
#ifndef FAULT_RING_ORDER_H
#define FAULT_RING_ORDER_H

#include "fault_ring/pattern.h"
#include "fault_ring/target.h"

/* Returns 0, or -1 with `err`; either way plan_release it. */
int order_make(struct plan *plan, const struct settings *settings,
    const struct targets *targets, struct err *err);

#endif
