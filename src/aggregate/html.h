/* html.h - the report as one page that needs nothing else: no network, no
 * script, no file beside it. */
#ifndef AGGREGATE_HTML_H
#define AGGREGATE_HTML_H

#include "aggregate/report.h"

/* Writes the page. Its pictures are gnuplot's; without it there are the numbers
 * and a line that says what is missing. Errors show in the stream. */
void html_write(const struct report *report, FILE *to);

#endif
