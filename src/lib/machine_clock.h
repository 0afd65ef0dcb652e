/* machine_clock.h - how far a machine's clock is from the controller's:
 * clock.json (ringstorm-clock/1), which collect_metrics writes beside the files
 * that it copied from a machine, and full_test.sh beside a server's samples. */
#ifndef LIB_MACHINE_CLOCK_H
#define LIB_MACHINE_CLOCK_H

#include "lib/err.h"

#include <stdbool.h>

struct machine_clock {
	bool known;
	double offset_ms; /* ahead of the controller's */
	double error_ms;  /* the truth is within so much of it */
};

/* The clock of the machine whose file lies at `path`. Without a clock.json in
 * its folder it is not known. Returns 0, or -1 with `err`: there is one, and it
 * makes no sense. */
int machine_clock_read(struct machine_clock *clock, const char *path,
    struct err *err);

#endif
