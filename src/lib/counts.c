#include "lib/counts.h"

#include "lib/mem.h"

#include <stdlib.h>
#include <string.h>

/* Index of the first name that is not before `name`. */
static size_t place(const struct counts *counts, const char *name)
{
	size_t low = 0, high = counts->length;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (strcmp(counts->items[middle].name, name) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static int is_at(const struct counts *counts, size_t i, const char *name)
{
	return i < counts->length && strcmp(counts->items[i].name, name) == 0;
}

void counts_add(struct counts *counts, const char *name, uint64_t n)
{
	size_t i = place(counts, name);
	if (!is_at(counts, i, name)) {
		counts->items = mem_resize(counts->items, counts->length + 1,
		    sizeof *counts->items);
		memmove(&counts->items[i + 1], &counts->items[i],
		    (counts->length - i) * sizeof *counts->items);
		counts->items[i] = (struct count){ .name = mem_text(name) };
		counts->length++;
	}
	counts->items[i].n += n;
}

uint64_t counts_get(const struct counts *counts, const char *name)
{
	size_t i = place(counts, name);
	return is_at(counts, i, name) ? counts->items[i].n : 0;
}

uint64_t counts_total(const struct counts *counts)
{
	uint64_t total = 0;
	for (size_t i = 0; i < counts->length; i++)
		total += counts->items[i].n;
	return total;
}

size_t counts_top(const struct counts *counts, const struct count **top,
    size_t most)
{
	size_t length = 0;
	for (size_t i = 0; i < counts->length; i++) {
		const struct count *item = &counts->items[i];
		size_t at = length;
		for (; at > 0 && top[at - 1]->n < item->n; at--)
			if (at < most)
				top[at] = top[at - 1];
		if (at < most)
			top[at] = item;
		if (length < most)
			length++;
	}
	return length;
}

void counts_merge(struct counts *into, const struct counts *from)
{
	for (size_t i = 0; i < from->length; i++)
		counts_add(into, from->items[i].name, from->items[i].n);
}

void counts_clear(struct counts *counts)
{
	for (size_t i = 0; i < counts->length; i++)
		free(counts->items[i].name);
	free(counts->items);
	*counts = (struct counts){ 0 };
}
