#include "lib/option_value.h"

#include "lib/conf.h"
#include "lib/mem.h"
#include "lib/unit.h"

#include <assert.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool is_list(const struct option *row)
{
	return row->type == OPTION_LIST || row->type == OPTION_ITEMS;
}

static bool ends_in(const char *name, const char *end)
{
	size_t length = strlen(name), wanted = strlen(end);
	return length >= wanted && strcmp(name + length - wanted, end) == 0;
}

enum unit option_unit(const struct option *row)
{
	switch (row->type) {
	case OPTION_TIME:
		if (ends_in(row->name, "-ms"))
			return UNIT_MS;
		return ends_in(row->name, "-secs") ? UNIT_SECONDS : UNIT_NS;
	case OPTION_BYTES:
		return UNIT_BYTES;
	case OPTION_RATE:
		return UNIT_PER_SECOND;
	case OPTION_SHARE:
		return UNIT_SHARE;
	case OPTION_COUNT:
	case OPTION_FLAG:
	case OPTION_TEXT:
	case OPTION_LIST:
	case OPTION_ITEMS:
	case OPTION_CHOICE:
	case OPTION_CONF:
		break;
	}
	return UNIT_NONE;
}

/* Plain digits are read without a detour over double, which would round
 * numbers above 2^53. */
static int parse_whole(const char *text, enum unit unit, uint64_t *n)
{
	double value;
	if (unit_parse(text, unit, &value) != 0)
		return -1;
	if (text[strspn(text, "0123456789")] == '\0') {
		errno = 0;
		*n = strtoull(text, NULL, 10);
		return errno == 0 ? 0 : -1;
	}
	if (value > 0x1p53 || value != floor(value))
		return -1;
	*n = (uint64_t)value;
	return 0;
}

static int parse_time(const char *text, enum unit unit, int64_t *ns)
{
	double value;
	if (unit_parse(text, unit, &value) != 0 || value >= 0x1p63)
		return -1;
	*ns = llround(value);
	return 0;
}

/* Whether from <= value <= to, in the row's own type. */
static bool within(const struct option *row, enum unit unit, double value)
{
	double bound;
	if (row->from) {
		int result = unit_parse(row->from, unit, &bound);
		assert(result == 0);
		if (result != 0 || value < bound)
			return false;
	}
	if (row->to) {
		int result = unit_parse(row->to, unit, &bound);
		assert(result == 0);
		if (result != 0 || value > bound)
			return false;
	}
	return true;
}

/* The error says what a row takes: "a share such as 80% or 0.8, at least 10%".
 */
static void expect(const struct option *row, struct err *err)
{
	char words[128] = "";
	if (row->type == OPTION_FLAG)
		snprintf(words, sizeof words, "true or false");
	else if (row->type == OPTION_CHOICE)
		snprintf(words, sizeof words, "one of %s", row->words);
	else if (row->type == OPTION_TEXT || is_list(row) ||
	         row->type == OPTION_CONF)
		snprintf(words, sizeof words,
		    "text without control characters");
	else
		snprintf(words, sizeof words, "%s",
		    unit_words(option_unit(row)));
	for (char *bar = words; row->type == OPTION_CHOICE && *bar; bar++)
		*bar = *bar == '|' ? '/' : *bar;
	if (row->from && row->to)
		err_set(err, "%s, from %s to %s", words, row->from, row->to);
	else if (row->from)
		err_set(err, "%s, at least %s", words, row->from);
	else if (row->to)
		err_set(err, "%s, at most %s", words, row->to);
	else
		err_set(err, "%s", words);
}

static int set_flag(bool *flag, const char *text)
{
	static const char *const words[] = { "false", "true", "no", "yes", "0",
		"1" };
	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		if (strcmp(text, words[i]) == 0) {
			*flag = i % 2;
			return 0;
		}
	}
	return -1;
}

static int set_choice(int *choice, const char *words, const char *text)
{
	size_t wanted = strlen(text);
	for (int i = 0; wanted > 0; i++) {
		size_t length = strcspn(words, "|");
		if (length == wanted && strncmp(words, text, length) == 0) {
			*choice = i;
			return 0;
		}
		if (words[length] == '\0')
			break;
		words += length + 1;
	}
	return -1;
}

static bool has_control(const char *text)
{
	for (const unsigned char *s = (const unsigned char *)text; *s; s++) {
		if ((*s < ' ' && *s != '\t') || *s == 0x7f)
			return true;
	}
	return false;
}

static int set_text(char **value, const char *text)
{
	if (has_control(text))
		return -1;
	free(*value);
	*value = mem_text(text);
	return 0;
}

