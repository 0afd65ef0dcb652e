/* HdrHistogram's percentile output, in milliseconds, as its plotters read it:
 * the steps of PercentileIterator and the lines of
 * AbstractHistogram.outputPercentileDistribution, with five steps to each
 * halving of the distance to 100 %. */
#include "aggregate/formats.h"

#include "lib/mem.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define STEPS_PER_HALVING 5
#define US_PER_MS         1e3

/* Levels are sums of halves, which end in a 5 that Java rounds up. */
#define HALF_UP 1e-15

/* What HdrHistogram says of the layout in histogram.h. */
#define BUCKETS     22
#define SUB_BUCKETS 2048

static double next_level(double level)
{
	double halvings = floor(log(100 / (100 - level)) / log(2)) + 1;
	return level + 100 / (STEPS_PER_HALVING * pow(2, halvings));
}

static void write_step(int64_t value_us, double level, uint64_t below, FILE *to)
{
	fprintf(to, "%12.3f %2.12f %10ju", (double)value_us / US_PER_MS,
	    level / 100 + HALF_UP, (uintmax_t)below);
	if (level < 100)
		fprintf(to, " %14.2f", 1 / (1 - level / 100));
	fputc('\n', to);
}

static void write_steps(const struct histogram *h, FILE *to)
{
	size_t cursor = 0;
	int64_t value_us = 0;
	uint64_t n, below = 0;
	double level = 0, last;
	while (histogram_next(h, &cursor, &value_us, &n)) {
		below += n;
		double reached = 100 * (double)below / (double)h->count;
		do {
			if (reached < level)
				break;
			write_step(value_us, level, below, to);
			last = level;
			level = next_level(level);
			/* Of some 10^16 the last few are no share of them. */
		} while (below < h->count && level > last);
	}
	if (h->count)
		write_step(value_us, 100, below, to);
}

static void write_histogram(const struct histogram *h, FILE *to)
{
	fprintf(to, "%12s %14s %10s %14s\n\n", "Value", "Percentile",
	    "TotalCount", "1/(1-Percentile)");
	write_steps(h, to);
	fprintf(to, "#[Mean    = %12.3f, StdDeviation   = %12.3f]\n",
	    histogram_mean(h) / US_PER_MS, histogram_deviation(h) / US_PER_MS);
	fprintf(to, "#[Max     = %12.3f, Total count    = %12ju]\n",
	    (double)histogram_max(h) / US_PER_MS, (uintmax_t)h->count);
	fprintf(to, "#[Buckets = %12d, SubBuckets     = %12d]\n", BUCKETS,
	    SUB_BUCKETS);
}

static void write_service(const struct report *report, FILE *to)
{
	if (report_estimated(report))
		fputs("#[Estimates, from files without histograms]\n", to);
	write_histogram(report_latencies(report), to);
}

static void write_response(const struct report *report, FILE *to)
{
	write_histogram(stats_response(&report->merge->total), to);
}

/* "run.hgrm" to "run.response.hgrm", to be freed. */
static char *response_path(const char *path)
{
	const char *slash = strrchr(path, '/'), *dot = strrchr(path, '.');
	if (!dot || dot == path || (slash && dot <= slash + 1))
		return mem_format("%s.response", path);
	return mem_format("%.*s.response%s", (int)(dot - path), path, dot);
}

/* One of an older run would be taken for this one's. */
static int remove_file(const char *path, struct err *err)
{
	if (unlink(path) == 0 || errno == ENOENT)
		return 0;
	return err_system(err, "cannot remove the older %s", path);
}

int format_hgrm(const struct report *report, const char *path, struct err *err)
{
	if (format_file(report, path, write_service, err) < 0)
		return -1;
	if (strcmp(path, "-") == 0)
		return 0;
	char *beside = response_path(path);
	int result = report->merge->total.response_apart
	                 ? format_file(report, beside, write_response, err)
	                 : remove_file(beside, err);
	free(beside);
	return result;
}
