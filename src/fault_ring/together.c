#include "fault_ring/together.h"

#include "lib/clock.h"
#include "lib/fiber.h"
#include "lib/mem.h"

#include <stdlib.h>

struct crowd {
	void (*work)(void *arg, size_t index);
	void *arg;
	size_t running;
	struct fiber *waiting;
};

struct member {
	struct crowd *crowd;
	size_t index;
};

static void run_member(void *arg)
{
	struct member *member = arg;
	struct crowd *crowd = member->crowd;

	crowd->work(crowd->arg, member->index);
	if (--crowd->running == 0)
		fiber_unpark(crowd->waiting);
}

void together(size_t count, void (*work)(void *arg, size_t index), void *arg)
{
	struct crowd crowd = { work, arg, count, fiber_self() };
	struct member *members = mem_new(count, sizeof *members);

	for (size_t i = 0; i < count; i++) {
		members[i] = (struct member){ &crowd, i };
		/* Without memory for its fiber, it is done here. */
		if (!fiber_spawn(loop_current(), run_member, &members[i]))
			run_member(&members[i]);
	}
	while (crowd.running > 0)
		(void)fiber_park(CLOCK_NEVER);
	free(members);
}
