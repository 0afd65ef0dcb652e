#include "compare/bootstrap.h"

#include "lib/mem.h"

#include <assert.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* ---- cells ---- */

void sample_ratio(struct sample *sample)
{
	*sample = (struct sample){ .columns = 2 };
}

void sample_percentile(struct sample *sample, double share,
    const double *values, size_t columns)
{
	*sample = (struct sample){ .columns = columns, .share = share };
	sample->values = mem_new(columns + 1, sizeof *values);
	memcpy(sample->values, values, columns * sizeof *values);
}

/* The sums over the cells before that one. */
static const double *sums_at(const struct sample *sample, size_t cell)
{
	return sample->sums + cell * sample->columns;
}

void sample_add(struct sample *sample, const double *row)
{
	size_t columns = sample->columns;
	if (sample->cells + 1 >= sample->capacity) {
		bool is_new = !sample->sums;
		sample->capacity = sample->capacity * 2 + 64;
		sample->sums = mem_resize(sample->sums, sample->capacity,
		    columns * sizeof *sample->sums);
		if (is_new)
			memset(sample->sums, 0, columns * sizeof *row);
	}
	double *to = sample->sums + (sample->cells + 1) * columns;
	const double *before = sums_at(sample, sample->cells++);
	for (size_t k = 0; k < columns; k++)
		to[k] = before[k] + row[k];
}

void sample_release(struct sample *sample)
{
	free(sample->sums);
	free(sample->values);
	*sample = (struct sample){ 0 };
}

/* ---- a figure of some stretches of cells ---- */

struct stretch {
	size_t from, to;
};

static double total(const struct sample *sample,
    const struct stretch *stretches, size_t count, size_t column)
{
	double sum = 0;
	for (size_t i = 0; i < count; i++)
		sum += sums_at(sample, stretches[i].to)[column] -
		       sums_at(sample, stretches[i].from)[column];
	return sum;
}

static double percentile(const struct sample *sample,
    const struct stretch *stretches, size_t count)
{
	size_t low = 0, high = sample->columns - 1;
	double all = total(sample, stretches, count, high);
	double wanted = all * sample->share;
	if (all <= 0)
		return 0;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (total(sample, stretches, count, middle) >= wanted)
			high = middle;
		else
			low = middle + 1;
	}
	return sample->values[low];
}

static double figure(const struct sample *sample,
    const struct stretch *stretches, size_t count)
{
	if (sample->values)
		return percentile(sample, stretches, count);
	double below = total(sample, stretches, count, 1);
	return below > 0 ? total(sample, stretches, count, 0) / below : 0;
}

double sample_figure(const struct sample *sample)
{
	struct stretch whole = { 0, sample->cells };
	return sample->cells ? figure(sample, &whole, 1) : 0;
}

/* ---- resampling ---- */

/* A block that passes the end goes on at the beginning. */
static size_t add_block(struct stretch *to, size_t cells, size_t from,
    size_t length)
{
	size_t end = from + length;
	to[0] = (struct stretch){ from, end < cells ? end : cells };
	if (end <= cells)
		return 1;
	to[1] = (struct stretch){ 0, end - cells };
	return 2;
}

void sample_resample(const struct sample *sample, size_t block, struct rng *rng,
    double *figures, size_t count)
{
	size_t cells = sample->cells;
	assert(block > 0 && block <= cells);
	size_t most = 2 * (cells / block + 1);
	struct stretch *stretches = mem_new(most, sizeof *stretches);
	for (size_t i = 0; i < count; i++) {
		size_t used = 0;
		for (size_t done = 0; done < cells; done += block) {
			size_t left = cells - done;
			used += add_block(stretches + used, cells,
			    rng_below(rng, cells), left < block ? left : block);
		}
		figures[i] = figure(sample, stretches, used);
	}
	free(stretches);
}

/* ---- the length of a block ---- */

/* Correlations within chance of 0 for so many lags in a row have died out. */
#define CHANCE 2.0

static double covariance(const double *series, size_t n, double mean,
    size_t lag)
{
	double sum = 0;
	for (size_t i = 0; i + lag < n; i++)
		sum += (series[i] - mean) * (series[i + lag] - mean);
	return sum / (double)n;
}

/* The last lag whose correlation is not chance. */
static size_t memory_of(const double *covariances, size_t lags, size_t n)
{
	double limit =
	    CHANCE * sqrt(log10((double)n) / (double)n) * covariances[0];
	size_t wanted = (size_t)fmax(5, ceil(sqrt(log10((double)n))));
	size_t quiet = 0, last = 0;
	for (size_t lag = 1; lag < lags && quiet < wanted; lag++) {
		bool is_chance = fabs(covariances[lag]) < limit;
		quiet = is_chance ? quiet + 1 : 0;
		if (!is_chance)
			last = lag;
	}
	return last;
}

