/* table.h - a few figures of every sample in columns, for who watches. */
#ifndef RELAY_PROBE_TABLE_H
#define RELAY_PROBE_TABLE_H

#include "lib/options.h"
#include "lib/record_sample.h"

#include <stdint.h>
#include <stdio.h>

struct table {
	FILE *to;
	const struct text_list *names; /* borrowed */
	uint64_t rows;
	struct column {
		uint64_t count;
		double sum, least, most;
	} * columns; /* owned */
};

void table_init(struct table *table, const struct text_list *names, FILE *to);

/* A line: the figures, "-" for one that is not there, '?' behind one that
 * cannot be right, with the reasons at the end. */
void table_row(struct table *table, const struct record_sample *sample);

/* The least, mean and most of each column. */
void table_end(const struct table *table);

void table_release(struct table *table);

#endif
