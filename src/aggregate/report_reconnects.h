/* report_reconnects.h - how lost connections came back, in the report. */
#ifndef AGGREGATE_REPORT_RECONNECTS_H
#define AGGREGATE_REPORT_RECONNECTS_H

#include "aggregate/report.h"

#include <jansson.h>

/* The section RECONNECTS; nothing where no connections are held. */
void reconnects_text(const struct report *report, FILE *to);

/* What the figures mean, in sentences; and why messages are not determined,
 * NULL where they are. */
void reconnects_guide(const struct report *report, FILE *to);
const char *reconnects_why_no_messages(const struct report *report);

/* "Listeners were silent: ..." of the driver tonk; else nothing. */
void listeners_text(const struct report *report, FILE *to);

/* final_report.json's "reconnects", null where no connections are held, and
 * "listeners": "answering", "silent", "mixed", or null. */
json_t *reconnects_json(const struct report *report);
json_t *listeners_json(const struct report *report);

#endif
