/* format_csv.h - what the CSV files have in common (RFC 4180, but for lines
 * that end with a newline only). */
#ifndef AGGREGATE_FORMAT_CSV_H
#define AGGREGATE_FORMAT_CSV_H

#include "aggregate/report.h"

/* A text in quotes. One that a spreadsheet would take for a formula (= + - @)
 * gets an apostrophe in front. NULL is an empty cell. */
void csv_text(const char *text, FILE *to);

/* ",42" and ",12.345"; the cell is empty where the figure is not finite. */
void csv_count(uint64_t n, FILE *to);
void csv_number(double value, int digits, FILE *to);

/* The titles ",service_min_ms,...", and the figures below them in milliseconds;
 * the cells are empty where there are none, or none is known (NULL). */
void csv_latency_titles(const char *what, FILE *to);
void csv_latencies(const struct histogram *h, FILE *to);

/* The files. Errors show in the stream. */
void csv_intervals(const struct report *report, FILE *to);
void csv_run(const struct report *report, FILE *to);
void csv_phases(const struct report *report, FILE *to);
void csv_operations(const struct report *report, FILE *to);
void csv_faults(const struct report *report, FILE *to);

#endif
