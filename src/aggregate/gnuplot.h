/* gnuplot.h - gnuplot as a child process: a script in, what it draws out. */
#ifndef AGGREGATE_GNUPLOT_H
#define AGGREGATE_GNUPLOT_H

#include "lib/err.h"

#include <stdio.h>

/* Runs gnuplot on what `write` writes, with no settings but its own, nothing of
 * our environment but PATH, and no file. Returns what it wrote, to be freed; or
 * NULL with `err`: it is not installed, or it failed, or it took too long. */
char *gnuplot_run(void (*write)(const void *arg, FILE *to), const void *arg,
    struct err *err);

#endif
