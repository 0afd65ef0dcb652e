#include "lib/readings.h"

#include <math.h>

static double rounded(double value, double steps)
{
	return round(value * steps) / steps;
}

static void add_change(struct readings *to, const char *name,
    enum reading_kind kind, double change, double seconds)
{
	switch (kind) {
	case READING_RATE:
		readings_add_format(to, READING_NOW,
		    rounded(change / seconds, 10), "%s_per_second", name);
		break;
	case READING_EVENTS:
		readings_add_format(to, READING_NOW, change, "%s", name);
		break;
	case READING_SHARE:
		readings_add_format(to, READING_NOW,
		    fmin(rounded(100 * change / seconds, 100), 100),
		    "%s_percent", name);
		break;
	case READING_NOW:
	case READING_COUNTER:
		break;
	}
}

void readings_change(struct readings *to, const struct readings *before,
    const struct readings *now, double seconds)
{
	for (size_t i = 0; i < now->count; i++) {
		const struct reading *reading = &now->items[i];
		const char *name = readings_name(now, i);
		if (reading->kind == READING_NOW ||
		    reading->kind == READING_COUNTER) {
			readings_add_format(to, reading->kind, reading->value,
			    "%s", name);
			continue;
		}
		const struct reading *earlier = readings_find(before, name, i);
		if (earlier && seconds > 0 && reading->value >= earlier->value)
			add_change(to, name, reading->kind,
			    reading->value - earlier->value, seconds);
	}
}
