/* stop.h - SIGINT and SIGTERM end a program in order: they stop its loop. */
#ifndef LIB_STOP_H
#define LIB_STOP_H

#include "lib/fiber.h"

/* From now on each of them stops the loop. NULL: nothing any more, as before
 * the loop is freed, but it is still told below. */
void stop_on_signals(struct loop *loop);

/* The one that came; 0: none. 128 + that is the exit code. */
int stop_signal(void);

#endif
