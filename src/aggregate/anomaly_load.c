/* What the clients' own timelines tell: spikes, bursts, collapses. */
#include "aggregate/anomaly_parts.h"

#include "lib/mem.h"
#include "lib/unit.h"

#include <math.h>
#include <stdlib.h>

#define SPIKE_SLOW     3  /* fewer slow ones are chance */
#define GAP_MOMENTS    1  /* quiet ones within one anomaly */
#define COLLAPSE_LEAST 10 /* answers that a moment should have had */
#define BEFORE_MOMENTS 30 /* with which one is compared, */
#define BEFORE_LEAST   5  /* and so many at the least */

/* A row of moments of one kind, at most GAP_MOMENTS apart. */
struct stretch {
	size_t first, last;
};

/* The next stretch of marked ones from *at on; false when there is none. */
static bool next_stretch(const bool *marked, size_t count, size_t *at,
    struct stretch *stretch)
{
	size_t k = *at;
	while (k < count && !marked[k])
		k++;
	if (k == count)
		return false;
	*stretch = (struct stretch){ k, k };
	for (; k < count && k <= stretch->last + GAP_MOMENTS + 1; k++)
		if (marked[k])
			stretch->last = k;
	*at = stretch->last + 1;
	return true;
}

static int by_size(const void *left, const void *right)
{
	const double *a = left, *b = right;
	return *a < *b ? -1 : *a > *b;
}

/* NAN of none. */
static double median(double *values, size_t count)
{
	if (count == 0)
		return NAN;
	qsort(values, count, sizeof *values, by_size);
	return values[count / 2];
}

/* Latency spikes */

static double usual_p95_us(const struct moments *moments, uint64_t samples)
{
	double *values = mem_new(moments->count, sizeof *values);
	size_t count = 0;
	for (size_t k = 0; k < moments->count; k++)
		if (moments->items[k].answers >= USUAL_ANSWERS)
			values[count++] = (double)moments->items[k].p95_us;
	double usual = count >= samples ? median(values, count) : NAN;
	free(values);
	return usual;
}

static void add_spike(struct anomalies *anomalies,
    const struct moments *moments, const struct stretch *stretch, double usual)
{
	char most_words[UNIT_TEXT], usual_words[UNIT_TEXT];
	double most = 0;
	for (size_t k = stretch->first; k <= stretch->last; k++)
		most = fmax(most, (double)moments->items[k].p95_us);
	struct anomaly *spike = anomaly_add(anomalies, LATENCY_SPIKE,
	    moments->items[stretch->first].from_ms,
	    moments->items[stretch->last].to_ms, "",
	    mem_format("p95 %s ms, usually %s ms",
	        unit_decimal(most_words, most / 1e3, most < 1e4 ? 1 : 0),
	        unit_decimal(usual_words, usual / 1e3, usual < 1e4 ? 1 : 0)));
	spike->size = most / 1e3;
}

void find_spikes(struct anomalies *anomalies, const struct moments *moments,
    const struct anomaly_settings *settings)
{
	double usual = usual_p95_us(moments, settings->samples);
	double least = usual + (double)settings->spike_least_ns / 1e3;
	double limit = fmax(usual * (double)settings->spike_factor, least);
	struct stretch stretch;
	size_t at = 0;
	if (isnan(usual))
		return;
	anomalies->knows_usual = true;
	bool *marked = mem_new(moments->count, sizeof *marked);
	for (size_t k = 0; k < moments->count; k++)
		marked[k] =
		    (double)moments->items[k].p95_us > limit &&
		    series_slower(moments->series, moments->items[k].first,
		        moments->items[k].end, (int64_t)limit) >= SPIKE_SLOW;
	while (next_stretch(marked, moments->count, &at, &stretch))
		add_spike(anomalies, moments, &stretch, usual);
	free(marked);
}

/* Error bursts */