/* The block length for a series of numbers alone; at least 1. */
static double block_length(const double *series, size_t n)
{
	if (n < 4)
		return 1;
	double mean = 0, size = (double)n;
	for (size_t i = 0; i < n; i++)
		mean += series[i] / size;
	double most = ceil(fmin(3 * sqrt(size), size / 3));
	size_t lags = 2 * (size_t)ceil(sqrt(size)) + 12;
	lags = lags < n ? lags : n;
	double *covariances = mem_new(lags, sizeof *covariances);
	for (size_t lag = 0; lag < lags; lag++)
		covariances[lag] = covariance(series, n, mean, lag);
	double spectrum = covariances[0], slope = 0;
	size_t width = 2 * memory_of(covariances, lags, n);
	for (size_t lag = 1; lag < lags && lag <= width; lag++) {
		double at = (double)lag / (double)width;
		double weight = at <= 0.5 ? 1 : 2 * (1 - at);
		spectrum += 2 * weight * covariances[lag];
		slope += 2 * weight * (double)lag * covariances[lag];
	}
	double ratio = spectrum > 0 ? slope / spectrum : 0;
	free(covariances);
	/* Of a circle: 2 g^2 / (4/3 G^2), to the third. */
	double length = cbrt(1.5 * ratio * ratio * size);
	return fmin(fmax(length, 1), most);
}

/* What each cell adds to the figure's being off. */
static void influence(const struct sample *sample, double *series)
{
	double whole = sample_figure(sample);
	size_t last = sample->columns - 1, at = 0;
	if (sample->values)
		while (at < last && sample->values[at] < whole)
			at++;
	for (size_t i = 0; i < sample->cells; i++) {
		struct stretch one = { i, i + 1 };
		double below = total(sample, &one, 1, last);
		series[i] = total(sample, &one, 1, at) -
		            (sample->values ? sample->share : whole) * below;
	}
}

size_t sample_block(const struct sample *sample)
{
	size_t cells = sample->cells;
	double *series = mem_new(cells + 1, sizeof *series);
	influence(sample, series);
	double length = fmax(block_length(series, cells), cbrt((double)cells));
	free(series);
	size_t block = (size_t)llround(length);
	return block < 1 ? 1 : block > cells ? cells : block;
}

/* ---- the spread of few blocks ---- */

#define MEMORY_MOST 0.97

/* The shortfall of a series of numbers alone. */
static double shortfall_of(const double *series, size_t n, size_t block)
{
	double mean = 0, size = (double)n;
	for (size_t i = 0; i < n; i++)
		mean += series[i] / size;
	double alone = covariance(series, n, mean, 0), blocks = alone;
	if (n < 4 || alone <= 0)
		return 1;
	for (size_t lag = 1; lag < block && lag < n; lag++)
		blocks += 2 * (1 - (double)lag / (double)block) *
		          covariance(series, n, mean, lag);
	double memory = covariance(series, n, mean, 1) / alone;
	memory = fmin(memory + (1 + 3 * memory) / size, MEMORY_MOST);
	double whole = alone * (1 + memory) / (1 - memory);
	return blocks > 0 && whole > blocks ? sqrt(whole / blocks) : 1;
}

double sample_shortfall(const struct sample *sample, size_t block)
{
	double *series = mem_new(sample->cells + 1, sizeof *series);
	influence(sample, series);
	double shortfall = shortfall_of(series, sample->cells, block);
	free(series);
	return shortfall;
}

double student_975(double degrees)
{
	static const double table[] = { 12.706, 4.303, 3.182, 2.776, 2.571,
		2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145,
		2.131, 2.120, 2.110, 2.101, 2.093, 2.086 };
	double whole = floor(degrees);
	if (whole < 1)
		whole = 1;
	if (whole <= (double)(sizeof table / sizeof *table))
		return table[(size_t)whole - 1];
	return 1.95996 + 2.3723 / whole + 2.82 / (whole * whole);
}

double block_factor(double blocks_a, double blocks_b)
{
	double fewer = fmax(fmin(blocks_a, blocks_b), 1.5);
	double lost = sqrt(fewer / (fewer - 1));
	return lost * student_975(blocks_a + blocks_b - 2) / 1.95996;
}

static int ascending(const void *left, const void *right)
{
	double a = *(const double *)left, b = *(const double *)right;
	return (a > b) - (a < b);
}

double share_of(double *numbers, size_t count, double share)
{
	if (count == 0)
		return 0;
	qsort(numbers, count, sizeof *numbers, ascending);
	double place = share * (double)(count - 1);
	size_t below = (size_t)place;
	if (below + 1 >= count)
		return numbers[count - 1];
	double part = place - (double)below;
	return numbers[below] * (1 - part) + numbers[below + 1] * part;
}
