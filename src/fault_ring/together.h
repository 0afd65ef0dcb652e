/* together.h - the same work for several at once, a fiber each. */
#ifndef FAULT_RING_TOGETHER_H
#define FAULT_RING_TOGETHER_H

#include <stddef.h>

/* Runs work(arg, 0) to work(arg, count - 1), each in its fiber, and waits until
 * all have ended. From a fiber. */
void together(size_t count, void (*work)(void *arg, size_t index), void *arg);

#endif
