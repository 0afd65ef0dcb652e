#include "lib/generator.h"

#include "lib/unit.h"

#include <stdbool.h>
#include <stdio.h>

/* A thread with so little rest has no room left: what is measured leaves out
 * what interrupts and switches took of the same core. */
#define FULL_PERCENT 90.0

/* Below this it is others who now and then keep a thread from its core; from
 * here on they and the thread's own work are more than there is room for. */
#define MUCH_PERCENT 50.0

/* Ten times the 1 ms that a scheduler with work for others may let a thread
 * wait; a person who reads latencies in milliseconds sees this much. */
#define LATE_US 10000

/* Below this, delays are those of any process on a sound machine, whatever
 * share they have of an answer that itself takes microseconds. */
#define HARMLESS_US 1000

/* What happens in less of the time than this does not move a p90, and a p99
 * shows it as the rare thing it is. */
#define OFTEN 0.10

/* From here on it is how the run was, not what happened in it. */
#define MOSTLY 0.50

/* Where the generator's own part is half of a latency, the latency says more
 * about the generator than about its target. */
#define OWN_PART 0.5

/* Percent of the time of all cores. Less is common on shared machines and too
 * short to be seen; from here on a stolen moment lies in most seconds. */
#define STEAL_PERCENT 5.0

/* Failures of the generator's own making among all requests: a tenth of the
 * 1 % that a failure rate is usually held to. */
#define EXHAUSTED_SHARE 0.001

/* Shorter runs are mostly their start, when fibers are made and pages are
 * touched for the first time. */
#define JUDGED_MS 2000

/* Fewer answers of an interval do not tell how the others fared. Up to the
 * second the p99 is the slowest one, which any moment that others took of the
 * machine may have made; there the p90 tells of the slow. */
#define SAMPLES_MIN 10
#define SAMPLES_P99 100

/* One interval */

/* How high a percentile so many carry. */
static double high_percent(uint64_t n)
{
	return n < SAMPLES_P99 ? 90 : 99;
}

static int64_t high_us(const struct histogram *h)
{
	return histogram_percentile(h, high_percent(h->count));
}

static int64_t high_lag_us(const struct record_interval *interval)
{
	return interval->lag.count ? high_us(&interval->lag)
	                           : interval->lag_p99_us;
}

/* Whether `own` is so much of `whole`, both at that percentile, that the whole
 * tells of the generator. */
static bool is_mostly_own(const struct histogram *own,
    const struct histogram *whole, double percent)
{
	int64_t own_us = histogram_percentile(own, percent);
	int64_t whole_us = histogram_percentile(whole, percent);
	return own_us >= HARMLESS_US &&
	       (double)own_us >= OWN_PART * (double)whole_us;
}

/* Older timelines have only what the thread got of its core. */
static double busy_percent(const struct record_interval *interval)
{
	return interval->generator.threads ? interval->generator.busy_percent
	                                   : interval->cpu_percent;
}

/* In an open loop the plan sets the rate, and a thread spins before a moment
 * that is near: when all begins in time and is read in time, a full core is no
 * harm. In a closed loop it is what limits the rate. */
static bool is_full(const struct record_interval *interval)
{
	const struct histogram *delay = &interval->generator.receive_delay;
	if (busy_percent(interval) < FULL_PERCENT)
		return false;
	return !interval->open_loop || high_lag_us(interval) >= HARMLESS_US ||
	       high_us(delay) >= HARMLESS_US;
}

/* In a closed loop lag moves the pauses, and no latency. A thread with time
 * left has not been the limit, whatever was late. */
static bool is_overrun(const struct record_interval *interval)
{
	return interval->open_loop && busy_percent(interval) >= FULL_PERCENT &&
	       interval->lag.count >= SAMPLES_MIN &&
	       is_mostly_own(&interval->lag, stats_response(&interval->stats),
	           50);
}

static bool is_read_late(const struct record_interval *interval, double percent)
{
	const struct histogram *delay = &interval->generator.receive_delay;
	return delay->count >= SAMPLES_MIN &&
	       is_mostly_own(delay, &interval->stats.service, percent);
}

static void add_files(struct generator *generator,
    const struct record_generator *seen)
{
	if (seen->open_files <= generator->open_files)
		return;
	generator->open_files = seen->open_files;
	generator->open_files_limit = seen->open_files_limit;
}

/* An older interval has a p99 alone, and counts as the fewest that carry one.
 */
static void add_lag(struct generator *generator,
    const struct record_interval *interval)
{
	histogram_merge(&generator->lag, &interval->lag);
	if (interval->lag.count == 0 && interval->lag_p99_us > 0) {
		histogram_record_n(&generator->lag, interval->lag_p99_us,
		    SAMPLES_P99);
		generator->begun += SAMPLES_P99;
	} else {
		generator->begun += interval->started;
	}
}

