#include "lib/procstat.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* user nice system idle iowait irq softirq steal; guests are part of user. */
enum { STEAL = 7, FIELDS };

int procstat_parse(struct procstat *now, const char *line)
{
	uint64_t t[FIELDS] = { 0 };
	*now = (struct procstat){ 0 };
	if (strncmp(line, "cpu ", 4) != 0 ||
	    sscanf(line + 4,
	        "%" SCNu64 " %" SCNu64 " %" SCNu64 " %" SCNu64 " %" SCNu64
	        " %" SCNu64 " %" SCNu64 " %" SCNu64,
	        &t[0], &t[1], &t[2], &t[3], &t[4], &t[5], &t[6],
	        &t[STEAL]) != FIELDS)
		return -1;
	for (int i = 0; i < FIELDS; i++)
		now->all += t[i];
	now->steal = t[STEAL];
	return 0;
}

int procstat_read(struct procstat *now)
{
	char line[256];
	FILE *file = fopen("/proc/stat", "re");
	*now = (struct procstat){ 0 };
	if (!file)
		return -1;
	int result =
	    fgets(line, sizeof line, file) ? procstat_parse(now, line) : -1;
	fclose(file);
	return result;
}

double procstat_steal_percent(const struct procstat *before,
    const struct procstat *now)
{
	if (before->all == 0 || now->all <= before->all ||
	    now->steal < before->steal)
		return 0;
	return 100.0 * (double)(now->steal - before->steal) /
	       (double)(now->all - before->all);
}
