/* sources.h - which files there are to read. */
#ifndef LIB_SOURCES_H
#define LIB_SOURCES_H

#include "lib/err.h"

#include <stdbool.h>
#include <stddef.h>

/* In the order in which they are read. */
enum source_kind {
	SOURCE_FAULTS,   /* fault_events.jsonl */
	SOURCE_RUN,      /* machine_1_run.json */
	SOURCE_TIMELINE, /* machine_1_timeline.jsonl */
	SOURCE_CLIENT,   /* machine_1_client_2.json, machine_1/client_2.json */
	SOURCE_SAMPLES,  /* host_1.jsonl, probe_relay1.jsonl */
	SOURCE_STREAM,   /* JSON lines of any of them; "-" is stdin */
};

struct source {
	char *path;
	enum source_kind kind;
};

struct sources {
	struct source *items; /* owned */
	size_t count;
	bool has_folder; /* one was named */
};

/* Adds a file, "-", or what a folder and the folders in it hold. What is known
 * to be something else (logs, reports) is passed over.
 * Returns 0, or -1 with `err`. */
int sources_add(struct sources *sources, const char *path, struct err *err);

/* Adds a file of faults' events, whatever its name. */
void sources_add_faults(struct sources *sources, const char *path);

/* Into the order of reading: by kind, then by name. One that was named twice is
 * there once. */
void sources_sort(struct sources *sources);

void sources_release(struct sources *sources);

#endif
