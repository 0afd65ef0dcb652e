#include "stress_client/phases.h"

#include "lib/clock.h"
#include "lib/mem.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

static double seconds(int64_t ns)
{
	return (double)ns / (double)NS_PER_SECOND;
}

void phases_constant(struct phases *phases, double load, int64_t length_ns)
{
	*phases = (struct phases){ .count = 1, .length_ns = length_ns };
	phases->parts = mem_new(1, sizeof *phases->parts);
	phases->parts[0] = (struct phase_part){ .name = "sustained",
		.length_ns = length_ns,
		.begin = load,
		.end = load };
}

void phases_release(struct phases *phases)
{
	for (size_t i = 0; i < phases->name_count; i++)
		free(phases->names[i]);
	free(phases->names);
	free(phases->parts);
	*phases = (struct phases){ 0 };
}

/* The part in which a moment lies: the last one from the end on. */
static const struct phase_part *part_at(const struct phases *phases,
    int64_t at_ns)
{
	size_t low = 0, high = phases->count;
	assert(high > 0);
	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;
		if (phases->parts[middle].from_ns <= at_ns)
			low = middle;
		else
			high = middle;
	}
	return &phases->parts[low];
}

static double load_of(const struct phase_part *part, int64_t at_ns)
{
	if (part->begin == part->end || at_ns <= part->from_ns)
		return part->begin;
	if (at_ns >= part->from_ns + part->length_ns)
		return part->end;
	double share =
	    (double)(at_ns - part->from_ns) / (double)part->length_ns;
	if (part->grows)
		return part->begin * pow(part->end / part->begin, share);
	return part->begin + (part->end - part->begin) * share;
}

double phases_load(const struct phases *phases, int64_t at_ns)
{
	return load_of(part_at(phases, at_ns), at_ns);
}

const char *phases_name(const struct phases *phases, int64_t at_ns)
{
	return part_at(phases, at_ns)->name;
}

double phases_peak(const struct phases *phases)
{
	double peak = 0;
	for (size_t i = 0; i < phases->count; i++) {
		const struct phase_part *part = &phases->parts[i];
		peak = fmax(peak, fmax(part->begin, part->end));
	}
	return peak;
}

int64_t phases_next(const struct phases *phases, int64_t at_ns)
{
	const struct phase_part *last = phases->parts + phases->count - 1;
	const struct phase_part *part = part_at(phases, at_ns);
	for (const char *name = part->name; part < last; name = part->name) {
		part++;
		if (part->name != name)
			return part->from_ns;
	}
	return CLOCK_NEVER;
}

/* The first moment of a part in which the load rises from not above `rank` to
 * above it: it is there at `high_ns`. */
static int64_t rise(const struct phase_part *part, double rank, int64_t low_ns,
    int64_t high_ns)
{
	while (high_ns - low_ns > 1) {
		int64_t middle_ns = low_ns + (high_ns - low_ns) / 2;
		if (load_of(part, middle_ns) > rank)
			high_ns = middle_ns;
		else
			low_ns = middle_ns;
	}
	return high_ns;
}

int64_t phases_above(const struct phases *phases, double rank, int64_t from_ns)
{
	if (from_ns >= phases->length_ns)
		return CLOCK_NEVER;
	const struct phase_part *end = phases->parts + phases->count;
	for (const struct phase_part *part = part_at(phases, from_ns);
	     part < end; part++) {
		int64_t low_ns =
		    from_ns > part->from_ns ? from_ns : part->from_ns;
		if (load_of(part, low_ns) > rank)
			return low_ns;
		/* A part without end is constant. */
		if (part->begin >= part->end)
			continue;
		int64_t last_ns = part->from_ns + part->length_ns - 1;
		if (load_of(part, last_ns) > rank)
			return rise(part, rank, low_ns, last_ns);
	}
	return CLOCK_NEVER;
}

/* Arrivals from the part's beginning until so many seconds later. */
static double area(const struct phase_part *part, double time)
{
	double length = seconds(part->length_ns), begin = part->begin;
	if (part->begin == part->end)
		return begin * time;
	if (part->grows) {
		double growth = log(part->end / begin) / length;
		return begin * expm1(growth * time) / growth;
	}
	double slope = (part->end - begin) / length;
	return (begin + slope * time / 2) * time;
}

/* The inverse: how long it takes until so many have arrived, in seconds. */
static double time_for(const struct phase_part *part, double arrivals)
{
	double length = seconds(part->length_ns), begin = part->begin;
	if (arrivals <= 0)
		return 0;
	if (part->begin == part->end)
		return arrivals / begin;
	if (part->grows) {
		double growth = log(part->end / begin) / length;
		return log1p(arrivals * growth / begin) / growth;
	}
	/* Of the quadratic's two forms, the one without a difference of nearly
	 * equal numbers. */
	double slope = (part->end - begin) / length;
	double root = begin * begin + 2 * slope * arrivals;
	return 2 * arrivals / (begin + sqrt(fmax(root, 0)));
}

double phases_arrivals(const struct phases *phases, int64_t at_ns)
{
	if (at_ns <= 0)
		return 0;
	if (at_ns > phases->length_ns)
		at_ns = phases->length_ns;
	const struct phase_part *part = part_at(phases, at_ns);
	return part->before + area(part, seconds(at_ns - part->from_ns));
}

/* The part in which an arrival comes. Of parts that begin at the same place the
 * last is meant: in the others nothing arrives. */
static const struct phase_part *part_of(const struct phases *phases,
    double place)
{
	size_t low = 0, high = phases->count;
	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;
		if (phases->parts[middle].before <= place)
			low = middle;
		else
			high = middle;
	}
	return &phases->parts[low];
}

int64_t phases_moment(const struct phases *phases, double place)
{
	const struct phase_part *part = part_of(phases, place);
	if (part->begin <= 0 && part->end <= 0)
		return CLOCK_NEVER;
	double time = time_for(part, place - part->before);
	double ns = rint(time * (double)NS_PER_SECOND);
	if (!(ns < (double)(phases->length_ns - part->from_ns)))
		return CLOCK_NEVER;
	return part->from_ns + (int64_t)ns;
}
