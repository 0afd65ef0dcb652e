/* bootstrap.h - how far a figure of a run may be off by chance. Pure.
 *
 * A run is a row of cells (seconds, say). New rows are made of the old one by
 * drawing blocks of cells that followed one another, with replacement, the row
 * taken as a circle (Politis and Romano 1992), so that neighbouring seconds are
 * not taken as independent. The figure of each new row shows how far it may
 * vary.
 *
 * A figure is either a ratio of two sums over the cells, or a percentile of
 * values that the cells counted. */
#ifndef COMPARE_BOOTSTRAP_H
#define COMPARE_BOOTSTRAP_H

#include "lib/rng.h"

#include <stddef.h>

/* { 0 } is a ratio of no cells. With `values` it is a percentile: column k
 * counts what is at most values[k], the last one all. */
struct sample {
	size_t cells, columns;
	double *sums;    /* of the cells before each; owned */
	double *values;  /* ascending, of each column; owned */
	double share;    /* of a percentile: 0.99 */
	size_t capacity; /* cells that there is room for */
};

/* A ratio: then each row has a numerator and a denominator. */
void sample_ratio(struct sample *sample);

/* A percentile: takes a copy of the values. */
void sample_percentile(struct sample *sample, double share,
    const double *values, size_t columns);

/* Adds a cell. */
void sample_add(struct sample *sample, const double *row);

/* The figure of all cells; 0 where the denominator, or the count, is 0. */
double sample_figure(const struct sample *sample);

/* How many cells a block should have: by what the data say of how long a second
 * takes to be forgotten (Politis and White 2004, corrected by Patton, Politis
 * and White 2009), and at least the cube root of their number. */
size_t sample_block(const struct sample *sample);

/* How much wider than the figures of new rows the truth may lie: blocks forget
 * what passes from one to the next, which tells in short rows. At least 1; by
 * what a row of that size forgets that remembers only the second before, more
 * or less of it (an AR(1) process), its memory corrected for the row's being
 * short (Marriott and Pope 1954). */
double sample_shortfall(const struct sample *sample, size_t block);

/* The figure of `count` new rows. */
void sample_resample(const struct sample *sample, size_t block, struct rng *rng,
    double *figures, size_t count);

void sample_release(struct sample *sample);

/* How much further than the resampled figures the truth may lie: they were made
 * of two rows with so many blocks each, and few blocks tell little of their own
 * spread (Student's t in place of the normal distribution). */
double block_factor(double blocks_a, double blocks_b);

/* Student's t, 97.5 %, for so many degrees of freedom (at least 1). */
double student_975(double degrees);

/* The value below which that share of the numbers lies; sorts them. */
double share_of(double *numbers, size_t count, double share);

#endif
