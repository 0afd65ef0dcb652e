/* counts.h - how many of what: a small map from names to numbers. */
#ifndef LIB_COUNTS_H
#define LIB_COUNTS_H

#include <stddef.h>
#include <stdint.h>

struct count {
	char *name; /* owned */
	uint64_t n;
};

/* {0} is empty. Sorted by name; few names, many additions. */
struct counts {
	struct count *items;
	size_t length;
};

/* Adds `n` to what the name has, or to nothing. */
void counts_add(struct counts *counts, const char *name, uint64_t n);

/* What the name has; 0 when it is not there. */
uint64_t counts_get(const struct counts *counts, const char *name);

/* The sum over all names. */
uint64_t counts_total(const struct counts *counts);

/* Fills in the `most` largest, the largest first and by name where they are
 * alike; they stay part of `counts`. Returns how many there are. */
size_t counts_top(const struct counts *counts, const struct count **top,
    size_t most);

/* Adds every name of `from`. */
void counts_merge(struct counts *into, const struct counts *from);
void counts_clear(struct counts *counts); /* all to nothing, storage freed */

#endif
