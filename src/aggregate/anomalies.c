#include "aggregate/anomaly_parts.h"

#include "lib/mem.h"

#include <math.h>
#include <stdlib.h>

/* How long a healed fault may have effects where its end is not known. */
#define AFTER_HEALING_MS 10000

static const struct {
	const char *name, *key, *unit;
} kinds[ANOMALY_KINDS] = {
	[LATENCY_SPIKE] = { "latency spike", "latency_spike", "ms" },
	[CONNECTION_DROP] = { "connection drop", "connection_drop",
	    "connections" },
	[MEMORY_LEAK] = { "memory leak", "memory_leak", "bytes" },
	[ERROR_BURST] = { "error burst", "error_burst", "requests" },
	[THROUGHPUT_COLLAPSE] = { "throughput collapse", "throughput_collapse",
	    "percent" },
	[CLOCK_STEP] = { "clock step", "clock_step", "ms" },
};

const char *anomaly_name(enum anomaly_kind kind)
{
	return kinds[kind].name;
}

const char *anomaly_key(enum anomaly_kind kind)
{
	return kinds[kind].key;
}

const char *anomaly_unit(enum anomaly_kind kind)
{
	return kinds[kind].unit;
}

const char *anomalies_remark(const struct anomalies *anomalies)
{
	if (!anomalies->knows_usual)
		return anomalies->count
		           ? "For latency spikes the run was too short, or its "
		             "answers were too few."
		           : "Nothing was far from usual; for latency spikes "
		             "the run was too short, or its answers too few.";
	return anomalies->count ? "" : "Nothing was far from usual.";
}

const char *anomalies_unexplained(const struct anomalies *anomalies,
    const struct impact *impact)
{
	return anomalies->count && impact->count && impact->clock_unknown
	           ? "What of the load's is a fault's is not determined: a "
	             "machine's clock is not known."
	           : "";
}

const char *anomalies_health_word(double health)
{
	return health > 80 ? "healthy" : health > 50 ? "degraded" : "unhealthy";
}

struct anomaly *anomaly_add(struct anomalies *anomalies, enum anomaly_kind kind,
    int64_t from_ms, int64_t to_ms, const char *who, char *words)
{
	anomalies->items = mem_resize(anomalies->items, anomalies->count + 1,
	    sizeof *anomalies->items);
	struct anomaly *anomaly = &anomalies->items[anomalies->count++];
	*anomaly = (struct anomaly){ .kind = kind,
		.from_ms = from_ms,
		.to_ms = to_ms,
		.who = mem_text(who),
		.words = words };
	return anomaly;
}

/* Faults */

/* Until when a fault has effects: until things were as before, as far as that
 * is known, and for a while after its healing. */
static double effect_end_ms(const struct fault_impact *impact)
{
	const struct fault *fault = impact->fault;
	double commanded_ms = (double)fault->commanded_unix_ms;
	double end_ms = commanded_ms;
	if (!impact->not_determined[TIME_TO_RECOVER])
		end_ms += impact->spans[TIME_TO_RECOVER].high_ms;
	else if (!fault->healed_unix_ms)
		end_ms = INFINITY;
	double healed_ms = (double)fault->healed_unix_ms;
	if (!fault->healed_unix_ms)
		return end_ms;
	healed_ms += impact->not_determined[RESTART_TO_RECOVER]
	                 ? AFTER_HEALING_MS
	                 : impact->spans[RESTART_TO_RECOVER].high_ms;
	return fmax(end_ms, healed_ms);
}

/* On whose clock it was. */
static bool is_of_timeline(enum anomaly_kind kind)
{
	return kind == LATENCY_SPIKE || kind == ERROR_BURST ||
	       kind == THROUGHPUT_COLLAPSE;
}

/* The last one that was commanded before it and not over yet. */
static const struct fault *explain(const struct anomaly *anomaly,
    const struct impact *impact, double moment_ms)
{
	const struct fault *latest = NULL;
	double from_ms = (double)anomaly->from_ms;
	if (anomaly->kind == MEMORY_LEAK || anomaly->kind == CLOCK_STEP ||
	    (impact->clock_unknown && is_of_timeline(anomaly->kind)))
		return NULL;
	for (size_t i = 0; i < impact->count; i++) {
		const struct fault_impact *item = &impact->items[i];
		const struct fault *fault = item->fault;
		/* What a moment says may have been at its end. */
		double slack_ms =
		    moment_ms + fault->clock_error_ms + impact->clock_error_ms;
		double commanded_ms = (double)fault->commanded_unix_ms;
		if (commanded_ms <= from_ms + slack_ms &&
		    from_ms <= effect_end_ms(item) + slack_ms &&
		    (!latest ||
		        fault->commanded_unix_ms >= latest->commanded_unix_ms))
			latest = fault;
	}
	return latest;
}

/* Health */

static double health_of(const struct moments *moments)
{
	double sum = 0, count = 0;
	for (size_t i = 0; i < moments->count; i++) {
		const struct moment *moment = &moments->items[i];
		double ended = moment->ok + moment->failed;
		if (ended <= 0 && !moment->collapsed)
			continue;
		count++;
		sum += ended > 0 ? moment->ok / ended * moment->held : 0;
	}
	return count > 0 ? 100 * sum / count : NAN;
}

/* All of it */

static int by_time(const void *left, const void *right)
{
	const struct anomaly *a = left, *b = right;
	if (a->from_ms != b->from_ms)
		return a->from_ms < b->from_ms ? -1 : 1;
	return (int)a->kind - (int)b->kind;
}

void anomalies_find(struct anomalies *anomalies, const struct series *series,
    const struct samples *samples, const struct impact *impact,
    const struct anomaly_settings *settings)
{
	struct moments moments;
	*anomalies = (struct anomalies){ .health = NAN };
	if (!settings->on)
		return;
	moments_init(&moments, series);
	find_spikes(anomalies, &moments, settings);
	find_bursts(anomalies, &moments, settings);
	find_collapses(anomalies, &moments, settings);
	find_drops(anomalies, &moments, samples, settings);
	find_leaks(anomalies, &moments, samples, settings);
	find_steps(anomalies, &moments, samples, settings);
	anomalies->health = health_of(&moments);
	double moment_ms = (double)series->bin_ms * (double)moments.bins;
	moments_release(&moments);
	if (anomalies->count)
		qsort(anomalies->items, anomalies->count,
		    sizeof *anomalies->items, by_time);
	for (size_t i = 0; i < anomalies->count; i++)
		anomalies->items[i].fault =
		    explain(&anomalies->items[i], impact, moment_ms);
}

void anomalies_release(struct anomalies *anomalies)
{
	for (size_t i = 0; i < anomalies->count; i++) {
		free(anomalies->items[i].who);
		free(anomalies->items[i].words);
	}
	free(anomalies->items);
	*anomalies = (struct anomalies){ 0 };
}
