/* log.h - a program's running commentary: "[HH:MM:SS] [LEVEL] text". */
#ifndef LIB_LOG_H
#define LIB_LOG_H

#include "lib/err.h"

#include <stdio.h>

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR };

struct log {
	FILE *stream; /* NULL: silent */
	enum log_level least;
};

/* Opens `path` for appending, a line at a time; "-" is stderr. */
int log_open(struct log *log, const char *path, struct err *err);
/* Writes the line, shown as printable.h says; a very long one is cut. */
void log_write(struct log *log, enum log_level level, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void log_close(struct log *log);

#endif
