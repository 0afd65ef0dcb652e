/* option_table.h - the rows of all sets as one table. Only options.c and
 * option_help.c need this; programs include options.h. */
#ifndef LIB_OPTION_TABLE_H
#define LIB_OPTION_TABLE_H

#include "lib/options.h"

/* A row, and where its value lives. Two sets may have rows of one name (two
 * drivers, say): then a flag or key sets both. */
struct option_slot {
	const struct option *row; /* NULL: there are no more */
	void *value;
	bool *given;
};

/* The slot with that number, counted through all sets. */
struct option_slot option_slot(const struct options *options, size_t index);

/* The first slot of that name; `row` is NULL when there is none. */
struct option_slot option_find(const struct options *options, const char *name);

/* "num-clients" to NUM_CLIENTS and back; `out` holds OPTION_NAME bytes, and
 * longer names are cut. */
#define OPTION_NAME 64
char *option_key(char *out, const char *name);
char *option_name(char *out, const char *key);

/* The known name nearest to a mistyped one, or NULL when none is near. */
const char *option_nearest(const struct options *options, const char *name);

/* The flags that every program has. */
extern const struct option option_common[];
extern const size_t option_common_count;

/* Writes what --help prints. */
void option_help(const struct options *options, FILE *to);

#endif
