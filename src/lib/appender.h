/* appender.h - a file to which lines are appended, each with one write: who
 * reads it meanwhile, or after a kill, finds whole lines. */
#ifndef LIB_APPENDER_H
#define LIB_APPENDER_H

#include "lib/buf.h"
#include "lib/err.h"

struct appender {
	const char *path; /* for messages; borrowed */
	int fd;
};

/* "-" is stdout. The file is made where it is not there. Returns 0, or -1 with
 * `err`. */
int appender_open(struct appender *appender, const char *path, struct err *err);

/* Writes all of `lines` and empties it. Returns 0, or -1 with `err`. */
int appender_write(struct appender *appender, struct buf *lines,
    struct err *err);

/* Harmless when it is not open. */
void appender_close(struct appender *appender);

#endif
