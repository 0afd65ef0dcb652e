/* follow.h - reads what is appended to timeline files. */
#ifndef LIVE_VIEW_FOLLOW_H
#define LIVE_VIEW_FOLLOW_H

#include "lib/buf.h"
#include "lib/err.h"
#include "lib/live.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct followed {
	char *path;
	FILE *stream;
	bool is_timeline; /* a line of it could be read */
	struct buf line;  /* the beginning of a line whose end has not come */
};

/* { .path = ... } begins. */
struct follower {
	const char *path; /* a file, or a folder of machine_*_timeline.jsonl */
	struct followed *files;
	size_t count;
	uint64_t ended; /* processes that have written their last line */
};

/* Hands on what is new. A file that is not there yet is waited for, and a line
 * that a full disk has cut is passed over. Returns 0, or -1 with `err`: a file
 * that cannot be read or is no timeline. */
int follower_read(struct follower *follower, struct live *live,
    struct err *err);

void follower_release(struct follower *follower);

#endif
