#include "lib/histogram.h"

#include "lib/histogram_layout.h"
#include "lib/mem.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* A client's latencies are mostly few and far apart: listed they take four
 * bytes each. */
#define FEW_MOST 256
#define FEW_STEP 32

struct few {
	uint16_t index, n;
};

struct histogram_few {
	uint16_t length, capacity;
	struct few at[]; /* by index */
};

#define PAGE_COUNTERS 128
#define PAGES         (HISTOGRAM_INDEXES / PAGE_COUNTERS)

/* A counter is 16 bits wide, because most clients count few of each value.
 * What passes that is carried into `high`, in units of 65,536. */
struct page {
	uint64_t *high; /* NULL until a counter is full */
	uint16_t low[PAGE_COUNTERS];
};

struct histogram_pages {
	struct page *at[PAGES];
};

static struct page *page_make(struct histogram *h, size_t number)
{
	if (!h->pages)
		h->pages = mem_new(1, sizeof(*h->pages));
	h->pages->at[number] = mem_new(1, sizeof(struct page));
	return h->pages->at[number];
}

static inline struct page *page_of(struct histogram *h, size_t index)
{
	size_t number = index / PAGE_COUNTERS;
	struct page *page = h->pages ? h->pages->at[number] : NULL;

	return page ? page : page_make(h, number);
}

static void page_carry(struct page *page, size_t slot, uint64_t units)
{
	if (!page->high)
		page->high = mem_new(PAGE_COUNTERS, sizeof(*page->high));
	page->high[slot] += units;
}

static inline uint64_t page_get(const struct page *page, size_t slot)
{
	uint64_t high = page->high ? page->high[slot] : 0;

	return (high << 16) + page->low[slot];
}

static void page_free(struct page *page)
{
	if (page)
		free(page->high);
	free(page);
}

static void pages_add(struct histogram *h, size_t index, uint64_t n)
{
	struct page *page = page_of(h, index);
	size_t slot = index % PAGE_COUNTERS;
	uint64_t low = page->low[slot] + (n & 0xffff);
	uint64_t carried = (n >> 16) + (low >> 16);

	page->low[slot] = (uint16_t)low;
	if (carried)
		page_carry(page, slot, carried);
}

