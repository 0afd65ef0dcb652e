#include "lib/metric.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NAMES                                                                  \
	"failure_rate, throughput, requests, successful, failed, retries, "    \
	"skipped, wrong_answers, unaccounted, recover_time, acked_lost, "      \
	"min, avg, max, p50 ... p99.9, and latencies also with "               \
	"service_, response_ or lag_ before them"

static const struct name {
	const char *name;
	enum metric_kind kind;
	enum unit unit;
} names[] = {
	{ "failure_rate", METRIC_FAILURE_RATE, UNIT_SHARE },
	{ "error_rate", METRIC_FAILURE_RATE, UNIT_SHARE },
	{ "throughput", METRIC_THROUGHPUT, UNIT_PER_SECOND },
	{ "requests", METRIC_REQUESTS, UNIT_NONE },
	{ "successful", METRIC_SUCCESSFUL, UNIT_NONE },
	{ "failed", METRIC_FAILED, UNIT_NONE },
	{ "retries", METRIC_RETRIES, UNIT_NONE },
	{ "skipped", METRIC_SKIPPED, UNIT_NONE },
	{ "wrong_answers", METRIC_WRONG_ANSWERS, UNIT_NONE },
	{ "unaccounted", METRIC_UNACCOUNTED, UNIT_NONE },
	{ "recover_time", METRIC_RECOVER_TIME, UNIT_NS },
	{ "acked_lost", METRIC_ACKED_LOST, UNIT_NONE },
};

static const struct name latencies[] = {
	{ "min", METRIC_MIN, UNIT_NS },
	{ "avg", METRIC_AVG, UNIT_NS },
	{ "max", METRIC_MAX, UNIT_NS },
};

static const struct name *find(const struct name *table, size_t count,
    const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(table[i].name, name) == 0)
			return &table[i];
	return NULL;
}

/* "service_p99" without its "service_", and what that means. */
static const char *skip_latency(const char *name, enum metric_latency *latency)
{
	static const char *const prefixes[] = {
		[METRIC_RESPONSE] = "response_",
		[METRIC_SERVICE] = "service_",
		[METRIC_LAG] = "lag_",
	};
	for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++) {
		size_t length = strlen(prefixes[i]);
		if (strncmp(name, prefixes[i], length) != 0)
			continue;
		*latency = (enum metric_latency)i;
		return name + length;
	}
	return name;
}

/* "p50", "p99.9"; "p999" and "p9999" as others write p99.9 and p99.99. */
static bool parse_percentile(const char *name, double *percent)
{
	static const char digits[] = "0123456789";
	if (*name++ != 'p')
		return false;
	size_t whole = strspn(name, digits);
	size_t fraction =
	    name[whole] == '.' ? strspn(name + whole + 1, digits) : 0;
	size_t length = whole + (fraction ? 1 + fraction : 0);
	if (whole == 0 || length > 9 || name[length] != '\0')
		return false;
	*percent = strtod(name, NULL);
	if (whole == length && whole > 2 && strspn(name, "9") == whole)
		for (; whole > 2; whole--)
			*percent /= 10;
	return *percent > 0 && *percent <= 100;
}

int metric_parse(struct metric *metric, const char *name, struct err *err)
{
	*metric = (struct metric){ .unit = UNIT_NS };
	const struct name *row =
	    find(names, sizeof names / sizeof *names, name);
	if (!row) {
		const char *rest = skip_latency(name, &metric->latency);
		row =
		    find(latencies, sizeof latencies / sizeof *latencies, rest);
		if (!row && parse_percentile(rest, &metric->percent)) {
			metric->kind = METRIC_PERCENTILE;
			return 0;
		}
	}
	if (!row)
		return err_set(err,
		    "there is no metric '%.60s'; there are " NAMES, name);
	metric->kind = row->kind;
	metric->unit = row->unit;
	return 0;
}

bool metric_is_of_run(const struct metric *metric)
{
	return metric->kind == METRIC_UNACCOUNTED ||
	       metric->kind == METRIC_RECOVER_TIME ||
	       metric->kind == METRIC_ACKED_LOST;
}

static const struct histogram *histogram_of(const struct metric *metric,
    const struct metric_source *source)
{
	if (metric->latency == METRIC_LAG)
		return source->lag;
	return metric->latency == METRIC_SERVICE
	           ? &source->stats->service
	           : stats_response(source->stats);
}

static double latency(const struct metric *metric, const struct histogram *h)
{
	double us = NAN;
	if (!h || h->count == 0)
		return NAN;
	if (metric->kind == METRIC_MIN)
		us = (double)histogram_min(h);
	else if (metric->kind == METRIC_AVG)
		us = histogram_mean(h);
	else if (metric->kind == METRIC_MAX)
		us = (double)histogram_max(h);
	else if (metric->kind == METRIC_PERCENTILE)
		us = (double)histogram_percentile(h, metric->percent);
	return us / 1e3;
}

double metric_figure(const struct metric *metric,
    const struct metric_source *source)
{
	const struct stats *stats = source->stats;
	switch (metric->kind) {
	case METRIC_FAILURE_RATE:
		return stats->sent ? stats_failed_percent(stats) : NAN;
	case METRIC_THROUGHPUT:
		return source->seconds > 0 ? (double)stats->ok / source->seconds
		                           : NAN;
	case METRIC_REQUESTS:
		return (double)stats->sent;
	case METRIC_SUCCESSFUL:
		return (double)stats->ok;
	case METRIC_FAILED:
		return (double)stats->failed;
	case METRIC_RETRIES:
		return (double)stats->retries;
	case METRIC_SKIPPED:
		return (double)stats->skipped;
	case METRIC_WRONG_ANSWERS:
		return (double)counts_get(&stats->reasons, "wrong answer");
	case METRIC_MIN:
	case METRIC_AVG:
	case METRIC_MAX:
	case METRIC_PERCENTILE:
		return latency(metric, histogram_of(metric, source));
	case METRIC_UNACCOUNTED:
	case METRIC_RECOVER_TIME:
	case METRIC_ACKED_LOST:
		break;
	}
	return NAN;
}

static char *duration_words(char *out, double ms)
{
	char number[UNIT_TEXT];
	if (ms >= 59.95e3 && ms < 9e12)
		return unit_duration(out, (int64_t)(ms * 1e6));
	bool seconds = ms >= 999.995;
	snprintf(out, UNIT_TEXT, "%s %s",
	    unit_decimal(number, seconds ? ms / 1e3 : ms, ms < 1 ? 3 : 2),
	    seconds ? "s" : "ms");
	return out;
}

char *metric_words(char *out, const struct metric *metric, double figure)
{
	char number[UNIT_TEXT];
	if (isnan(figure))
		snprintf(out, UNIT_TEXT, "not determined");
	else if (metric->unit == UNIT_SHARE)
		snprintf(out, UNIT_TEXT, "%.2f%%", figure);
	else if (metric->unit == UNIT_PER_SECOND)
		snprintf(out, UNIT_TEXT, "%s/s",
		    unit_decimal(number, figure, 1));
	else if (metric->unit == UNIT_NS)
		duration_words(out, figure);
	else
		unit_decimal(out, figure, 0);
	return out;
}
