/* outfile.h - a file that appears whole or not at all: written under a
 * temporary name in its own folder, flushed, closed with a check, renamed. A
 * device or a pipe is written to as it is. */
#ifndef LIB_OUTFILE_H
#define LIB_OUTFILE_H

#include "lib/err.h"

#include <stdio.h>

struct outfile {
	FILE *stream; /* write here; stdout for the path "-" */
	char *path, *temporary;
};

/* Opens `path` for writing; "-" is stdout. Returns 0, or -1 with `err`. */
int outfile_open(struct outfile *file, const char *path, struct err *err);

/* Makes it appear. Returns 0, or -1 with `err` (disk full, say); then the
 * temporary file is gone and an older file of that name untouched. */
int outfile_commit(struct outfile *file, struct err *err);

/* Leaves no trace. Harmless after outfile_commit. */
void outfile_discard(struct outfile *file);

/* Makes a folder and its parents. Returns 0, or -1 with `err`. */
int outfile_folder(const char *path, struct err *err);

#endif
