/* banner.h - what fault_ring says of itself before the first fault. */
#ifndef FAULT_RING_BANNER_H
#define FAULT_RING_BANNER_H

#include "fault_ring/pattern.h"
#include "fault_ring/settings.h"
#include "fault_ring/target.h"

#include <stdbool.h>

/* The guide's banner and list of servers, on stdout. */
void banner_print(const struct plan *plan, const struct targets *targets,
    const struct settings *settings);

/* After the preflight: how many faults, how long, how careful. */
void banner_ready(const struct plan *plan, const struct targets *targets,
    const struct settings *settings);

/* "2025-10-31T10:00:00Z-7f3a". Owned by the caller. */
char *banner_run_id(void);

/* Whether a countdown can be shown. */
bool banner_is_terminal(const struct settings *settings);

#endif
