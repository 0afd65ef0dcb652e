#include "lib/operations.h"

#include "lib/mem.h"

#include <stdlib.h>
#include <string.h>

/* Index of the first name that is not before `name`. */
static size_t place(const struct operations *operations, const char *name)
{
	size_t low = 0, high = operations->length;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (strcmp(operations->items[middle].name, name) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static bool is_at(const struct operations *operations, size_t i,
    const char *name)
{
	return i < operations->length &&
	       strcmp(operations->items[i].name, name) == 0;
}

/* Whether there is room for no other name but OPERATIONS_OTHER. */
static bool is_full(const struct operations *operations)
{
	if (operations->length < OPERATIONS_MAX - 1)
		return false;
	size_t others = operations_find(operations, OPERATIONS_OTHER) ? 1 : 0;
	return operations->length - others >= OPERATIONS_MAX - 1;
}

struct operation *operations_add(struct operations *operations,
    const char *name)
{
	size_t i = place(operations, name);
	if (!is_at(operations, i, name) && is_full(operations)) {
		name = OPERATIONS_OTHER;
		i = place(operations, name);
	}
	if (is_at(operations, i, name))
		return &operations->items[i];
	operations->items = mem_resize(operations->items,
	    operations->length + 1, sizeof *operations->items);
	struct operation *at = &operations->items[i];
	memmove(at + 1, at, (operations->length++ - i) * sizeof *at);
	*at = (struct operation){ .name = mem_text(name) };
	return at;
}

const struct operation *operations_find(const struct operations *operations,
    const char *name)
{
	size_t i = place(operations, name);
	return is_at(operations, i, name) ? &operations->items[i] : NULL;
}

uint64_t operations_ok(const struct operations *operations)
{
	uint64_t ok = 0;
	for (size_t i = 0; i < operations->length; i++)
		ok += operations->items[i].ok;
	return ok;
}

void operations_clear(struct operations *operations)
{
	for (size_t i = 0; i < operations->length; i++) {
		struct operation *operation = &operations->items[i];
		free(operation->name);
		histogram_clear(&operation->service);
		histogram_clear(&operation->response);
	}
	free(operations->items);
	*operations = (struct operations){ 0 };
}
