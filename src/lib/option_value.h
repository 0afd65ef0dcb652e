/* option_value.h - a row's value from text and back. Only options.c and
 * option_help.c need this; programs include options.h. */
#ifndef LIB_OPTION_VALUE_H
#define LIB_OPTION_VALUE_H

#include "lib/buf.h"
#include "lib/options.h"
#include "lib/unit.h"

/* The unit of a row of numbers; a time's depends on how its name ends. */
enum unit option_unit(const struct option *row);

/* Sets `value` to the row's default, or to nothing at all. */
void option_value_default(const struct option *row, void *value);

/* Sets `value` from one text, or from the items of a list. Nothing ("" or no
 * items) takes away the value of a row without default. Returns 0, or -1
 * with `err` saying what the row takes: "a whole number such as ...". */
int option_value_set(const struct option *row, void *value, const char *text,
    struct err *err);
int option_value_set_list(const struct option *row, void *value,
    const struct text_list *items, struct err *err);

/* As option_value_set for a flag that came before: ITEMS gain one more. */
int option_value_add(const struct option *row, void *value, const char *text,
    struct err *err);

/* Appends the value as a conf file has it: quoted for the shell where need
 * be, times of "-ms" and "-secs" rows as plain numbers. */
void option_value_print(const struct option *row, const void *value,
    struct buf *out);

/* Frees what the value owns. */
void option_value_release(const struct option *row, void *value);

#endif
