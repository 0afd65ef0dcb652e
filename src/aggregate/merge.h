/* merge.h - all records of a run, made one: pure, exact, bounded.
 *
 * Records come in any order. Each process of a machine wrote two accounts of
 * the same requests: a file for each client when it ended, and a timeline as it
 * went. The client files count where the process ended in order (its timeline
 * says so, or there is none); else the timeline stands for it. Latencies are
 * merged bucket by bucket; no percentile is ever averaged. */
#ifndef AGGREGATE_MERGE_H
#define AGGREGATE_MERGE_H

#include "aggregate/phases.h"
#include "aggregate/ranges.h"
#include "aggregate/seen.h"
#include "lib/generator.h"
#include "lib/record.h"
#include "lib/runs.h"
#include "lib/stats.h"

#include <stdbool.h>
#include <stdint.h>

/* What a process did, in one of its two accounts. */
struct account {
	uint64_t planned, sent, ok, failed;
	uint64_t latencies; /* as they came in */
	struct stats stats; /* empty once it is in the total, or needs not be */
};

struct process {
	uint64_t machine_id, number;
	char *timeline; /* the file that holds it; NULL before */
	bool ended;
	uint64_t clients;      /* the most that an interval saw */
	uint64_t client_files; /* records of clients read */
	uint64_t in_flight;    /* at the end of its last interval */
	uint64_t intervals;
	int64_t length_ms; /* of all its intervals */
	struct generator generator;
	struct phase_parts phases;
	struct account by_timeline, by_clients;
};

/* One machine, after merge_finish. */
struct machine {
	uint64_t id;
	uint64_t processes, clients, requests;
	uint64_t planned; /* requests sent or skipped */
	/* Requests that were to be, and of whose fate nothing is known; and how
	 * many of them were in flight when their process last wrote. */
	uint64_t unaccounted, in_flight;
	struct ranges missing; /* clients whose files are not there, by number
	                          as far as a description gives numbers */
	uint64_t killed_processes; /* the timeline stands for them */
	uint64_t disagreeing;      /* processes whose two accounts differ */
	/* Of its processes the worst: in verdict, and in each figure. */
	struct generator_judgement generator;
	struct generator_figures figures;
	bool has_timeline;
};

/* What a machine was to do, as its run description says. */
struct description {
	uint64_t machine_id;
	const char *driver; /* borrowed; NULL: not known */
	uint64_t clients;   /* numbered from 1; 0: not known */
	uint64_t processes; /* client i is of process (i - 1) % processes */
	uint64_t requests;  /* of all clients; 0: not known */
};

struct merge {
	struct runs runs;
	char *driver;
	bool open_loop; /* requests were sent when the plan said so */
	char *stopped;  /* what ended the run early, of the first that says so;
	                   NULL: nothing did */
	int64_t start_unix_ms, end_unix_ms; /* 0, 0 before the first record */
	int64_t undated_ms;         /* the longest record that has no start */
	int64_t longest_ms;         /* that a process was at work; no clock of
	                               the day is in it */
	struct process **processes; /* by machine, then number */
	size_t process_count;
	struct description *descriptions;
	size_t description_count;
	struct seen seen;
	uint64_t client_files, timeline_files, left_out;
	/* CloudP2P's files, which have no histogram. */
	uint64_t estimate_files;
	struct histogram estimate_us;

	struct phases phases;

	/* By merge_finish: */
	struct histogram lag; /* how late requests began, us; by timelines */
	struct stats total;   /* what ended in order is in it before */
	uint64_t counts_in, counts_out;  /* latencies read, latencies merged */
	uint64_t unaccounted, in_flight; /* of all machines */
	uint64_t planned; /* requests sent, skipped, unaccounted for */
	struct machine *machines;
	size_t machine_count;
};

enum merge_result {
	MERGE_TAKEN,
	MERGE_OTHER_RUN, /* passed over: it is of a run that does not count */
	MERGE_TWICE,     /* read already from another file; err names it */
};

/* Takes a record in. `path` is where it came from. */
enum merge_result merge_client(struct merge *merge,
    const struct record_client *client, const char *path, struct err *err);
enum merge_result merge_interval(struct merge *merge,
    const struct record_interval *interval, const char *path, struct err *err);

/* Takes in what a machine was to do, against which merge_finish holds what it
 * did. */
void merge_description(struct merge *merge, const char *run_id,
    const struct description *description);

/* Computes what is below in the struct. Call once, after the last record. */
void merge_finish(struct merge *merge);

/* Whether all that was to be there of it is, and agrees. After merge_finish. */
bool machine_is_whole(const struct machine *machine);

/* Whether it is of every machine, and no record was left out. */
bool merge_is_whole(const struct merge *merge);

void merge_release(struct merge *merge);

#endif
