#include "lib/readings.h"

#include "lib/unit.h"

#include <assert.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define WHOLE_MAX 1e15

static bool is_bytes(const char *name)
{
	const char *dot = strrchr(name, '.');
	const char *last = dot ? dot + 1 : name;
	return strstr(last, "bytes") || strcmp(last, "rss") == 0 ||
	       strncmp(name, "memory.", 7) == 0;
}

char *reading_words(char out[READING_TEXT], const char *name, double value)
{
	static_assert(READING_TEXT >= UNIT_TEXT, "unit.h writes into it");
	if (is_bytes(name) && value >= 0 && value < 1e18)
		return unit_bytes(out, (uint64_t)value);
	if (fabs(value) < WHOLE_MAX)
		return unit_decimal(out, value, floor(value) < value ? 2 : 0);
	snprintf(out, READING_TEXT, "%.6g", value);
	return out;
}
