#include "aggregate/ranges.h"

#include "lib/mem.h"
#include "lib/unit.h"

#include <inttypes.h>
#include <stdlib.h>

void ranges_add(struct ranges *ranges, uint64_t n)
{
	size_t count = ranges->count;
	ranges->total++;
	if (count && ranges->items[count - 1].last + 1 == n) {
		ranges->items[count - 1].last = n;
	} else if (count < RANGES_MAX) {
		ranges->items[count].first = ranges->items[count].last = n;
		ranges->count++;
	}
}

/* Puts the next part behind the words, which it frees. */
static char *join(char *words, size_t i, size_t count, char *part)
{
	const char *comma = i == 0 ? "" : i + 1 == count ? " and " : ", ";
	char *joined = mem_format("%s%s%s", words, comma, part);
	free(words);
	free(part);
	return joined;
}

char *ranges_words(const struct ranges *ranges)
{
	uint64_t left = ranges->total;
	for (size_t i = 0; i < ranges->count; i++)
		left -= ranges->items[i].last - ranges->items[i].first + 1;

	size_t count = ranges->count + (left > 0);
	char *words = mem_text("");
	for (size_t i = 0; i < ranges->count; i++) {
		uint64_t first = ranges->items[i].first;
		uint64_t last = ranges->items[i].last;
		words = join(words, i, count,
		    first == last
		        ? mem_format("%" PRIu64, first)
		        : mem_format("%" PRIu64 "-%" PRIu64, first, last));
	}
	char more[UNIT_TEXT];
	if (left)
		words = join(words, ranges->count, count,
		    mem_format("%s more", unit_count(more, left)));
	return words;
}
