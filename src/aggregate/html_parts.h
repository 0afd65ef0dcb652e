/* html_parts.h - what the parts of the page are made of. Private to html*.c.
 * All text that is formatted here is escaped. */
#ifndef AGGREGATE_HTML_PARTS_H
#define AGGREGATE_HTML_PARTS_H

#include "aggregate/html_charts.h"
#include "aggregate/report.h"

#include <stdio.h>

/* <section id="faults"><h2>Faults</h2> */
void html_section(FILE *to, const char *id, const char *title);
void html_section_end(FILE *to);

/* A table in a box of its own, which scrolls where it is too wide. Heads that
 * begin with '#' are those of numbers. */
void html_table(FILE *to, const char *const *heads, size_t count);
void html_table_end(FILE *to);

/* Cells; rows are <tr> and </tr>. */
void html_text_cell(FILE *to, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void html_name_cell(FILE *to, const char *format, ...) /* in one line */
    __attribute__((format(printf, 2, 3)));
void html_words_cell(FILE *to, const char *format, ...) /* a sentence */
    __attribute__((format(printf, 2, 3)));
void html_number_cell(FILE *to, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* "n. d.", and why when it is pointed at. */
void html_unknown_cell(FILE *to, const char *why);

/* A paragraph. */
void html_words(FILE *to, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* A paragraph of what the text report says; none where it says nothing. */
void html_words_of(FILE *to, void (*write)(const struct report *, FILE *),
    const struct report *report);

/* Escaped, without anything around it. */
void html_format(FILE *to, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* <details><summary>...</summary>, to be closed by </details>. */
void html_details(FILE *to, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Cells of p50, p95, p99 and the maximum in ms; "-" where there is none. */
void html_latency_cells(FILE *to, const struct histogram *h);

/* The parts of the page, in their order. One without data writes nothing. */
void html_style(FILE *to);
void html_verdict(const struct report *report, FILE *to);
void html_faults(const struct report *report, FILE *to);
void html_reconnects(const struct report *report, FILE *to);
void html_latencies(const struct html_charts *charts, FILE *to);
void html_failures(const struct report *report, FILE *to);
void html_anomalies(const struct report *report, FILE *to);
void html_thresholds(const struct report *report, FILE *to);
void html_operations(const struct report *report, FILE *to);
void html_phases(const struct report *report, FILE *to);
void html_machines(const struct report *report, FILE *to);
void html_samples(const struct report *report, FILE *to);
void html_trust(const struct report *report, FILE *to);

#endif
