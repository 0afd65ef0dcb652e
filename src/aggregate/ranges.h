/* ranges.h - numbers in words, and not too many: "3, 7 and 12-15". */
#ifndef AGGREGATE_RANGES_H
#define AGGREGATE_RANGES_H

#include <stddef.h>
#include <stdint.h>

#define RANGES_MAX 10

/* {0} is empty. */
struct ranges {
	struct {
		uint64_t first, last;
	} items[RANGES_MAX];
	size_t count;   /* of the items; more numbers are only counted */
	uint64_t total; /* numbers */
};

/* Adds a number that is larger than all before it. */
void ranges_add(struct ranges *ranges, uint64_t n);

/* The words, to be freed; what is beyond RANGES_MAX ranges is "and 20 more". */
char *ranges_words(const struct ranges *ranges);

#endif
