/* What machines and services say of themselves: drops, leaks, clock steps. */
#include "aggregate/anomaly_parts.h"

#include "aggregate/trend.h"
#include "lib/mem.h"
#include "lib/unit.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define DROP_MS    5000  /* within which a fall is one */
#define MACHINE_MS 60000 /* its memory grows whatever starts on it */
#define CONTINUE   0.25  /* so much of the growth goes on in the second half */

static char *name_of(const struct sample_source *source)
{
	return mem_format("%s %s", source->source, source->name);
}

static const struct sample_series *find(const struct sample_source *source,
    const char *name)
{
	for (size_t i = 0; i < source->series_count; i++)
		if (strcmp(source->series[i].name, name) == 0)
			return &source->series[i];
	return NULL;
}

/* Points of the run's time: [*first, end). */
static size_t within(const struct moments *moments,
    const struct sample_series *series, size_t *first)
{
	size_t end = series->point_count;
	*first = 0;
	if (moments->count == 0)
		return end;
	int64_t from_ms = moments->items[0].from_ms;
	int64_t to_ms = moments->items[moments->count - 1].to_ms;
	while (*first < end && series->points[*first].t_ms < from_ms)
		++*first;
	while (end > *first && series->points[end - 1].t_ms > to_ms)
		end--;
	return end;
}

/* Connection drops */

/* The most connections of DROP_MS before point i, and of the point before it
 * at any rate: samples fail while a service is away. */
static const struct sample_point *peak_before(const struct sample_point *points,
    size_t first, size_t i)
{
	const struct sample_point *peak = &points[i];
	for (size_t k = i; k-- > first;) {
		if (k + 1 < i && points[k].t_ms < points[i].t_ms - DROP_MS)
			break;
		if (points[k].value > peak->value)
			peak = &points[k];
	}
	return peak;
}

/* By how many the connections fell beyond what the clients gave up. */
static double fallen(const struct moments *moments,
    const struct sample_point *peak, const struct sample_point *now)
{
	double given_up = moments_clients(moments, peak->t_ms) -
	                  moments_clients(moments, now->t_ms);
	return peak->value - now->value - fmax(0, given_up);
}

static void note_held(struct moments *moments, int64_t from_ms, int64_t to_ms,
    double share)
{
	size_t k = moments_at(moments, from_ms);
	for (; k < moments->count; k++) {
		struct moment *moment = &moments->items[k];
		if (moment->from_ms >= to_ms)
			return;
		moment->held = fmin(moment->held, fmax(share, 0));
	}
}

/* One drop: from the peak until so many are back, or the points end. Returns
 * the point with which it ends. */
static size_t take_drop(struct anomalies *anomalies, struct moments *moments,
    const struct sample_point *points, size_t i, size_t end, double most,
    const struct sample_point *peak, const char *who)
{
	const struct sample_point *before = &points[i - 1];
	double lost = 0;
	char words[2][UNIT_TEXT];
	size_t k = i;
	for (; k < end; k++) {
		double now = fallen(moments, peak, &points[k]);
		if (k > i && now <= most)
			break;
		lost = fmax(lost, now);
		note_held(moments, points[k - 1].t_ms, points[k].t_ms,
		    points[k].value / peak->value);
	}
	struct anomaly *drop = anomaly_add(anomalies, CONNECTION_DROP,
	    before->t_ms, points[k < end ? k : end - 1].t_ms, who,
	    mem_format("%s of %s connections lost",
	        unit_decimal(words[0], lost, 0),
	        unit_decimal(words[1], peak->value, 0)));
	drop->size = lost;
	return k;
}

static void find_drops_in(struct anomalies *anomalies, struct moments *moments,
    const struct sample_source *source, const struct sample_series *series,
    double most)
{
	char *who = name_of(source);
	size_t first, end = within(moments, series, &first);
	/* In their last interval clients leave. */
	while (moments->count > 0 && end > first &&
	       series->points[end - 1].t_ms >=
	           moments->items[moments->count - 1].from_ms)
		end--;
	for (size_t i = first + 1; i < end; i++) {
		const struct sample_point *peak =
		    peak_before(series->points, first, i);
		if (fallen(moments, peak, &series->points[i]) <= most)
			continue;
		i = take_drop(anomalies, moments, series->points, i, end, most,
		    peak, who);
		/* What was before it is over. */
		first = i;
	}
	free(who);
}

static bool overlaps_drop(const struct anomalies *anomalies, int64_t from_ms,
    int64_t to_ms)
{
	for (size_t i = 0; i < anomalies->count; i++) {
		const struct anomaly *other = &anomalies->items[i];
		if (other->kind == CONNECTION_DROP &&
		    other->from_ms - DROP_MS < to_ms &&
		    other->to_ms + DROP_MS > from_ms)
			return true;
	}
	return false;
}

static uint64_t lost_at(const struct moment *moment)
{
	return moment->cut > moment->dropped ? moment->cut : moment->dropped;
}

/* Where no service tells of its connections, the clients know which they held
 * were lost, and which requests' were cut under them. */
static void find_cuts(struct anomalies *anomalies,
    const struct moments *moments, double most)
{
	for (size_t k = 0; k < moments->count; k++) {
		const struct moment *first = &moments->items[k];
		char words[UNIT_TEXT];
		uint64_t cut = 0, dropped = 0;
		if ((double)lost_at(first) <= most)
			continue;
		for (; k < moments->count && lost_at(&moments->items[k]) > 0;
		     k++) {
			cut += moments->items[k].cut;
			dropped += moments->items[k].dropped;
		}
		int64_t to_ms = moments->items[k - 1].to_ms;
		if (overlaps_drop(anomalies, first->from_ms, to_ms))
			continue;
		struct anomaly *drop = anomaly_add(anomalies, CONNECTION_DROP,
		    first->from_ms, to_ms, "",
		    mem_format(dropped ? "%s connections lost"
		                       : "%s requests lost their connection",
		        unit_count(words, dropped ? dropped : cut)));
		drop->size = (double)(dropped ? dropped : cut);
	}
}

