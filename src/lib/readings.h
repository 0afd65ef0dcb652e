/* readings.h - named numbers of one moment: what a file of /proc or a metrics
 * page says. Filled again for every sample without new memory. */
#ifndef LIB_READINGS_H
#define LIB_READINGS_H

#include <stdbool.h>
#include <stddef.h>

enum reading_kind {
	READING_NOW,     /* a state: may go up and down */
	READING_COUNTER, /* only grows, unless its owner was restarted */
	/* Counters that are told as what they did between two samples: */
	READING_RATE,   /* ... per second */
	READING_EVENTS, /* ... how many; rare ones */
	READING_SHARE,  /* seconds of a time, told in percent, at most 100 */
};

struct reading {
	size_t name; /* where it begins among the names */
	double value;
	enum reading_kind kind;
};

/* {0} is empty. */
struct readings {
	struct reading *items;
	size_t count, capacity;
	char *names; /* each with its NUL */
	size_t names_length, names_capacity;
};

/* Adds one, with a name of `length` bytes or a formatted one. A name that is
 * there already is there twice. */
void readings_add(struct readings *readings, enum reading_kind kind,
    double value, const char *name, size_t length);
void readings_add_format(struct readings *readings, enum reading_kind kind,
    double value, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* Its name, until the next addition. */
const char *readings_name(const struct readings *readings, size_t index);

/* The first one of that name, or NULL. `hint` is where it may well be. */
const struct reading *readings_find(const struct readings *readings,
    const char *name, size_t hint);

/* The value of that name. Returns whether it is there. */
bool readings_get(const struct readings *readings, const char *name,
    double *value);

/* Adds to `to` what `now` says after `before`, `seconds` earlier: states as
 * they are; of the counters "X_per_second", "X" of events, "X_percent" of
 * shares. A counter that was not there before or has gone backwards is left
 * out. */
void readings_change(struct readings *to, const struct readings *before,
    const struct readings *now, double seconds);

/* A value as people read it: of memory and bytes as such, 3.5 GB; else 1,234 or
 * 0.25. Fills `out` and returns it. */
#define READING_TEXT 40
char *reading_words(char out[READING_TEXT], const char *name, double value);

/* Empties it and keeps the memory for the next time; or gives it back. */
void readings_clear(struct readings *readings);
void readings_release(struct readings *readings);

#endif
