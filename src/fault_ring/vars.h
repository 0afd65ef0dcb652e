/* vars.h - the variables at the head of a script: names of ours, values of any
 * kind, always quoted. */
#ifndef FAULT_RING_VARS_H
#define FAULT_RING_VARS_H

#include "lib/buf.h"

#include <stddef.h>

struct var {
	const char *name; /* borrowed */
	char *value;
};

/* {0} has none. */
struct vars {
	struct var *items;
	size_t count;
};

/* Sets it anew, or changes it. NULL is "". */
void vars_set(struct vars *vars, const char *name, const char *value);
void vars_format(struct vars *vars, const char *name, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* "" when it is not set. */
const char *vars_get(const struct vars *vars, const char *name);

void vars_copy(struct vars *to, const struct vars *from);

/* Appends name='value', a line each. */
void vars_write(const struct vars *vars, struct buf *to);

/* Appends `text` with $name and ${name} replaced by values that are known and
 * not empty: for people to read. */
void vars_expand(const struct vars *vars, const char *text, struct buf *to);

void vars_release(struct vars *vars);

#endif
