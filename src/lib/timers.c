#include "lib/timers.h"

#include <assert.h>
#include <stdlib.h>

static void put(struct timers *timers, size_t place, struct timer_slot slot)
{
	timers->slots[place] = slot;
	slot.timer->place = place;
}

static void sift_up(struct timers *timers, size_t place, struct timer_slot slot)
{
	while (
	    place > 1 && slot.moment_ns < timers->slots[place / 2].moment_ns) {
		put(timers, place, timers->slots[place / 2]);
		place /= 2;
	}
	put(timers, place, slot);
}

static void sift_down(struct timers *timers, size_t place,
    struct timer_slot slot)
{
	struct timer_slot *slots = timers->slots;
	for (;;) {
		size_t child = 2 * place;
		if (child > timers->count)
			break;
		if (child < timers->count &&
		    slots[child + 1].moment_ns < slots[child].moment_ns)
			child++;
		if (slot.moment_ns <= slots[child].moment_ns)
			break;
		put(timers, place, slots[child]);
		place = child;
	}
	put(timers, place, slot);
}

int timers_reserve(struct timers *timers, size_t count)
{
	if (count <= timers->capacity)
		return 0;
	size_t capacity = count < 32 ? 32 : count * 2;
	struct timer_slot *slots =
	    realloc(timers->slots, (capacity + 1) * sizeof *slots);
	if (!slots)
		return -1;
	timers->slots = slots;
	timers->capacity = capacity;
	return 0;
}

void timers_add(struct timers *timers, struct timer *timer, int64_t moment_ns)
{
	assert(timer->place == 0 && timers->count < timers->capacity);
	timer->moment_ns = moment_ns;
	struct timer_slot slot = { moment_ns, timer };
	sift_up(timers, ++timers->count, slot);
}

void timers_remove(struct timers *timers, struct timer *timer)
{
	size_t place = timer->place;
	if (place == 0)
		return;
	timer->place = 0;
	struct timer_slot last = timers->slots[timers->count--];
	if (last.timer == timer)
		return;
	if (last.moment_ns < timer->moment_ns)
		sift_up(timers, place, last);
	else
		sift_down(timers, place, last);
}

struct timer *timers_first(const struct timers *timers)
{
	return timers->count ? timers->slots[1].timer : NULL;
}

void timers_release(struct timers *timers)
{
	free(timers->slots);
	*timers = (struct timers){ 0 };
}
