/* header_list.h - the headers of every request as --header names them. */
#ifndef STRESS_CLIENT_HEADER_LIST_H
#define STRESS_CLIENT_HEADER_LIST_H

#include "lib/err.h"
#include "lib/options.h"

/* Appends copies of the items, each "NAME: VALUE" or "@FILE", whose lines are
 * such headers: what is secret then stands neither on the command line nor in
 * the record of the run. `list` begins as {0} and is released in any case.
 * Returns 0, or -1 with `err`, in which no line of a file is shown. */
int header_list_read(struct text_list *list, const struct text_list *items,
    struct err *err);

/* Appends a text, which is taken. */
void header_list_take(struct text_list *list, char *text);
void header_list_release(struct text_list *list);

#endif
