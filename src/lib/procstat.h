/* procstat.h - how much of the machine's time others took: /proc/stat. */
#ifndef LIB_PROCSTAT_H
#define LIB_PROCSTAT_H

#include <stdint.h>

/* Ticks since the machine started, of all its cores. {0}: not known. */
struct procstat {
	uint64_t all, steal;
};

/* Reads the first line of /proc/stat; 0, or -1 where it is not as it should be.
 */
int procstat_parse(struct procstat *now, const char *line);
int procstat_read(struct procstat *now);

/* Percent of the time between the two that the hypervisor gave to others while
 * a core of this machine had work; 0 where one of them is not known. */
double procstat_steal_percent(const struct procstat *before,
    const struct procstat *now);

#endif
