/* generator.h - whether a load generator kept up, or measured itself: adds up
 * the intervals of one process and judges them. Pure.
 *
 * Nobody else has limits for busy and late. What they are, and why, stands at
 * their names in generator.c. No verdict blames the generator for its target:
 * a server that freezes or crawls makes response times long and threads idle,
 * and neither counts here. */
#ifndef LIB_GENERATOR_H
#define LIB_GENERATOR_H

#include "lib/histogram.h"
#include "lib/record.h"

#include <stdbool.h>
#include <stdint.h>

/* The worse the larger. */
enum generator_verdict {
	GENERATOR_UNKNOWN, /* no interval told of it, or nobody wants one */
	GENERATOR_OK,
	GENERATOR_SUSPECT, /* figures may be affected */
	GENERATOR_INVALID, /* figures tell of the generator itself */
};

/* {0} begins. */
struct generator {
	bool unjudged;
	int64_t ms;         /* how long its intervals were */
	int64_t full_ms;    /* of that: a thread used all of its core */
	int64_t late_ms;    /* some requests were begun late */
	int64_t overrun_ms; /* most were, by most of their response time */
	int64_t unread_ms;  /* answers lay unread for most of their service,
	                       and a thread had much to do */
	int64_t slow_ms;    /* as much for the slowest of them */
	uint64_t overrun_started;         /* requests begun in overrun_ms */
	double cpu_ms, busy_ms, steal_ms; /* percent times ms */
	uint64_t begun; /* what `lag` is about; of older intervals 100 each */
	uint64_t sent, no_ports, no_files;
	uint64_t open_files, open_files_limit; /* at the worst moment */
	struct histogram lag, receive_delay;
	struct histogram slow_delay; /* receive_delay of slow_ms */
};

/* Adds an interval, the last line of a process as well. */
void generator_add(struct generator *generator,
    const struct record_interval *interval);
void generator_clear(struct generator *generator);

#define GENERATOR_WHY 100

struct generator_judgement {
	enum generator_verdict verdict;
	/* The figure that decided it: "core full 97 % of the time"; "" when OK.
	 */
	char why[GENERATOR_WHY];
	const char *remedy; /* "use more threads ..."; "" when OK */
};

struct generator_judgement generator_judge(const struct generator *generator);

struct generator_figures {
	double cpu_percent, steal_percent; /* means; of a core, of all cores */
	int64_t lag_p50_us, lag_p99_us, lag_max_us;
	int64_t receive_delay_p99_us; /* 0 also where nothing was sampled */
};

struct generator_figures generator_figures(const struct generator *generator);

/* "OK", "SUSPECT", "INVALID", "unknown". */
const char *generator_word(enum generator_verdict verdict);

#endif
