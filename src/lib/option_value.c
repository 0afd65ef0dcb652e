#include "lib/option_value.h"

#include "lib/clock.h"
#include "lib/conf.h"
#include "lib/mem.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static void *place(const struct option *row, void *values)
{
	return (char *)values + row->offset;
}

static const void *place_const(const struct option *row, const void *values)
{
	return (const char *)values + row->offset;
}

static bool ends_in(const char *text, const char *end)
{
	size_t length = strlen(text), tail = strlen(end);
	return length >= tail && strcmp(text + length - tail, end) == 0;
}

static enum unit time_unit(const char *name)
{
	if (ends_in(name, "-ms"))
		return UNIT_MS;
	return ends_in(name, "-secs") ? UNIT_SECONDS : UNIT_NS;
}

enum unit option_unit(const struct option *row)
{
	switch (row->type) {
	case OPTION_TIME:
		return time_unit(row->name);
	case OPTION_BYTES:
		return UNIT_BYTES;
	case OPTION_RATE:
		return UNIT_PER_SECOND;
	case OPTION_SHARE:
		return UNIT_SHARE;
	case OPTION_FLAG:
	case OPTION_COUNT:
	case OPTION_TEXT:
	case OPTION_LIST:
	case OPTION_CHOICE:
	case OPTION_CONF:
		break;
	}
	return UNIT_NONE;
}

char *option_key(const struct option *row)
{
	char *key = mem_text(row->name);
	for (char *c = key; *c; c++)
		*c = *c == '-' ? '_' : (char)toupper((unsigned char)*c);
	return key;
}

static int set_flag(bool *value, const char *text, struct err *err)
{
	static const char *const yes[] = { "true", "yes", "on", "1" };
	static const char *const no[] = { "false", "no", "off", "0" };
	for (size_t i = 0; i < sizeof yes / sizeof *yes; i++) {
		bool is_yes = strcmp(text, yes[i]) == 0;
		if (is_yes || strcmp(text, no[i]) == 0) {
			*value = is_yes;
			return 0;
		}
	}
	return err_set(err, "true or false");
}

/* Whole numbers are read as such: seeds and ids go beyond 2^53. */
static int parse_whole(const char *text, enum unit unit, uint64_t *value)
{
	size_t digits = strspn(text, "0123456789");
	if (digits > 0 && text[digits] == '\0') {
		errno = 0;
		*value = strtoull(text, NULL, 10);
		return errno ? -1 : 0;
	}
	double quantity;
	if (unit_parse(text, unit, &quantity) != 0 ||
	    quantity >= 18446744073709551616.0)
		return -1;
	*value = (uint64_t)quantity;
	return (double)*value == quantity ? 0 : -1;
}

static int refuse_quantity(const struct option *row, struct err *err)
{
	const char *words = unit_words(option_unit(row));
	if (row->from && row->to)
		return err_set(err, "%s, from %s to %s", words, row->from,
		    row->to);
	if (row->from)
		return err_set(err, "%s, at least %s", words, row->from);
	if (row->to)
		return err_set(err, "%s, at most %s", words, row->to);
	return err_set(err, "%s", words);
}

static int set_whole(const struct option *row, uint64_t *value,
    const char *text, struct err *err)
{
	enum unit unit = option_unit(row);
	uint64_t number, bound;
	if (parse_whole(text, unit, &number) != 0 ||
	    (row->from && parse_whole(row->from, unit, &bound) == 0 &&
	        number < bound) ||
	    (row->to && parse_whole(row->to, unit, &bound) == 0 &&
	        number > bound))
		return refuse_quantity(row, err);
	*value = number;
	return 0;
}

/* A quantity that is kept as a double, or as nanoseconds. */
static int parse_quantity(const struct option *row, const char *text,
    double *quantity)
{
	if (row->type == OPTION_TIME && strcmp(text, "0") == 0) {
		*quantity = 0;
		return 0;
	}
	if (unit_parse(text, option_unit(row), quantity) != 0)
		return -1;
	return row->type == OPTION_TIME && *quantity >= 9.2e18 ? -1 : 0;
}

static int set_quantity(const struct option *row, double *value,
    const char *text, struct err *err)
{
	double number, bound;
	if (parse_quantity(row, text, &number) != 0 ||
	    (row->from && parse_quantity(row, row->from, &bound) == 0 &&
	        number < bound) ||
	    (row->to && parse_quantity(row, row->to, &bound) == 0 &&
	        number > bound))
		return refuse_quantity(row, err);
	*value = number;
	return 0;
}

