/* listing.h - runs and their key figures, a line each, and how they went from
 * run to run. */
#ifndef COMPARE_LISTING_H
#define COMPARE_LISTING_H

#include "compare/settings.h"

#include <stddef.h>

/* --list and --trend: what the final_report.json of each says. One without a
 * report is named and passed over. Returns the exit code: EXIT_CANNOT when none
 * has one. */
int listing(const struct settings *settings, char **paths, size_t count);

#endif
