/* report.h - the merged run as text for people and as JSON for programs. */
#ifndef AGGREGATE_REPORT_H
#define AGGREGATE_REPORT_H

#include "aggregate/impact.h"
#include "aggregate/judge.h"
#include "aggregate/merge.h"

#include <stdbool.h>
#include <stdio.h>

struct figures;
struct anomalies;
struct notes;
struct reconnects;
struct samples;
struct thresholds;

struct report {
	const struct merge *merge;
	const struct verdict *verdict;
	const struct impact *impact;
	const struct anomalies *anomalies;
	const struct samples *samples;
	const struct notes *notes;
	const struct reconnects *reconnects; /* after reconnects_find */
	const struct series *series;         /* after series_finish */
	const struct thresholds *thresholds; /* after thresholds_judge */
	const char *cost; /* of the test, in words; NULL: not known */
	bool all_faults;  /* service times of all of them, not of the worst */
	bool utf8;        /* bars as blocks, or as '#' */
};

/* final_report.txt and final_report.json. Errors show in the stream. */
void report_text(const struct report *report, FILE *to);
void report_json(const struct report *report, FILE *to);

/* Writes both to `folder`, which is made where it is not there. Returns 0, or
 * -1 with `err`. */
int report_write(const struct report *report, const char *folder,
    struct err *err);

/* The run's name, or "" when its files have none. */
const char *report_run_id(const struct report *report);

/* From the first record's start to the last one's end; at least the longest of
 * those that have no start. */
double report_duration_seconds(const struct report *report);
double report_throughput(const struct report *report); /* ok per second */

/* The latencies that the report shows: the exact ones, or where there are none
 * at all those estimated from CloudP2P's own files. */
const struct histogram *report_latencies(const struct report *report);
bool report_estimated(const struct report *report);

#endif
