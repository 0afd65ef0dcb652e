#include "aggregate/reconnects.h"

#include "lib/mem.h"

#include <math.h>
#include <stdlib.h>

/* ---- taking in ---- */

void reconnects_add(struct reconnects *reconnects,
    const struct record_interval *interval, const struct machine_clock *clock)
{
	const struct record_connections *from = &interval->connections;
	if (!from->held)
		return;
	reconnects->held = true;
	if (!from->dropped && !from->restored && !from->missed &&
	    !from->doubled)
		return;
	if (reconnects->count == reconnects->capacity) {
		reconnects->capacity = reconnects->capacity * 2 + 64;
		reconnects->items = mem_resize(reconnects->items,
		    reconnects->capacity, sizeof *reconnects->items);
	}
	int64_t from_ms = interval->from_unix_ms - llround(clock->offset_ms);
	struct connections_slice *slice =
	    &reconnects->items[reconnects->count++];
	*slice = (struct connections_slice){ .from_ms = from_ms,
		.to_ms = from_ms + interval->length_ms,
		.dropped = from->dropped,
		.restored = from->restored,
		.missed = from->missed,
		.doubled = from->doubled };
	histogram_merge(&slice->restore, &from->restore);
}

/* ---- outages ---- */

static int by_begin(const void *left, const void *right)
{
	const struct connections_slice *a = left, *b = right;
	return a->from_ms < b->from_ms ? -1 : a->from_ms > b->from_ms;
}

static int by_from(const void *left, const void *right)
{
	const struct outage *a = left, *b = right;
	return a->from_ms < b->from_ms ? -1 : a->from_ms > b->from_ms;
}

static struct outage *add_outage(struct reconnects *reconnects,
    const struct fault *fault, int64_t from_ms, int64_t to_ms)
{
	reconnects->outages = mem_resize(reconnects->outages,
	    reconnects->outage_count + 1, sizeof *reconnects->outages);
	struct outage *outage =
	    &reconnects->outages[reconnects->outage_count++];
	*outage = (struct outage){ .fault = fault,
		.from_ms = from_ms,
		.to_ms = to_ms };
	return outage;
}

/* What no clock tells cannot be compared with the controller's moments. */
static bool is_comparable(const struct impact *impact)
{
	return !impact->clock_unknown;
}

/* The last fault that was commanded before the interval ended, as far as the
 * clocks agree. */
static const struct fault *fault_before(const struct impact *impact,
    int64_t to_ms)
{
	const struct fault *latest = NULL;
	if (!is_comparable(impact))
		return NULL;
	for (size_t i = 0; i < impact->count; i++) {
		const struct fault *fault = impact->items[i].fault;
		double slack_ms =
		    fault->clock_error_ms + impact->clock_error_ms;
		if ((double)fault->commanded_unix_ms <
		        (double)to_ms + slack_ms &&
		    (!latest ||
		        fault->commanded_unix_ms >= latest->commanded_unix_ms))
			latest = fault;
	}
	return latest;
}

/* Whether what begins at `from_ms` may be the doing of the fault. One that was
 * never healed goes on. */
static bool explains(const struct fault *fault, int64_t from_ms)
{
	return fault && (fault->healed_unix_ms == 0 ||
	                    from_ms <= fault->healed_unix_ms + EXPLAINS_MS);
}

/* Whether what was lost then is of the same outage. */
static bool goes_on(const struct outage *open, const struct fault *fault,
    int64_t from_ms)
{
	return from_ms - open->to_ms <= OUTAGE_GAP_MS ||
	       (open->fault && open->fault == fault &&
	           explains(fault, from_ms));
}

/* Slices are in order. */
static void make_outages(struct reconnects *reconnects,
    const struct impact *impact)
{
	struct outage *open = NULL;
	const struct fault *last = NULL; /* before what was lost last */
	for (size_t i = 0; i < reconnects->count; i++) {
		const struct connections_slice *slice = &reconnects->items[i];
		if (slice->dropped == 0)
			continue;
		const struct fault *fault = fault_before(impact, slice->to_ms);
		if (!open || fault != last ||
		    !goes_on(open, fault, slice->from_ms))
			open = add_outage(reconnects,
			    explains(fault, slice->from_ms) ? fault : NULL,
			    slice->from_ms, slice->to_ms);
		last = fault;
		open->dropped += slice->dropped;
		if (slice->to_ms > open->to_ms)
			open->to_ms = slice->to_ms;
	}
}