void generator_add(struct generator *generator,
    const struct record_interval *interval)
{
	const struct counts *reasons = &interval->stats.reasons;
	const struct histogram *delay = &interval->generator.receive_delay;
	int64_t ms = interval->length_ms;
	generator->unjudged |= interval->generator.unjudged;
	generator->ms += ms;
	generator->full_ms += is_full(interval) ? ms : 0;
	generator->late_ms += high_lag_us(interval) >= LATE_US ? ms : 0;
	if (is_read_late(interval, 50) &&
	    busy_percent(interval) >= MUCH_PERCENT)
		generator->unread_ms += ms;
	if (is_read_late(interval, high_percent(delay->count))) {
		generator->slow_ms += ms;
		histogram_merge(&generator->slow_delay, delay);
	}
	if (is_overrun(interval)) {
		generator->overrun_ms += ms;
		generator->overrun_started += interval->started;
	}
	generator->cpu_ms += interval->cpu_percent * (double)ms;
	generator->busy_ms += busy_percent(interval) * (double)ms;
	generator->steal_ms += interval->generator.steal_percent * (double)ms;
	generator->sent += interval->stats.sent;
	generator->no_ports += counts_get(reasons, "out of local ports");
	generator->no_files += counts_get(reasons, "out of file descriptors");
	add_files(generator, &interval->generator);
	add_lag(generator, interval);
	histogram_merge(&generator->receive_delay, delay);
}

void generator_clear(struct generator *generator)
{
	histogram_clear(&generator->lag);
	histogram_clear(&generator->receive_delay);
	histogram_clear(&generator->slow_delay);
	*generator = (struct generator){ 0 };
}

/* All of them */

static double share(const struct generator *generator, int64_t ms)
{
	return generator->ms < JUDGED_MS ? 0
	                                 : (double)ms / (double)generator->ms;
}

static const char *ms_words(char *out, int64_t us)
{
	double ms = (double)us / 1000;
	return unit_decimal(out, ms, ms < 10 ? 1 : 0);
}

static bool is_exhausted(const struct generator *generator, uint64_t failures)
{
	return failures > 0 &&
	       (double)failures >= EXHAUSTED_SHARE * (double)generator->sent;
}

static void say_ports(const struct generator *generator, char *why)
{
	char n[UNIT_TEXT];
	snprintf(why, GENERATOR_WHY, "out of local ports %s time%s",
	    unit_count(n, generator->no_ports),
	    generator->no_ports == 1 ? "" : "s");
}

static bool lacked_ports(const struct generator *generator, char *why)
{
	say_ports(generator, why);
	return is_exhausted(generator, generator->no_ports);
}

static bool lacked_a_port(const struct generator *generator, char *why)
{
	say_ports(generator, why);
	return generator->no_ports > 0;
}

static void say_files(const struct generator *generator, char *why)
{
	char n[UNIT_TEXT], limit[UNIT_TEXT];
	if (generator->no_files)
		snprintf(why, GENERATOR_WHY,
		    "out of file descriptors %s time%s",
		    unit_count(n, generator->no_files),
		    generator->no_files == 1 ? "" : "s");
	else
		snprintf(why, GENERATOR_WHY, "%s of %s file descriptors in use",
		    unit_count(n, generator->open_files),
		    unit_count(limit, generator->open_files_limit));
}

static bool lacked_files(const struct generator *generator, char *why)
{
	say_files(generator, why);
	return is_exhausted(generator, generator->no_files);
}

static bool lacked_a_file(const struct generator *generator, char *why)
{
	say_files(generator, why);
	return generator->no_files > 0 ||
	       (generator->open_files_limit > 0 &&
	           generator->open_files >= generator->open_files_limit);
}

static bool was_overrun(const struct generator *generator, char *why)
{
	char lag[UNIT_TEXT], rate[UNIT_TEXT];
	double seconds = (double)generator->overrun_ms / 1000;
	snprintf(why, GENERATOR_WHY, "lag p99 %s ms at %s/s",
	    ms_words(lag, histogram_percentile(&generator->lag, 99)),
	    unit_decimal(rate,
	        seconds > 0 ? (double)generator->overrun_started / seconds : 0,
	        0));
	return share(generator, generator->overrun_ms) >= OFTEN;
}

static bool was_its_own_limit(const struct generator *generator, char *why)
{
	char delay[UNIT_TEXT];
	double ms = generator->ms > 0 ? (double)generator->ms : 1;
	snprintf(why, GENERATOR_WHY,
	    "core busy %.0f %%, and answers lay %s ms in the kernel before "
	    "they were read (p50)",
	    generator->busy_ms / ms,
	    ms_words(delay,
	        histogram_percentile(&generator->receive_delay, 50)));
	return share(generator, generator->unread_ms) >= MOSTLY;
}

/* Of all requests begun, those without lag too: in a closed loop without pauses
 * only the first of each client has any. */