void find_drops(struct anomalies *anomalies, struct moments *moments,
    const struct samples *samples, const struct anomaly_settings *settings)
{
	static const char *const names[] = { "connections",
		"connections.active" };
	double most = (double)settings->drop_connections;
	for (size_t i = 0; i < samples->count; i++) {
		const struct sample_source *source = &samples->items[i];
		for (size_t k = 0; k < sizeof names / sizeof *names; k++) {
			const struct sample_series *series =
			    find(source, names[k]);
			if (series)
				find_drops_in(anomalies, moments, source,
				    series, most);
		}
	}
	find_cuts(anomalies, moments, most);
}

/* Memory leaks */

/* Grows, and goes on to grow. */
static bool is_leak(const struct sample_point *points, size_t count,
    int64_t least_ms, const struct anomaly_settings *settings,
    struct trend *trend)
{
	*trend = trend_of(points, count);
	if (count < settings->samples ||
	    points[count - 1].t_ms - points[0].t_ms < least_ms ||
	    trend->quarters <= (double)settings->leak_bytes || trend->low <= 0)
		return false;
	struct trend later = trend_of(points + count / 2, count - count / 2);
	return later.per_second >= CONTINUE * trend->per_second &&
	       (later.low > 0 || isinf(later.low));
}

/* A sample is input: what fits no 64 bits is shown as the most that do. */
static char *bytes_words(char *out, double bytes)
{
	return unit_bytes(out,
	    bytes < 0x1p64 ? (uint64_t)fmax(bytes, 0) : UINT64_MAX);
}

static void add_leak(struct anomalies *anomalies,
    const struct sample_source *source, const char *figure,
    const struct sample_point *points, size_t count, const struct trend *trend)
{
	char *who = name_of(source);
	char grown[UNIT_TEXT], rate[UNIT_TEXT], low[UNIT_TEXT], high[UNIT_TEXT];
	struct anomaly *leak = anomaly_add(anomalies, MEMORY_LEAK,
	    points[0].t_ms, points[count - 1].t_ms, who,
	    mem_format("%s grew by %s, %s a minute (%s to %s)", figure,
	        bytes_words(grown, trend->quarters),
	        bytes_words(rate, 60 * trend->per_second),
	        bytes_words(low, 60 * trend->low),
	        bytes_words(high, 60 * trend->high)));
	leak->size = round(trend->quarters);
	free(who);
}

/* A restart gives all memory back: each stretch between two is looked at. */
static void find_leaks_in(struct anomalies *anomalies,
    const struct moments *moments, const struct sample_source *source,
    const struct sample_series *series, const struct anomaly_settings *settings)
{
	size_t first, end = within(moments, series, &first), restart = 0;
	bool is_machine = strcmp(series->name, "memory.used_bytes") == 0;
	while (first < end) {
		size_t last = first;
		struct trend trend;
		while (restart < source->restart_count &&
		       source->restarts[restart] <= series->points[first].t_ms)
			restart++;
		while (last < end && (restart == source->restart_count ||
		                         series->points[last].t_ms <
		                             source->restarts[restart]))
			last++;
		if (is_leak(series->points + first, last - first,
		        is_machine ? MACHINE_MS : 0, settings, &trend))
			add_leak(anomalies, source, series->name,
			    series->points + first, last - first, &trend);
		first = last;
	}
}

void find_leaks(struct anomalies *anomalies, const struct moments *moments,
    const struct samples *samples, const struct anomaly_settings *settings)
{
	for (size_t i = 0; i < samples->count; i++) {
		const struct sample_source *source = &samples->items[i];
		/* What a relay says may be its whole machine's. */
		bool has_own = find(source, "proc.rss_bytes");
		for (size_t k = 0; k < source->series_count; k++) {
			const struct sample_series *series = &source->series[k];
			bool is_own =
			    strcmp(series->name, "proc.rss_bytes") == 0;
			if (sample_is_memory(series->name) &&
			    (is_own || !has_own))
				find_leaks_in(anomalies, moments, source,
				    series, settings);
		}
	}
}

/* Clock steps */

void find_steps(struct anomalies *anomalies, const struct moments *moments,
    const struct samples *samples, const struct anomaly_settings *settings)
{
	double least = (double)settings->clock_step_ns / 1e6;
	for (size_t i = 0; i < samples->count; i++) {
		const struct sample_source *source = &samples->items[i];
		const struct sample_series *series =
		    find(source, "clock.step_ms");
		if (!series)
			continue;
		char *who = name_of(source);
		size_t k, end = within(moments, series, &k);
		for (; k < end; k++) {
			const struct sample_point *point = &series->points[k];
			char words[UNIT_TEXT];
			if (fabs(point->value) <= least)
				continue;
			unit_decimal(words, fabs(point->value), 0);
			struct anomaly *step = anomaly_add(anomalies,
			    CLOCK_STEP, point->t_ms, point->t_ms, who,
			    mem_format("%s ms %s", words,
			        point->value > 0 ? "forward" : "back"));
			step->size = point->value;
		}
		free(who);
	}
}
