#include "lib/option_table.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

const struct option option_common[] = {
	{ .name = "conf",
	    .type = OPTION_TEXT,
	    .words = "FILE",
	    .help = "read this conf file; may be repeated, the later wins" },
	{ .name = "print-conf",
	    .type = OPTION_FLAG,
	    .help = "print the settings as a conf file and leave" },
	{ .name = "help", .type = OPTION_FLAG, .help = "print this and leave" },
	{ .name = "version",
	    .type = OPTION_FLAG,
	    .help = "print the version and leave" },
};

const size_t option_common_count = sizeof option_common / sizeof *option_common;

/* How many sets this one stands for. */
static size_t members(const struct option_set *set)
{
	return set->family ? OPTION_MEMBERS : 1;
}

static struct option_slot set_slot(const struct option_set *set, size_t index)
{
	size_t member = index / set->count;
	const struct option *row = &set->rows[index % set->count];
	struct option_slot slot = {
		.row = row,
		.in_family = set->family != NULL,
		.value = (char *)set->values + member * set->size + row->offset,
	};
	if (slot.in_family)
		snprintf(slot.name, sizeof slot.name, "%s-%zu-%s", set->family,
		    member + 1, row->name);
	else
		snprintf(slot.name, sizeof slot.name, "%s", row->name);
	return slot;
}

struct option_slot option_slot(const struct options *options, size_t index)
{
	size_t before = 0;
	for (size_t i = 0; i < options->set_count; i++) {
		const struct option_set *set = &options->sets[i];
		size_t count = set->count * members(set);
		if (index - before < count) {
			struct option_slot slot = set_slot(set, index - before);
			if (options->state)
				slot.given = &options->state[index];
			return slot;
		}
		before += count;
	}
	return (struct option_slot){ 0 };
}

size_t option_slot_count(const struct options *options)
{
	size_t count = 0;
	for (size_t i = 0; i < options->set_count; i++)
		count += options->sets[i].count * members(&options->sets[i]);
	return count;
}

struct option_slot option_find(const struct options *options, const char *name)
{
	struct option_slot slot = option_slot(options, 0);
	for (size_t i = 1; slot.row && strcmp(slot.name, name) != 0; i++)
		slot = option_slot(options, i);
	return slot;
}

char *option_key(char *out, const char *name)
{
	size_t i = 0;
	for (; name[i] && i + 1 < OPTION_NAME; i++)
		out[i] = name[i] == '-' ? '_'
		                        : (char)toupper((unsigned char)name[i]);
	out[i] = '\0';
	return out;
}

char *option_name(char *out, const char *key)
{
	size_t i = 0;
	for (; key[i] && i + 1 < OPTION_NAME; i++)
		out[i] =
		    key[i] == '_' ? '-' : (char)tolower((unsigned char)key[i]);
	out[i] = '\0';
	return out;
}

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* How many letters to insert, drop, change or swap with their neighbour to
 * come from a to b (optimal string alignment). Both < OPTION_NAME long. */
static size_t distance(const char *a, const char *b)
{
	size_t table[OPTION_NAME + 1][OPTION_NAME + 1];
	size_t m = strlen(a), n = strlen(b);
	for (size_t i = 0; i <= m; i++)
		table[i][0] = i;
	for (size_t j = 0; j <= n; j++)
		table[0][j] = j;
	for (size_t i = 1; i <= m; i++) {
		for (size_t j = 1; j <= n; j++) {
			size_t d = table[i - 1][j - 1] + (a[i - 1] != b[j - 1]);
			d = least(d, table[i - 1][j] + 1);
			d = least(d, table[i][j - 1] + 1);
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
			    a[i - 2] == b[j - 1])
				d = least(d, table[i - 2][j - 2] + 1);
			table[i][j] = d;
		}
	}
	return table[m][n];
}

struct option_slot option_nearest(const struct options *options,
    const char *name)
{
	char wanted[OPTION_NAME];
	struct option_slot slot, nearest = { 0 };
	option_name(wanted, name);
	/* A third of the letters may be wrong, and at least one. */
	size_t best = strlen(wanted) / 3 + 1;
	for (size_t i = 0; (slot = option_slot(options, i)).row; i++) {
		size_t d = distance(wanted, slot.name);
		if (d < best) {
			best = d;
			nearest = slot;
		}
	}
	static const struct option_set common = { .rows = option_common,
		.count = sizeof option_common / sizeof *option_common };
	for (size_t i = 0; i < common.count; i++) {
		size_t d = distance(wanted, option_common[i].name);
		if (d < best) {
			best = d;
			nearest = set_slot(&common, i);
		}
	}
	return nearest;
}
