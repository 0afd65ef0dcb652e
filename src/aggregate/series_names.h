/* series_names.h - the servers and the phases that a series tells of: names
 * that many intervals share. Private to series*.c but for what series.h shows.
 */
#ifndef AGGREGATE_SERIES_NAMES_H
#define AGGREGATE_SERIES_NAMES_H

#include "aggregate/series.h"

/* Notes in the slice how many requests each server got. */
void series_note_servers(struct series *series, struct slice *slice,
    const struct counts *servers);

/* Widens the phase of that name by the slice. */
void series_note_phase(struct series *series, const struct slice *slice,
    const char *name);

void series_forget_names(struct series *series);

#endif
