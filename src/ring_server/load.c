#include "ring_server/load.h"

#include <inttypes.h>
#include <stdio.h>

/* Nodes on one machine read the same counters at different moments; smoothing
 * keeps that from looking like a difference between them. */
#define SMOOTHING 0.2

double load_score(double cpu_percent, unsigned active_tasks,
    double available_memory_percent)
{
	double tasks = active_tasks < 10 ? active_tasks / 10.0 : 1.0;

	return 0.5 * cpu_percent + 0.3 * tasks * 100 +
	       0.2 * (100 - available_memory_percent);
}

static void read_cpu(struct load_meter *meter)
{
	uint64_t t[8] = { 0 }, all = 0, busy;
	FILE *file = fopen("/proc/stat", "re");
	int fields = 0;

	if (file) {
		fields = fscanf(file,
		    "cpu %" SCNu64 " %" SCNu64 " %" SCNu64 " %" SCNu64
		    " %" SCNu64 " %" SCNu64 " %" SCNu64 " %" SCNu64,
		    &t[0], &t[1], &t[2], &t[3], &t[4], &t[5], &t[6], &t[7]);
		fclose(file);
	}
	if (fields < 4)
		return;
	for (int i = 0; i < 8; i++)
		all += t[i];
	busy = all - t[3] - t[4]; /* idle and waiting for disks */
	if (meter->all_ticks && all > meter->all_ticks &&
	    busy >= meter->busy_ticks) {
		double now = 100.0 * (double)(busy - meter->busy_ticks) /
		             (double)(all - meter->all_ticks);

		meter->cpu_percent += SMOOTHING * (now - meter->cpu_percent);
	}
	meter->busy_ticks = busy;
	meter->all_ticks = all;
}

static double available_percent(void)
{
	char line[256];
	uint64_t total = 0, available = 0;
	FILE *file = fopen("/proc/meminfo", "re");

	while (file && fgets(line, sizeof line, file)) {
		(void)sscanf(line, "MemTotal: %" SCNu64, &total);
		(void)sscanf(line, "MemAvailable: %" SCNu64, &available);
	}
	if (file)
		fclose(file);
	return total ? 100.0 * (double)available / (double)total : 100.0;
}

double load_measure(struct load_meter *meter, unsigned active_tasks)
{
	read_cpu(meter);
	return load_score(meter->cpu_percent, active_tasks,
	    available_percent());
}
