/* workers.h - threads beside the loops, for work that takes long. */
#ifndef LIB_WORKERS_H
#define LIB_WORKERS_H

#include "lib/err.h"

struct workers;

/* NULL with `err` when the system refuses the threads. */
struct workers *workers_new(unsigned threads, struct err *err);

/* When nothing runs on them any more, and before the loops are freed. */
void workers_free(struct workers *workers);

/* Runs work(arg) on one of the threads while the calling fiber waits. It ends
 * only when the work has, cancelled or not. First come, first served. */
void workers_run(struct workers *workers, void (*work)(void *), void *arg);

#endif