/* A comma between braces, as in a figure of Prometheus', parts no items. */
static size_t item_length(const char *text)
{
	size_t length = strcspn(text, ",{");
	while (text[length] == '{') {
		const char *end = strchr(text + length, '}');
		length = end ? (size_t)(end - text) : length + 1;
		length += strcspn(text + length, ",{");
	}
	return length;
}

/* "a,b" into its items. */
static int set_split(struct text_list *list, const char *text)
{
	if (has_control(text))
		return -1;
	text_list_clear(list);
	for (;;) {
		size_t length = item_length(text);
		if (length > 0)
			text_list_add(list, text, length);
		if (text[length] == '\0')
			return 0;
		text += length + 1;
	}
}

static int set_only(struct text_list *list, const char *text)
{
	if (has_control(text))
		return -1;
	text_list_clear(list);
	text_list_add(list, text, strlen(text));
	return 0;
}

static int set_count(const struct option *row, uint64_t *n, const char *text)
{
	uint64_t value;
	enum unit unit = option_unit(row);
	if (parse_whole(text, unit, &value) != 0 ||
	    !within(row, unit, (double)value))
		return -1;
	*n = value;
	return 0;
}

static int set_time(const struct option *row, int64_t *ns, const char *text)
{
	int64_t value;
	enum unit unit = option_unit(row);
	if (parse_time(text, unit, &value) != 0 ||
	    !within(row, unit, (double)value))
		return -1;
	*ns = value;
	return 0;
}

static int set_number(const struct option *row, double *number,
    const char *text)
{
	double value;
	enum unit unit = option_unit(row);
	if (unit_parse(text, unit, &value) != 0 || !within(row, unit, value))
		return -1;
	*number = value;
	return 0;
}

static int set(const struct option *row, void *value, const char *text)
{
	switch (row->type) {
	case OPTION_FLAG:
		return set_flag(value, text);
	case OPTION_COUNT:
	case OPTION_BYTES:
		return set_count(row, value, text);
	case OPTION_TIME:
		return set_time(row, value, text);
	case OPTION_RATE:
	case OPTION_SHARE:
		return set_number(row, value, text);
	case OPTION_TEXT:
	case OPTION_CONF:
		return set_text(value, text);
	case OPTION_LIST:
		return set_split(value, text);
	case OPTION_ITEMS:
		return set_only(value, text);
	case OPTION_CHOICE:
		return set_choice(value, row->words, text);
	}
	return -1;
}

void option_value_release(const struct option *row, void *value)
{
	if (row->type == OPTION_TEXT || row->type == OPTION_CONF) {
		free(*(char **)value);
		*(char **)value = NULL;
	} else if (is_list(row)) {
		text_list_clear(value);
	}
}

static void set_nothing(const struct option *row, void *value)
{
	switch (row->type) {
	case OPTION_FLAG:
		*(bool *)value = false;
		break;
	case OPTION_COUNT:
	case OPTION_BYTES:
		*(uint64_t *)value = 0;
		break;
	case OPTION_TIME:
		*(int64_t *)value = 0;
		break;
	case OPTION_RATE:
	case OPTION_SHARE:
		*(double *)value = 0;
		break;
	case OPTION_CHOICE:
		*(int *)value = 0;
		break;
	case OPTION_TEXT:
	case OPTION_CONF:
	case OPTION_LIST:
	case OPTION_ITEMS:
		option_value_release(row, value);
		break;
	}
}

void option_value_default(const struct option *row, void *value)
{
	set_nothing(row, value);
	if (row->fallback) {
		int result = set(row, value, row->fallback);
		assert(result == 0);
		(void)result;
	}
}

int option_value_set(const struct option *row, void *value, const char *text,
    struct err *err)
{
	if (*text == '\0' && !row->fallback) {
		set_nothing(row, value);
		return 0;
	}
	if (set(row, value, text) != 0) {
		expect(row, err);
		return -1;
	}
	return 0;
}

int option_value_add(const struct option *row, void *value, const char *text,
    struct err *err)
{
	if (row->type != OPTION_ITEMS)
		return option_value_set(row, value, text, err);
	if (has_control(text)) {
		expect(row, err);
		return -1;
	}
	if (*text)
		text_list_add(value, text, strlen(text));
	return 0;
}

int option_value_set_list(const struct option *row, void *value,
    const struct text_list *items, struct err *err)
{
	if (!is_list(row))
		return err_set(err, "one value, not a list");
	for (size_t i = 0; i < items->count; i++) {
		if (has_control(items->items[i])) {
			expect(row, err);
			return -1;
		}
	}
	text_list_clear(value);
	for (size_t i = 0; i < items->count; i++)
		text_list_add(value, items->items[i], strlen(items->items[i]));
	return 0;
}