/* Where the counter is in the list, or belongs. */
static size_t few_place(const struct histogram_few *few, size_t index)
{
	size_t low = 0, high = few->length;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (few->at[middle].index < index)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static struct histogram_few *few_grow(struct histogram_few *few)
{
	size_t capacity = few ? (size_t)few->capacity + FEW_STEP : FEW_STEP;
	bool is_new = !few;

	few = mem_resize(few, 1, sizeof(*few) + capacity * sizeof(few->at[0]));
	if (is_new)
		few->length = 0;
	few->capacity = (uint16_t)capacity;
	return few;
}

/* False when there is no room for it in the list. */
static bool few_add(struct histogram *h, size_t index, uint64_t n)
{
	struct histogram_few *few = h->few;
	size_t place = few ? few_place(few, index) : 0;

	if (few && place < few->length && few->at[place].index == index) {
		if (n > (uint64_t)(UINT16_MAX - few->at[place].n))
			return false;
		few->at[place].n = (uint16_t)(few->at[place].n + n);
		return true;
	}
	if (n > UINT16_MAX || (few && few->length == FEW_MOST))
		return false;
	if (!few || few->length == few->capacity)
		few = h->few = few_grow(few);
	memmove(&few->at[place + 1], &few->at[place],
	    (few->length++ - place) * sizeof(few->at[0]));
	few->at[place] = (struct few){ (uint16_t)index, (uint16_t)n };
	return true;
}

/* From now on every counter has its place. */
static void turn_to_pages(struct histogram *h)
{
	struct histogram_few *few = h->few;

	h->few = NULL;
	for (size_t i = 0; few && i < few->length; i++)
		pages_add(h, few->at[i].index, few->at[i].n);
	free(few);
}

static inline int64_t clamp(struct histogram *h, int64_t value_us, uint64_t n)
{
	if (value_us >= HISTOGRAM_MIN_US && value_us <= HISTOGRAM_MAX_US)
		return value_us;
	h->clamped += n;
	return value_us < HISTOGRAM_MIN_US ? HISTOGRAM_MIN_US
	                                   : HISTOGRAM_MAX_US;
}

void histogram_record(struct histogram *h, int64_t value_us)
{
	uint64_t value = (uint64_t)clamp(h, value_us, 1);
	size_t index = layout_index(HISTOGRAM_LAYOUT, value);

	if (!h->pages) {
		histogram_add(h, index, 1);
		return;
	}
	struct page *page = page_of(h, index);
	if (++page->low[index % PAGE_COUNTERS] == 0)
		page_carry(page, index % PAGE_COUNTERS, 1);
	h->count++;
}

void histogram_record_n(struct histogram *h, int64_t value_us, uint64_t n)
{
	uint64_t value;

	if (n == 0)
		return;
	value = (uint64_t)clamp(h, value_us, n);
	histogram_add(h, layout_index(HISTOGRAM_LAYOUT, value), n);
}

void histogram_add(struct histogram *h, size_t index, uint64_t n)
{
	h->count += n;
	if (!h->pages && few_add(h, index, n))
		return;
	if (!h->pages)
		turn_to_pages(h);
	pages_add(h, index, n);
}

void histogram_merge(struct histogram *into, const struct histogram *from)
{
	size_t cursor = 0, index;
	uint64_t n, clamped = from->clamped;

	while (histogram_next_index(from, &cursor, &index, &n))
		histogram_add(into, index, n);
	into->clamped += clamped;
}

/* In the list the cursor counts its places. */
static int few_next(const struct histogram_few *few, size_t *cursor,
    size_t *index, uint64_t *n)
{
	if (!few || *cursor >= few->length)
		return 0;
	*index = few->at[*cursor].index;
	*n = few->at[*cursor].n;
	++*cursor;
	return 1;
}

/* Whether the next few counters, which begin at a multiple of so many, are 0:
 * most of a page are, and one look is enough. */
#define AT_ONCE (sizeof(uint64_t) / sizeof(uint16_t))

static int are_empty(const struct page *page, size_t slot)
{
	uint64_t counters;

	if (slot % AT_ONCE || page->high)
		return 0;
	memcpy(&counters, &page->low[slot], sizeof(counters));
	return counters == 0;
}

int histogram_next_index(const struct histogram *h, size_t *cursor,
    size_t *index, uint64_t *n)
{
	size_t i = *cursor;

	if (!h->pages)
		return few_next(h->few, cursor, index, n);
	while (i < HISTOGRAM_INDEXES) {
		const struct page *page = h->pages->at[i / PAGE_COUNTERS];

		if (!page) {
			i += PAGE_COUNTERS - i % PAGE_COUNTERS;
			continue;
		}
		if (are_empty(page, i % PAGE_COUNTERS)) {
			i += AT_ONCE;
			continue;
		}
		*n = page_get(page, i % PAGE_COUNTERS);
		*index = i++;
		if (*n) {
			*cursor = i;
			return 1;
		}
	}
	*cursor = i;
	return 0;
}

int histogram_next(const struct histogram *h, size_t *cursor, int64_t *value_us,
    uint64_t *n)
{
	size_t index;

	if (!histogram_next_index(h, cursor, &index, n))
		return 0;
	*value_us = (int64_t)layout_highest(HISTOGRAM_LAYOUT, index);
	return 1;
}

/* How many values must be reached: rounded up, but not because the product of
 * two doubles came out one unit in the last place too large. */
static uint64_t rank(double percent, uint64_t count)
{
	double exact = percent / 100 * (double)count;
	uint64_t wanted;

	if (percent >= 100)
		return count;
	if (exact <= 1)
		return 1;
	wanted = (uint64_t)ceil(exact - ldexp(1, ilogb(exact) - 52));
	return wanted < count ? wanted : count;
}

void histogram_percentiles(const struct histogram *h, const double *percents,
    int64_t *values_us, size_t count)
{
	uint64_t reached = 0, n;
	size_t cursor = 0;
	int64_t value_us = 0;

	for (size_t i = 0; i < count; i++) {
		uint64_t wanted = rank(percents[i], h->count);
		while (percents[i] > 0 && reached < wanted &&
		       histogram_next(h, &cursor, &value_us, &n))
			reached += n;
		values_us[i] = percents[i] > 0 ? value_us : histogram_min(h);
	}
}

int64_t histogram_percentile(const struct histogram *h, double percent)
{
	int64_t value_us;

	histogram_percentiles(h, &percent, &value_us, 1);
	return value_us;
}

int64_t histogram_min(const struct histogram *h)
{
	size_t cursor = 0, index;
	uint64_t n;

	if (!histogram_next_index(h, &cursor, &index, &n))
		return 0;
	return (int64_t)layout_lowest(HISTOGRAM_LAYOUT, index);
}

int64_t histogram_max(const struct histogram *h)
{
	return histogram_percentile(h, 100);
}

double histogram_mean(const struct histogram *h)
{
	double total = 0;
	size_t cursor = 0, index;
	uint64_t n;

	if (h->count == 0)
		return 0;
	while (histogram_next_index(h, &cursor, &index, &n))
		total +=
		    (double)layout_middle(HISTOGRAM_LAYOUT, index) * (double)n;
	return total / (double)h->count;
}

double histogram_deviation(const struct histogram *h)
{
	double mean = histogram_mean(h), total = 0;
	size_t cursor = 0, index;
	uint64_t n;

	if (h->count == 0)
		return 0;
	while (histogram_next_index(h, &cursor, &index, &n)) {
		double off =
		    (double)layout_middle(HISTOGRAM_LAYOUT, index) - mean;
		total += off * off * (double)n;
	}
	return sqrt(total / (double)h->count);
}

double histogram_error(void)
{
	return ldexp(1, -HISTOGRAM_LAYOUT.half_bits);
}

void histogram_clear(struct histogram *h)
{
	if (h->pages) {
		for (size_t i = 0; i < PAGES; i++)
			page_free(h->pages->at[i]);
	}
	free(h->pages);
	free(h->few);
	*h = (struct histogram){ 0 };
}
