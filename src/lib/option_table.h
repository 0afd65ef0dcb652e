/* option_table.h - the rows of all sets as one table. Only options.c and
 * option_help.c need this; programs include options.h. */
#ifndef LIB_OPTION_TABLE_H
#define LIB_OPTION_TABLE_H

#include "lib/options.h"

#define OPTION_NAME 64 /* bytes of a name; longer ones are cut */

/* A row, and where its value lives. Two sets may have rows of one name (two
 * drivers, say): then a flag or key sets both. */
struct option_slot {
	const struct option *row; /* NULL: there are no more */
	char name[OPTION_NAME];   /* the row's; in a family "server-1-host" */
	bool in_family;
	void *value;
	bool *given;
};

/* The slot with that number, counted through all sets. */
struct option_slot option_slot(const struct options *options, size_t index);

size_t option_slot_count(const struct options *options);

/* The first slot of that name; `row` is NULL when there is none. */
struct option_slot option_find(const struct options *options, const char *name);

/* "num-clients" to NUM_CLIENTS and back; `out` holds OPTION_NAME bytes. */
char *option_key(char *out, const char *name);
char *option_name(char *out, const char *key);

/* The known name nearest to a mistyped one (as a slot, for its name), or one
 * without a row when none is near. */
struct option_slot option_nearest(const struct options *options,
    const char *name);

/* The flags that every program has. */
extern const struct option option_common[];
extern const size_t option_common_count;

/* Writes what --help prints. */
void option_help(const struct options *options, FILE *to);

#endif
