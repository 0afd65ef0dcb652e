#include "fault_ring/order.h"

#include "fault_ring/guard.h"
#include "fault_ring/schedule.h"

int order_make(struct plan *plan, const struct settings *settings,
    const struct targets *targets, struct err *err)
{
	unsigned ids[OPTION_MEMBERS];
	int result;

	for (size_t i = 0; i < targets->count; i++)
		ids[i] = targets->items[i].id;
	if (settings->pattern == PATTERN_SCHEDULE)
		result =
		    schedule_read(plan, settings, ids, targets->count, err);
	else
		result = pattern_make(plan, settings, ids, targets->count, err);
	return result == 0 ? guard_check(plan, settings, targets->count, err)
	                   : -1;
}
