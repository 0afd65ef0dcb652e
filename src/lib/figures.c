#include "lib/figures.h"

#include "lib/mem.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NAME_BYTES 512 /* of a formatted one; a longer one is cut */

static size_t grown(size_t capacity, size_t needed)
{
	size_t least = capacity ? capacity : 64;
	while (least < needed)
		least *= 2;
	return least;
}

void figures_add(struct figures *figures, enum figure_kind kind, double value,
    const char *name, size_t length)
{
	size_t end = figures->names_length + length + 1;
	if (end > figures->names_capacity) {
		figures->names_capacity = grown(figures->names_capacity, end);
		figures->names =
		    mem_resize(figures->names, figures->names_capacity, 1);
	}
	if (figures->count == figures->capacity) {
		figures->capacity =
		    grown(figures->capacity, figures->count + 1);
		figures->items = mem_resize(figures->items, figures->capacity,
		    sizeof *figures->items);
	}
	char *to = figures->names + figures->names_length;
	memcpy(to, name, length);
	to[length] = '\0';
	figures->items[figures->count++] =
	    (struct figure){ figures->names_length, value, kind };
	figures->names_length = end;
}

void figures_add_format(struct figures *figures, enum figure_kind kind,
    double value, const char *format, ...)
{
	char name[NAME_BYTES];
	va_list args;
	va_start(args, format);
	int length = vsnprintf(name, sizeof name, format, args);
	va_end(args);
	if (length > 0)
		figures_add(figures, kind, value, name, strlen(name));
}

const char *figures_name(const struct figures *figures, size_t index)
{
	return figures->names + figures->items[index].name;
}

const struct figure *figures_find(const struct figures *figures,
    const char *name, size_t hint)
{
	if (hint < figures->count &&
	    strcmp(figures_name(figures, hint), name) == 0)
		return &figures->items[hint];
	for (size_t i = 0; i < figures->count; i++)
		if (strcmp(figures_name(figures, i), name) == 0)
			return &figures->items[i];
	return NULL;
}

bool figures_get(const struct figures *figures, const char *name, double *value)
{
	const struct figure *figure = figures_find(figures, name, 0);
	if (figure)
		*value = figure->value;
	return figure != NULL;
}

void figures_clear(struct figures *figures)
{
	figures->count = 0;
	figures->names_length = 0;
}

void figures_release(struct figures *figures)
{
	free(figures->items);
	free(figures->names);
	*figures = (struct figures){ 0 };
}