static int64_t begun_high_us(const struct generator *generator)
{
	double percent = high_percent(generator->begun);
	double begun = (double)generator->begun;
	double on_time = percent / 100 * begun;
	double without = begun - (double)generator->lag.count;
	if (generator->lag.count == 0 || on_time <= without)
		return 0;
	if (without < 0)
		return histogram_percentile(&generator->lag, percent);
	return histogram_percentile(&generator->lag,
	    100 * (on_time - without) / (double)generator->lag.count);
}

/* Where it was for once, as when a pool grows, few requests know of it. */
static bool was_late(const struct generator *generator, char *why)
{
	char lag[UNIT_TEXT];
	int64_t us = begun_high_us(generator);
	snprintf(why, GENERATOR_WHY, "lag p%.0f %s ms",
	    high_percent(generator->begun), ms_words(lag, us));
	return us >= LATE_US && share(generator, generator->late_ms) > OFTEN;
}

static bool was_full(const struct generator *generator, char *why)
{
	double full = share(generator, generator->full_ms);
	snprintf(why, GENERATOR_WHY, "core full %.0f %% of the time",
	    100 * full);
	return full > OFTEN;
}

static bool was_robbed(const struct generator *generator, char *why)
{
	double steal = generator_figures(generator).steal_percent;
	snprintf(why, GENERATOR_WHY, "steal %.0f %%", steal);
	return generator->ms >= JUDGED_MS && steal >= STEAL_PERCENT;
}

static bool read_late(const struct generator *generator, char *why)
{
	char delay[UNIT_TEXT];
	snprintf(why, GENERATOR_WHY,
	    "answers lay %s ms in the kernel before they were read (p%.0f)",
	    ms_words(delay, high_us(&generator->slow_delay)),
	    high_percent(generator->slow_delay.count));
	return share(generator, generator->slow_ms) > OFTEN;
}

/* The gravest first; the first that holds decides. */
static const struct rule {
	enum generator_verdict verdict;
	bool (*holds)(const struct generator *generator, char *why);
	const char *remedy;
} rules[] = {
	{ GENERATOR_INVALID, lacked_ports,
	    "keep connections alive, widen net.ipv4.ip_local_port_range, or "
	    "use more machines" },
	{ GENERATOR_INVALID, lacked_files,
	    "raise the limit with ulimit -n, or use more processes" },
	{ GENERATOR_INVALID, was_overrun,
	    "use more threads or machines, or a lower rate" },
	{ GENERATOR_INVALID, was_its_own_limit,
	    "use more threads or machines, or fewer clients" },
	{ GENERATOR_SUSPECT, lacked_a_port,
	    "keep connections alive, or widen net.ipv4.ip_local_port_range" },
	{ GENERATOR_SUSPECT, lacked_a_file, "raise the limit with ulimit -n" },
	{ GENERATOR_SUSPECT, was_late,
	    "use more threads or machines, or a lower rate" },
	{ GENERATOR_SUSPECT, was_full,
	    "use more threads or machines, or less load" },
	{ GENERATOR_SUSPECT, read_late,
	    "use more threads or machines, or less load" },
	{ GENERATOR_SUSPECT, was_robbed,
	    "use a machine that is not shared with others" },
};

struct generator_judgement generator_judge(const struct generator *generator)
{
	struct generator_judgement judgement = { .verdict = GENERATOR_OK,
		.remedy = "" };
	if (generator->unjudged ||
	    (generator->ms == 0 && generator->sent == 0)) {
		judgement.verdict = GENERATOR_UNKNOWN;
		snprintf(judgement.why, sizeof judgement.why, "%s",
		    generator->unjudged ? "not checked" : "no timeline");
		return judgement;
	}
	for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
		if (!rules[i].holds(generator, judgement.why))
			continue;
		judgement.verdict = rules[i].verdict;
		judgement.remedy = rules[i].remedy;
		return judgement;
	}
	judgement.why[0] = '\0';
	return judgement;
}

struct generator_figures generator_figures(const struct generator *generator)
{
	double ms = generator->ms > 0 ? (double)generator->ms : 1;
	return (struct generator_figures){
		.cpu_percent = generator->cpu_ms / ms,
		.steal_percent = generator->steal_ms / ms,
		.lag_p50_us = histogram_percentile(&generator->lag, 50),
		.lag_p99_us = histogram_percentile(&generator->lag, 99),
		.lag_max_us = histogram_max(&generator->lag),
		.receive_delay_p99_us =
		    histogram_percentile(&generator->receive_delay, 99),
	};
}

const char *generator_word(enum generator_verdict verdict)
{
	static const char *const words[] = {
		[GENERATOR_UNKNOWN] = "unknown",
		[GENERATOR_OK] = "OK",
		[GENERATOR_SUSPECT] = "SUSPECT",
		[GENERATOR_INVALID] = "INVALID",
	};
	return words[verdict];
}
