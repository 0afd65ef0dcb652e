/* report_guide.h - the sections of the text that CloudP2P's guide knows, in its
 * shapes (specification 6.7). One without data writes nothing. */
#ifndef AGGREGATE_REPORT_GUIDE_H
#define AGGREGATE_REPORT_GUIDE_H

#include "aggregate/report.h"

#define GUIDE_WIDTH 60

void guide_overall(const struct report *report, FILE *to);
void guide_latency(const struct report *report, FILE *to);
void guide_servers(const struct report *report, FILE *to);
void guide_failures(const struct report *report, FILE *to);

/* A line of `width` times `c`; a section's title, underlined. */
void text_rule(FILE *to, char c, int width);
void text_heading(FILE *to, const char *title, int width);

/* The name that a row begins with, padded. None is cut, for two may begin
 * alike: a longer one has a line of its own. */
void text_name(FILE *to, const char *name, int width);

#endif
