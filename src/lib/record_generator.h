/* record_generator.h - the "generator" of an interval: what a load generator
 * saw of itself, from which lib/generator.h judges whether it kept up. */
#ifndef LIB_RECORD_GENERATOR_H
#define LIB_RECORD_GENERATOR_H

#include "lib/histogram.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct json_t;

/* {0}: nothing is known, and nothing is written. */
struct record_generator {
	bool unjudged;              /* its user wants no verdict */
	double *thread_cpu_percent; /* of a core, of each thread; owned */
	size_t threads;
	/* Of its time, in which the busiest thread had something to do: more
	 * than it got where others wanted its core too. */
	double busy_percent;
	double steal_percent; /* of all cores; taken by the hypervisor */
	/* How long answers lay in the kernel before they were read, in us, of a
	 * sample of them. */
	struct histogram receive_delay;
	uint64_t open_files, open_files_limit; /* of the process; 0: unknown */
};

void record_generator_release(struct record_generator *generator);

/* As a JSON object; NULL without memory. */
struct json_t *record_generator_json(const struct record_generator *generator);

#endif
