#include "lib/readings.h"

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

void readings_add(struct readings *readings, enum reading_kind kind,
    double value, const char *name, size_t length)
{
	size_t end = readings->names_length + length + 1;
	if (end > readings->names_capacity) {
		readings->names_capacity = grown(readings->names_capacity, end);
		readings->names =
		    mem_resize(readings->names, readings->names_capacity, 1);
	}
	if (readings->count == readings->capacity) {
		readings->capacity =
		    grown(readings->capacity, readings->count + 1);
		readings->items = mem_resize(readings->items,
		    readings->capacity, sizeof *readings->items);
	}
	char *to = readings->names + readings->names_length;
	memcpy(to, name, length);
	to[length] = '\0';
	readings->items[readings->count++] =
	    (struct reading){ readings->names_length, value, kind };
	readings->names_length = end;
}

void readings_add_format(struct readings *readings, enum reading_kind kind,
    double value, const char *format, ...)
{
	char name[NAME_BYTES];
	va_list args;
	va_start(args, format);
	int length = vsnprintf(name, sizeof name, format, args);
	va_end(args);
	if (length > 0)
		readings_add(readings, kind, value, name, strlen(name));
}

const char *readings_name(const struct readings *readings, size_t index)
{
	return readings->names + readings->items[index].name;
}

const struct reading *readings_find(const struct readings *readings,
    const char *name, size_t hint)
{
	if (hint < readings->count &&
	    strcmp(readings_name(readings, hint), name) == 0)
		return &readings->items[hint];
	for (size_t i = 0; i < readings->count; i++)
		if (strcmp(readings_name(readings, i), name) == 0)
			return &readings->items[i];
	return NULL;
}

bool readings_get(const struct readings *readings, const char *name,
    double *value)
{
	const struct reading *reading = readings_find(readings, name, 0);
	if (reading)
		*value = reading->value;
	return reading != NULL;
}

void readings_clear(struct readings *readings)
{
	readings->count = 0;
	readings->names_length = 0;
}

void readings_release(struct readings *readings)
{
	free(readings->items);
	free(readings->names);
	*readings = (struct readings){ 0 };
}
