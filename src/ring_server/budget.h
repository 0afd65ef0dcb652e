/* budget.h - how much may be in work at once; who asks for more waits. */
#ifndef RING_SERVER_BUDGET_H
#define RING_SERVER_BUDGET_H

#include "lib/fiber.h"

#include <stddef.h>

struct budget_waiter;

struct budget {
	size_t limit, taken;
	struct budget_waiter *first, **last; /* first come, first served */
};

void budget_init(struct budget *budget, size_t limit);

/* Takes `amount`, waiting until there is room; one that is larger than the
 * limit gets it alone. Returns 0, or -1 with errno ECANCELED. */
int budget_take(struct budget *budget, size_t amount);
void budget_give(struct budget *budget, size_t amount);

#endif