/* That a fault took no connection is a result as well. */
static void add_harmless(struct reconnects *reconnects,
    const struct impact *impact)
{
	size_t count = reconnects->outage_count;
	if (!is_comparable(impact))
		return;
	for (size_t i = 0; i < impact->count; i++) {
		const struct fault *fault = impact->items[i].fault;
		size_t k = 0;
		while (k < count && reconnects->outages[k].fault != fault)
			k++;
		if (k == count)
			add_outage(reconnects, fault, fault->commanded_unix_ms,
			    fault->commanded_unix_ms);
	}
	if (reconnects->outage_count)
		qsort(reconnects->outages, reconnects->outage_count,
		    sizeof *reconnects->outages, by_from);
}

/* ---- what belongs to them ---- */

/* The outage in which one was lost that had been away for so long when the
 * interval ended: the last that had begun by then and has room for it. */
static struct outage *lost_in(struct reconnects *reconnects, int64_t moment_ms)
{
	struct outage *earliest = NULL;
	for (size_t i = reconnects->outage_count; i-- > 0;) {
		struct outage *outage = &reconnects->outages[i];
		if (outage->restore.count >= outage->dropped)
			continue;
		if (outage->from_ms <= moment_ms)
			return outage;
		earliest = outage;
	}
	return earliest;
}

static void give_back(struct reconnects *reconnects,
    const struct connections_slice *slice)
{
	size_t cursor = 0;
	int64_t us;
	uint64_t n;
	while (histogram_next(&slice->restore, &cursor, &us, &n)) {
		int64_t moment_ms = slice->to_ms - us / 1000;
		while (n > 0) {
			struct outage *outage = lost_in(reconnects, moment_ms);
			if (!outage)
				break;
			uint64_t room = outage->dropped - outage->restore.count;
			uint64_t taken = n < room ? n : room;
			histogram_record_n(&outage->restore, us, taken);
			n -= taken;
		}
		reconnects->untimed += n;
	}
	reconnects->untimed += slice->restored - slice->restore.count;
}

static void count_messages(struct reconnects *reconnects,
    const struct connections_slice *slice)
{
	reconnects->missed += slice->missed;
	reconnects->doubled += slice->doubled;
	for (size_t i = reconnects->outage_count; i-- > 0;) {
		struct outage *outage = &reconnects->outages[i];
		if (outage->from_ms >= slice->to_ms)
			continue;
		outage->missed += slice->missed;
		outage->doubled += slice->doubled;
		return;
	}
}

/* ---- figures ---- */

/* 50, 90, 99 */
static double percent_of(size_t back)
{
	static const double percents[BACKS] = { 50, 90, 99 };
	return percents[back];
}

static char *why_not(const struct reconnects *reconnects,
    const struct outage *outage, double percent)
{
	double wanted = ceil((double)outage->dropped * percent / 100);
	if (outage->dropped == 0)
		return mem_text("no connection was lost");
	if ((double)outage->restore.count >= wanted)
		return NULL;
	if (reconnects->untimed)
		return mem_format(
		    "the timelines do not tell how long %ju took that came "
		    "back",
		    (uintmax_t)reconnects->untimed);
	return mem_format("only %ju of %ju came back before the run ended",
	    (uintmax_t)outage->restore.count, (uintmax_t)outage->dropped);
}

/* Those that did not come back lie behind all that did. */
static void rate(const struct reconnects *reconnects, struct outage *outage)
{
	for (size_t i = 0; i < BACKS; i++) {
		double percent = percent_of(i);
		outage->not_determined[i] =
		    why_not(reconnects, outage, percent);
		if (!outage->not_determined[i])
			outage->back_us[i] =
			    histogram_percentile(&outage->restore,
			        fmin(100, percent * (double)outage->dropped /
			                      (double)outage->restore.count));
	}
}

void reconnects_find(struct reconnects *reconnects, const struct impact *impact)
{
	if (!reconnects->held)
		return;
	if (reconnects->count)
		qsort(reconnects->items, reconnects->count,
		    sizeof *reconnects->items, by_begin);
	make_outages(reconnects, impact);
	add_harmless(reconnects, impact);
	for (size_t i = 0; i < reconnects->count; i++) {
		const struct connections_slice *slice = &reconnects->items[i];
		reconnects->dropped += slice->dropped;
		reconnects->restored += slice->restored;
		give_back(reconnects, slice);
		count_messages(reconnects, slice);
	}
	for (size_t i = 0; i < reconnects->outage_count; i++)
		rate(reconnects, &reconnects->outages[i]);
}

void reconnects_release(struct reconnects *reconnects)
{
	for (size_t i = 0; i < reconnects->count; i++)
		histogram_clear(&reconnects->items[i].restore);
	for (size_t i = 0; i < reconnects->outage_count; i++) {
		struct outage *outage = &reconnects->outages[i];
		histogram_clear(&outage->restore);
		for (size_t k = 0; k < BACKS; k++)
			free(outage->not_determined[k]);
	}
	free(reconnects->items);
	free(reconnects->outages);
	*reconnects = (struct reconnects){ 0 };
}
