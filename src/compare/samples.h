/* samples.h - the figures of a run's steady cells, made ready to be resampled.
 */
#ifndef COMPARE_SAMPLES_H
#define COMPARE_SAMPLES_H

#include "compare/bootstrap.h"
#include "compare/effects.h"

/* Makes the sample of a kind's figure, and returns the figure itself: per
 * second, ms, or a share. */
double sample_make(struct sample *sample, enum effect_kind kind,
    const struct run *run);

/* The requests that ended in the steady cells. */
double sample_requests(const struct cells *cells);

#endif
