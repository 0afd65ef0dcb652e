/* check.h - which figures of a sample cannot be right. Pure. */
#ifndef RELAY_PROBE_CHECK_H
#define RELAY_PROBE_CHECK_H

#include "lib/procfs_process.h"
#include "lib/record_sample.h"
#include "wire/metrics.h"

/* What is known besides. */
struct check {
	const char *connections; /* the figure that counts them */
	const char *pid_figure;  /* the one that says which process it is */
	double pid;              /* which it should be; 0: not known */
	const struct procfs_process *process; /* NULL: not looked at */
};

/* Marks what is wrong with `now` in the sample: counters that went backwards
 * since `before` (then it was restarted, too), another process than expected,
 * more connections than sockets or fewer than none, figures that have gone from
 * the page. Of each kind the first few; `before` may be empty. */
void check_figures(struct record_sample *sample, const struct check *check,
    const struct metrics *before, const struct metrics *now);

#endif
