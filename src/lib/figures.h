/* figures.h - named numbers of one moment: what a file of /proc or a metrics
 * page says. Filled again for every sample without new memory. */
#ifndef LIB_FIGURES_H
#define LIB_FIGURES_H

#include <stdbool.h>
#include <stddef.h>

enum figure_kind {
	FIGURE_NOW,     /* a state: may go up and down */
	FIGURE_COUNTER, /* only grows, unless its owner was restarted */
	/* Counters that are told as what they did between two samples: */
	FIGURE_RATE,   /* ... per second */
	FIGURE_EVENTS, /* ... how many; rare ones */
	FIGURE_SHARE,  /* seconds of a time, told in percent, at most 100 */
	FIGURE_USE,    /* the same of several cores: may pass 100 */
};

struct figure {
	size_t name; /* where it begins among the names */
	double value;
	enum figure_kind kind;
};

/* {0} is empty. */
struct figures {
	struct figure *items;
	size_t count, capacity;
	char *names; /* each with its NUL */
	size_t names_length, names_capacity;
};

/* Adds one, with a name of `length` bytes or a formatted one. A name that is
 * there already is there twice. */
void figures_add(struct figures *figures, enum figure_kind kind, double value,
    const char *name, size_t length);
void figures_add_format(struct figures *figures, enum figure_kind kind,
    double value, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* Its name, until the next addition. */
const char *figures_name(const struct figures *figures, size_t index);

/* The first one of that name, or NULL. `hint` is where it may well be. */
const struct figure *figures_find(const struct figures *figures,
    const char *name, size_t hint);

/* The value of that name. Returns whether it is there. */
bool figures_get(const struct figures *figures, const char *name,
    double *value);

/* Adds to `to` what `now` says after `before`, `seconds` earlier: states as
 * they are; of the counters "X_per_second", "X" of events, "X_percent" of
 * shares. A counter that was not there before or has gone backwards is left
 * out. */
void figures_change(struct figures *to, const struct figures *before,
    const struct figures *now, double seconds);

/* Empties it and keeps the memory for the next time; or gives it back. */
void figures_clear(struct figures *figures);
void figures_release(struct figures *figures);

#endif