static void add_burst(struct anomalies *anomalies,
    const struct moments *moments, const struct stretch *stretch)
{
	const struct series *series = moments->series;
	struct counts reasons = { 0 };
	const struct count *top;
	double failed = 0, ended = 0;
	char failed_words[UNIT_TEXT], ended_words[UNIT_TEXT];
	size_t end = moments->items[stretch->last].end;
	for (size_t k = moments->items[stretch->first].first; k < end; k++) {
		const struct bin *bin = &series->bins[k];
		failed += bin->failed;
		ended += bin->failed + bin->ok;
		for (size_t i = 0; i < bin->slice_count; i++)
			counts_merge(&reasons,
			    &series->slices[bin->first_slice + i].reasons);
	}
	bool named = counts_top(&reasons, &top, 1) > 0;
	struct anomaly *burst = anomaly_add(anomalies, ERROR_BURST,
	    moments->items[stretch->first].from_ms,
	    moments->items[stretch->last].to_ms, "",
	    mem_format("%s of %s failed%s%s",
	        unit_decimal(failed_words, failed, 0),
	        unit_decimal(ended_words, ended, 0), named ? ", mostly " : "",
	        named ? top->name : ""));
	burst->size = round(failed);
	counts_clear(&reasons);
}

void find_bursts(struct anomalies *anomalies, const struct moments *moments,
    const struct anomaly_settings *settings)
{
	bool *marked = mem_new(moments->count, sizeof *marked);
	struct stretch stretch;
	size_t at = 0;
	for (size_t k = 0; k < moments->count; k++) {
		const struct moment *moment = &moments->items[k];
		double ended = moment->ok + moment->failed;
		marked[k] = moment->failed >= (double)settings->burst_least &&
		            moment->failed >= settings->burst_share * ended;
	}
	while (next_stretch(marked, moments->count, &at, &stretch))
		add_burst(anomalies, moments, &stretch);
	free(marked);
}

/* Throughput collapses */

static double seconds_of(const struct moment *moment)
{
	return (double)(moment->to_ms - moment->from_ms) / 1e3;
}

/* Right answers a second for each client, or for each request a second that was
 * wanted, in the moments before that were as usual; NAN: too few of them. */
static double rate_before(const struct moments *moments, size_t k)
{
	double rates[BEFORE_MOMENTS];
	size_t count = 0;
	while (k-- > 0 && count < BEFORE_MOMENTS) {
		const struct moment *moment = &moments->items[k];
		if (!moment->collapsed && moment->wanted > 0)
			rates[count++] =
			    moment->ok / seconds_of(moment) / moment->wanted;
	}
	return count >= BEFORE_LEAST ? median(rates, count) : NAN;
}

/* Fewer answers are a collapse where somebody waited for them: clients that
 * pause, or have gone, miss none. */
static bool is_missed(const struct moment *moment, double expected)
{
	double missing = expected - moment->ok;
	return moment->failed + moment->skipped >= missing / 2 ||
	       (moment->clients > 0 &&
	           moment->in_flight >= moment->clients / 2);
}

static void add_collapse(struct anomalies *anomalies,
    const struct moments *moments, const struct stretch *stretch,
    double expected)
{
	char words[UNIT_TEXT], before[UNIT_TEXT];
	double ok = 0, seconds = 0;
	for (size_t k = stretch->first; k <= stretch->last; k++) {
		ok += moments->items[k].ok;
		seconds += seconds_of(&moments->items[k]);
	}
	double rate = ok / seconds;
	struct anomaly *collapse = anomaly_add(anomalies, THROUGHPUT_COLLAPSE,
	    moments->items[stretch->first].from_ms,
	    moments->items[stretch->last].to_ms, "",
	    mem_format("%s/s right answers, before %s/s",
	        unit_decimal(words, rate, rate > 0 && rate < 10 ? 1 : 0),
	        unit_decimal(before, expected, expected < 10 ? 1 : 0)));
	collapse->size = round(100 * fmax(0, 1 - rate / expected));
}

void find_collapses(struct anomalies *anomalies, struct moments *moments,
    const struct anomaly_settings *settings)
{
	bool *marked = mem_new(moments->count, sizeof *marked);
	double *expected = mem_new(moments->count, sizeof *expected);
	struct stretch stretch;
	size_t at = 0;
	for (size_t k = 0; k < moments->count; k++) {
		struct moment *moment = &moments->items[k];
		double before = rate_before(moments, k) * moment->wanted *
		                seconds_of(moment);
		if (isnan(before) || before < COLLAPSE_LEAST)
			continue;
		expected[k] = before / seconds_of(moment);
		marked[k] = moment->ok < settings->collapse_share * before &&
		            is_missed(moment, before);
		moment->collapsed = marked[k];
	}
	while (next_stretch(marked, moments->count, &at, &stretch))
		add_collapse(anomalies, moments, &stretch,
		    expected[stretch.first]);
	free(marked);
	free(expected);
}
