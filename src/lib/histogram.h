/* histogram.h - latencies, counted exactly into buckets of 0.1 %.
 *
 * HdrHistogram's layout: values 1 us .. 1 h (3,600,000,000 us), three
 * significant digits. Memory is taken only where values fall. Interchange is
 * HdrHistogram's V2 compressed encoding in base64 ("HISTFAAA..."), which every
 * HdrHistogram library reads. */
#ifndef LIB_HISTOGRAM_H
#define LIB_HISTOGRAM_H

#include "lib/err.h"

#include <stddef.h>
#include <stdint.h>

#define HISTOGRAM_MIN_US INT64_C(1)
#define HISTOGRAM_MAX_US INT64_C(3600000000)

struct histogram_few;
struct histogram_pages;

/* {0} is an empty histogram and owns nothing. The counters are listed while
 * they are few, and then have their places. */
struct histogram {
	struct histogram_few *few;
	struct histogram_pages *pages;
	uint64_t count;
	uint64_t clamped; /* values outside the range, counted at its end */
};

/* Adds `n` of one value. Outside the range it is counted at the nearer end. */
void histogram_record(struct histogram *h, int64_t value_us);
void histogram_record_n(struct histogram *h, int64_t value_us, uint64_t n);

/* Adds all counts of `from`. Exact: no value moves. */
void histogram_merge(struct histogram *into, const struct histogram *from);

/* The value at or below which `percent` of the values lie (0..100), as
 * HdrHistogram gives it: the highest value equivalent to its bucket. 0 when
 * empty. */
int64_t histogram_percentile(const struct histogram *h, double percent);

/* The same of `count` percentages, which must not fall: in one walk. */
void histogram_percentiles(const struct histogram *h, const double *percents,
    int64_t *values_us, size_t count);

int64_t histogram_min(const struct histogram *h); /* 0 when empty */
int64_t histogram_max(const struct histogram *h);
/* Both of the buckets' middles; 0 when empty. */
double histogram_mean(const struct histogram *h);
double histogram_deviation(const struct histogram *h);

/* Largest distance between a value and what is reported for it, as a share. */
double histogram_error(void);

/* The text form, to be freed; NULL only without memory. */
char *histogram_encode(const struct histogram *h);

/* Adds what `text` holds to `h`. Another range or more digits are converted.
 * Refuses what is truncated or corrupt, has counts beyond its range or ours, or
 * buckets so wide that no one of ours has room for them. Returns 0, or -1 with
 * `err` and `h` as before. */
int histogram_decode(struct histogram *h, const char *text, struct err *err);

/* Walks the buckets that hold something, in order. Start with *cursor = 0;
 * while 1 is returned, *n values were equivalent to *value_us, the highest of
 * its bucket. */
int histogram_next(const struct histogram *h, size_t *cursor, int64_t *value_us,
    uint64_t *n);

/* Empties it and frees its memory. */
void histogram_clear(struct histogram *h);

#endif
