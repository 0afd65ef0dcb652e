#include "ring_server/budget.h"

#include "lib/clock.h"

#include <stdbool.h>

struct budget_waiter {
	struct budget_waiter *next;
	struct fiber *fiber;
};

void budget_init(struct budget *budget, size_t limit)
{
	*budget = (struct budget){ .limit = limit };
	budget->last = &budget->first;
}

static bool fits(const struct budget *budget, size_t amount)
{
	return budget->taken == 0 ||
	       (budget->taken <= budget->limit &&
	           amount <= budget->limit - budget->taken);
}

static void leave(struct budget *budget, struct budget_waiter *waiter)
{
	struct budget_waiter **at = &budget->first;

	while (*at != waiter)
		at = &(*at)->next;
	*at = waiter->next;
	if (budget->last == &waiter->next)
		budget->last = at;
	if (budget->first)
		fiber_unpark(budget->first->fiber);
}

int budget_take(struct budget *budget, size_t amount)
{
	struct budget_waiter waiter = { .fiber = fiber_self() };
	int result = 0;

	if (!budget->first && fits(budget, amount)) {
		budget->taken += amount;
		return 0;
	}
	*budget->last = &waiter;
	budget->last = &waiter.next;
	while (
	    result == 0 && (budget->first != &waiter || !fits(budget, amount)))
		result = fiber_park(CLOCK_NEVER);
	if (result == 0)
		budget->taken += amount;
	leave(budget, &waiter);
	return result;
}

void budget_give(struct budget *budget, size_t amount)
{
	budget->taken -= amount;
	if (budget->first)
		fiber_unpark(budget->first->fiber);
}