static int set_choice(const struct option *row, int *value, const char *text,
    struct err *err)
{
	const char *word = row->words;
	for (int i = 0;; i++) {
		size_t length = strcspn(word, "|");
		if (strlen(text) == length &&
		    strncmp(text, word, length) == 0) {
			*value = i;
			return 0;
		}
		if (word[length] == '\0')
			return err_set(err, "one of %s", row->words);
		word += length + 1;
	}
}

static void set_text(char **value, const char *text)
{
	free(*value);
	*value = mem_text(text);
}

static void clear_list(struct text_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		free(list->items[i]);
	free(list->items);
	*list = (struct text_list){ 0 };
}

static void set_list(struct text_list *list, const struct text_list *texts)
{
	clear_list(list);
	list->items = mem_new(texts->count, sizeof *list->items);
	for (size_t i = 0; i < texts->count; i++)
		list->items[list->count++] = mem_text(texts->items[i]);
}

int option_value_set(const struct option *row, void *values,
    const struct text_list *texts, struct err *err)
{
	void *value = place(row, values);
	if (row->type == OPTION_LIST) {
		set_list(value, texts);
		return 0;
	}
	if (texts->count != 1)
		return err_set(err, "one value, not a list");
	const char *text = texts->items[0];
	double time_ns;
	switch (row->type) {
	case OPTION_FLAG:
		return set_flag(value, text, err);
	case OPTION_COUNT:
	case OPTION_BYTES:
		return set_whole(row, value, text, err);
	case OPTION_TIME:
		if (set_quantity(row, &time_ns, text, err) != 0)
			return -1;
		*(int64_t *)value = (int64_t)time_ns;
		return 0;
	case OPTION_RATE:
	case OPTION_SHARE:
		return set_quantity(row, value, text, err);
	case OPTION_CHOICE:
		return set_choice(row, value, text, err);
	case OPTION_TEXT:
	case OPTION_CONF:
	case OPTION_LIST:
		break;
	}
	set_text(value, text);
	return 0;
}

static void print_quoted(const char *text, struct buf *out)
{
	char *quoted = conf_quote(text);
	buf_add_text(out, quoted);
	free(quoted);
}

static void print_list(const struct text_list *list, struct buf *out)
{
	buf_add_text(out, "(");
	for (size_t i = 0; i < list->count; i++) {
		buf_add_text(out, " ");
		print_quoted(list->items[i], out);
	}
	buf_add_text(out, " )");
}

static void print_time(const struct option *row, int64_t ns, struct buf *out)
{
	enum unit unit = option_unit(row);
	if (unit == UNIT_MS)
		buf_add_format(out, "%.15g", (double)ns / NS_PER_MS);
	else if (unit == UNIT_SECONDS)
		buf_add_format(out, "%.15g", (double)ns / NS_PER_SECOND);
	else if (ns % NS_PER_SECOND == 0)
		buf_add_format(out, "%" PRId64 "s", ns / NS_PER_SECOND);
	else
		buf_add_format(out, "%.15gms", (double)ns / NS_PER_MS);
}

static void print_choice(const char *words, int choice, struct buf *out)
{
	for (; choice > 0; choice--)
		words += strcspn(words, "|") + 1;
	buf_add(out, words, strcspn(words, "|"));
}

void option_value_print(const struct option *row, const void *values,
    struct buf *out)
{
	const void *value = place_const(row, values);
	switch (row->type) {
	case OPTION_FLAG:
		buf_add_text(out, *(const bool *)value ? "true" : "false");
		break;
	case OPTION_COUNT:
	case OPTION_BYTES:
		buf_add_format(out, "%" PRIu64, *(const uint64_t *)value);
		break;
	case OPTION_TIME:
		print_time(row, *(const int64_t *)value, out);
		break;
	case OPTION_RATE:
		buf_add_format(out, "%.15g/s", *(const double *)value);
		break;
	case OPTION_SHARE:
		buf_add_format(out, "%.15g%%", *(const double *)value * 100);
		break;
	case OPTION_CHOICE:
		print_choice(row->words, *(const int *)value, out);
		break;
	case OPTION_LIST:
		print_list(value, out);
		break;
	case OPTION_TEXT:
	case OPTION_CONF:
		print_quoted(*(char *const *)value, out);
		break;
	}
}

void option_value_release(const struct option *row, void *values)
{
	void *value = place(row, values);
	if (row->type == OPTION_LIST) {
		clear_list(value);
	} else if (row->type == OPTION_TEXT || row->type == OPTION_CONF) {
		free(*(char **)value);
		*(char **)value = NULL;
	}
}
