/* fault_effects.h - the faults of two runs, those of one kind and server with
 * those of the same. Pure. */
#ifndef COMPARE_FAULT_EFFECTS_H
#define COMPARE_FAULT_EFFECTS_H

#include "compare/effects.h"

/* Adds an effect for each name that faults of both runs have. */
void fault_effects_add(struct effects *effects, const struct past *baseline,
    const struct past *run, double tolerance);

#endif
