/* option_value.h - one row of an option table: its value from text, and back.
 * For options.c and option_help.c. */
#ifndef LIB_OPTION_VALUE_H
#define LIB_OPTION_VALUE_H

#include "lib/buf.h"
#include "lib/err.h"
#include "lib/options.h"
#include "lib/unit.h"

/* The row's unit where its value is a quantity. */
enum unit option_unit(const struct option *row);

/* Its conf key: NUM_CLIENTS. Freed by the caller. */
char *option_key(const struct option *row);

/* Sets the value in `values`, freeing an older one. `texts` are the elements;
 * all rows but lists take exactly one. Returns 0, or -1 with what would have
 * been right: "a number, from 1 to 1M". */
int option_value_set(const struct option *row, void *values,
    const struct text_list *texts, struct err *err);

/* Appends the value as a conf file has it, in normal form and quoted: plain
 * milliseconds for a key that ends in _MS. */
void option_value_print(const struct option *row, const void *values,
    struct buf *out);

void option_value_release(const struct option *row, void *values);

#endif
