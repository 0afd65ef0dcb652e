/* record_fields.h - members of a JSON object, read into a struct by a table.
 *
 * What is read is input: every number and every text has bounds. Private to the
 * readers of records. */
#ifndef LIB_RECORD_FIELDS_H
#define LIB_RECORD_FIELDS_H

#include "lib/err.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

/* Reads one value. `name` is for the message. Returns 0, or -1 with `err`;
 * then `out` may hold a part, which is released as ever. */
typedef int read_value(json_t *value, const char *name, void *out,
    struct err *err);

read_value read_count;       /* uint64_t, 0 to 10^15 */
read_value read_time;        /* int64_t, 0 to 10^15 */
read_value read_real;        /* double, 0 to 10^12 */
read_value read_bool;        /* bool */
read_value read_text;        /* char *, to be freed; at most 1 KiB */
read_value read_histogram;   /* struct histogram, added to */
read_value read_counts;      /* struct counts, added to; at most 10,000 names */
read_value read_operations;  /* struct operations; at most 1,000 */
read_value read_loop;        /* bool: "open" is true, "closed" is false */
read_value read_generator;   /* struct record_generator */
read_value read_connections; /* struct record_connections */

/* A member, and where in a struct its value goes. */
struct field {
	const char *name;
	read_value *read;
	size_t offset;
	bool required;
};

/* Reads the members that the table names, up to its row { 0 }; null is as good
 * as absent. Returns 0, or -1 with `err`: a value is wrong, or a required one
 * is missing. */
int read_fields(json_t *object, const struct field *fields, void *into,
    struct err *err);

#endif
