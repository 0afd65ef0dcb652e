#include "aggregate/phases.h"

#include "lib/mem.h"

#include <stdlib.h>
#include <string.h>

/* phases->count when there is none of that name. */
static size_t index_of(const struct phases *phases, const char *name)
{
	/* Intervals of one phase mostly follow one another. */
	for (size_t i = phases->count; i-- > 0;)
		if (strcmp(phases->items[i].name, name) == 0)
			return i;
	return phases->count;
}

/* Where the phase of that name is, which is made where there is none. */
static size_t place_of(struct phases *phases, const char *name)
{
	size_t i = index_of(phases, name);
	if (i == phases->count && i >= PHASES_MAX - 1) {
		name = "other phases";
		i = index_of(phases, name);
	}
	if (i < phases->count)
		return i;
	phases->items = mem_resize(phases->items, i + 1, sizeof *phases->items);
	phases->items[i] = (struct phase){ .name = mem_text(name) };
	return phases->count++;
}

static struct phase_part *part_at(struct phase_parts *parts, size_t i)
{
	if (i >= parts->count) {
		parts->items =
		    mem_resize(parts->items, i + 1, sizeof *parts->items);
		for (; parts->count <= i; parts->count++)
			parts->items[parts->count] = (struct phase_part){ 0 };
	}
	return &parts->items[i];
}

void phases_add(struct phases *phases, struct phase_parts *parts,
    const struct record_interval *interval)
{
	/* While it writes its files a process offers no load. */
	if (interval->last && interval->stats.planned == 0)
		return;
	size_t i = place_of(phases, interval->phase ? interval->phase : "");
	struct phase *phase = &phases->items[i];
	struct phase_part *part = part_at(parts, i);
	if (phase->from_unix_ms == 0 ||
	    interval->from_unix_ms < phase->from_unix_ms)
		phase->from_unix_ms = interval->from_unix_ms;
	stats_merge(&phase->stats, &interval->stats);
	histogram_merge(&phase->lag, &interval->lag);
	part->length_ms += interval->length_ms;
	if (!interval->has_target)
		return;
	if (!part->has_target)
		part->first_target = interval->target_from;
	part->has_target = true;
	part->last_target = interval->target;
}

void phases_join(struct phases *phases, const struct phase_parts *parts)
{
	for (size_t i = 0; i < parts->count; i++) {
		const struct phase_part *part = &parts->items[i];
		struct phase_part *whole = &phases->items[i].whole;
		if (part->length_ms > whole->length_ms)
			whole->length_ms = part->length_ms;
		whole->has_target = whole->has_target || part->has_target;
		whole->first_target += part->first_target;
		whole->last_target += part->last_target;
	}
}

static int by_beginning(const void *left, const void *right)
{
	const struct phase *a = left, *b = right;
	if (a->from_unix_ms != b->from_unix_ms)
		return a->from_unix_ms < b->from_unix_ms ? -1 : 1;
	return strcmp(a->name, b->name);
}

void phases_finish(struct phases *phases)
{
	if (phases->count)
		qsort(phases->items, phases->count, sizeof *phases->items,
		    by_beginning);
}

const struct phase *phases_find(const struct phases *phases, const char *name)
{
	size_t i = index_of(phases, name);
	return i < phases->count ? &phases->items[i] : NULL;
}

double phase_seconds(const struct phase *phase)
{
	return (double)phase->whole.length_ms / 1e3;
}

double phase_throughput(const struct phase *phase)
{
	double seconds = phase_seconds(phase);
	return seconds > 0 ? (double)phase->stats.ok / seconds : 0;
}

void phases_release(struct phases *phases)
{
	for (size_t i = 0; i < phases->count; i++) {
		free(phases->items[i].name);
		stats_clear(&phases->items[i].stats);
		histogram_clear(&phases->items[i].lag);
	}
	free(phases->items);
	*phases = (struct phases){ 0 };
}
