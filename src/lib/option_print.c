#include "lib/option_table.h"
#include "lib/option_value.h"

#include "lib/clock.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* In single quotes unless every byte is harmless. */
static void print_text(struct buf *out, const char *text)
{
	static const char harmless[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	    "0123456789_./:@%+,-";
	if (*text && text[strspn(text, harmless)] == '\0') {
		buf_add_text(out, text);
		return;
	}
	buf_add_text(out, "'");
	for (; *text; text++) {
		if (*text == '\'')
			buf_add_text(out, "'\\''");
		else
			buf_add(out, text, 1);
	}
	buf_add_text(out, "'");
}

/* The fewest decimals that come back as the same number. */
static void print_number(struct buf *out, double number)
{
	char text[400];
	for (int decimals = 0; decimals < 40; decimals++) {
		snprintf(text, sizeof text, "%.*f", decimals, number);
		if (strtod(text, NULL) == number)
			break;
	}
	buf_add_text(out, text);
}

static void print_time(struct buf *out, enum unit unit, int64_t ns)
{
	static const struct {
		const char *word;
		int64_t ns;
	} units[] = { { "h", 3600 * NS_PER_SECOND },
		{ "m", 60 * NS_PER_SECOND }, { "s", NS_PER_SECOND },
		{ "ms", NS_PER_MS }, { "us", NS_PER_US }, { "ns", 1 } };
	size_t i = 0;
	if (unit != UNIT_NS) {
		int64_t one = unit == UNIT_MS ? NS_PER_MS : NS_PER_SECOND;
		print_number(out, (double)ns / (double)one);
		return;
	}
	if (ns == 0)
		i = 2; /* 0s */
	while (ns % units[i].ns != 0)
		i++;
	buf_add_format(out, "%" PRId64 "%s", ns / units[i].ns, units[i].word);
}

static void print_list(struct buf *out, const struct text_list *list)
{
	buf_add_text(out, "(");
	for (size_t i = 0; i < list->count; i++) {
		buf_add_text(out, " ");
		print_text(out, list->items[i]);
	}
	buf_add_text(out, " )");
}

static void print_choice(struct buf *out, const char *words, int choice)
{
	while (choice-- > 0)
		words += strcspn(words, "|") + 1;
	buf_add(out, words, strcspn(words, "|"));
}

void option_value_print(const struct option *row, const void *value,
    struct buf *out)
{
	switch (row->type) {
	case OPTION_FLAG:
		buf_add_text(out, *(const bool *)value ? "true" : "false");
		break;
	case OPTION_COUNT:
	case OPTION_BYTES:
		buf_add_format(out, "%" PRIu64, *(const uint64_t *)value);
		break;
	case OPTION_TIME:
		print_time(out, option_unit(row), *(const int64_t *)value);
		break;
	case OPTION_RATE:
	case OPTION_SHARE:
		print_number(out, *(const double *)value);
		break;
	case OPTION_TEXT:
	case OPTION_CONF: {
		const char *text = *(char *const *)value;
		print_text(out, text ? text : "");
		break;
	}
	case OPTION_LIST:
	case OPTION_ITEMS:
		print_list(out, value);
		break;
	case OPTION_CHOICE:
		print_choice(out, row->words, *(const int *)value);
		break;
	}
}

void options_print(const struct options *options, FILE *to)
{
	struct option_slot slot;
	struct buf text = { 0 };
	for (size_t i = 0; (slot = option_slot(options, i)).row; i++) {
		char key[OPTION_NAME];
		/* Of several rows of one name the first stands for all. */
		if (option_find(options, slot.name).value != slot.value)
			continue;
		if (slot.in_family && !*slot.given)
			continue;
		bool set = *slot.given || slot.row->fallback ||
		           slot.row->type == OPTION_FLAG ||
		           slot.row->type == OPTION_LIST ||
		           slot.row->type == OPTION_ITEMS;
		buf_add_format(&text, "%s=", option_key(key, slot.name));
		if (set)
			option_value_print(slot.row, slot.value, &text);
		else
			buf_add_text(&text, "''");
		buf_add_text(&text, "\n");
	}
	if (text.length)
		fwrite(text.data, 1, text.length, to);
	buf_release(&text);
}
