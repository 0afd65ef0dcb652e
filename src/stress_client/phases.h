/* phases.h - how the load changes with time: what PHASES says.
 *
 * The load is a number of clients (a closed loop) or a rate of requests (an
 * open one). Moments are nanoseconds since the start of the run. Nothing here
 * looks at a clock. */
#ifndef STRESS_CLIENT_PHASES_H
#define STRESS_CLIENT_PHASES_H

#include "lib/err.h"
#include "lib/options.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A stretch of a phase in which the load is constant, or goes from `begin` to
 * `end` in a line or (`grows`) by the same factor in equal times. */
struct phase_part {
	const char *name; /* of its phase */
	int64_t from_ns, length_ns;
	double begin, end;
	bool grows;
	double before; /* arrivals until from_ns */
};

/* {0} has none and lasts for no time. */
struct phases {
	struct phase_part *parts;
	size_t count;
	char **names; /* owned */
	size_t name_count;
	int64_t length_ns; /* of all; CLOCK_NEVER: without end */
};

/* What the words of a load mean. */
struct load_unit {
	bool open_loop;
	double full;  /* 100 %; 0: there is none to take a share of */
	double most;  /* a load above it is refused */
	double scale; /* every duration is this much shorter */
};

/* Whether one of them is a rate ("500/s"): then the loop is an open one. */
bool phases_name_a_rate(const struct text_list *texts);

/* Reads "NAME TIME LOAD", one after another: LOAD is "100%", "500", "500/s",
 * from one to another "10%..100%" (in a line) or "1%*100%" (by growth), or
 * "steps 10%..50% by 10% every 30s". Returns 0, or -1 with `err`, and then
 * there are none. */
int phases_parse(struct phases *phases, const struct text_list *texts,
    const struct load_unit *unit, struct err *err);

/* One phase, "sustained", of a constant load. */
void phases_constant(struct phases *phases, double load, int64_t length_ns);
void phases_release(struct phases *phases);

/* The load at a moment; from the end on, the last one. */
double phases_load(const struct phases *phases, int64_t at_ns);
const char *phases_name(const struct phases *phases, int64_t at_ns);
double phases_peak(const struct phases *phases);

/* When the phase after that of the moment begins; CLOCK_NEVER in the last. */
int64_t phases_next(const struct phases *phases, int64_t at_ns);

/* The first moment, not before `from_ns`, at which the load is above `rank`;
 * CLOCK_NEVER when there is none. */
int64_t phases_above(const struct phases *phases, double rank, int64_t from_ns);

/* How many requests have arrived before a moment, where the load is a rate, and
 * the inverse: the moment at which `place` have; CLOCK_NEVER when so many never
 * do. */
double phases_arrivals(const struct phases *phases, int64_t at_ns);
int64_t phases_moment(const struct phases *phases, double place);

#endif
