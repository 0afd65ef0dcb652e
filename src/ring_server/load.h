/* load.h - how busy this node is, in one number (specification 3.3). */
#ifndef RING_SERVER_LOAD_H
#define RING_SERVER_LOAD_H

#include <stdint.h>

/* 0.5 cpu + 0.3 min(active / 10, 1) 100 + 0.2 (100 - available memory), in
 * percent: 0 idle, 100 full. */
double load_score(double cpu_percent, unsigned active_tasks,
    double available_memory_percent);

/* {0} begins. */
struct load_meter {
	uint64_t busy_ticks,
	    all_ticks;      /* of the machine, at the last reading */
	double cpu_percent; /* smoothed over the last readings */
};

/* Reads the machine's state from /proc. What cannot be read counts as idle. */
double load_measure(struct load_meter *meter, unsigned active_tasks);

#endif
