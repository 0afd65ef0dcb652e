/* run.h - a run from its start to its end, and what it came to. */
#ifndef STRESS_CLIENT_RUN_H
#define STRESS_CLIENT_RUN_H

#include "lib/err.h"
#include "stress_client/output.h"
#include "stress_client/plan.h"

/* Starts the threads, hands what they measure to the files and the display
 * interval by interval, ends the run on SIGINT or SIGTERM, writes the clients'
 * records. The return value is the program's exit code. */
int run(struct plan *plan, struct output *output);

#endif
