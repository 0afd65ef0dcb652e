#include "wire/json_flat.h"

#include "lib/printable.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define DEPTH_MAX 32

/* The name so far, without a NUL. */
struct path {
	char name[METRICS_NAME_BYTES];
	size_t length;
};

static bool ends_in(const char *name, size_t length, const char *ending)
{
	size_t tail = strlen(ending);
	return length >= tail &&
	       memcmp(name + length - tail, ending, tail) == 0;
}

static enum reading_kind kind_of(const char *name, size_t length)
{
	return ends_in(name, length, "uptime") ||
	               ends_in(name, length, "uptime_seconds") ||
	               ends_in(name, length, "_total")
	           ? READING_COUNTER
	           : READING_NOW;
}

/* Appends ".key", or "key" at the beginning. False when it does not fit. */
static bool append(struct path *path, const char *key)
{
	size_t length = strlen(key), dot = path->length > 0;
	if (length == 0 || path->length + dot + length > sizeof path->name)
		return false;
	if (dot)
		path->name[path->length] = '.';
	memcpy(path->name + path->length + dot, key, length);
	path->length += dot + length;
	return true;
}

static void flatten(struct metrics *metrics, struct path *path, json_t *value,
    int depth);

static void flatten_member(struct metrics *metrics, struct path *path,
    const char *key, json_t *value, int depth)
{
	size_t before = path->length;
	if (depth < DEPTH_MAX && append(path, key))
		flatten(metrics, path, value, depth + 1);
	else
		metrics->malformed++;
	path->length = before;
}

static void flatten(struct metrics *metrics, struct path *path, json_t *value,
    int depth)
{
	const char *key;
	json_t *item;
	size_t i;
	switch (json_typeof(value)) {
	case JSON_OBJECT:
		json_object_foreach(value, key, item)
		    flatten_member(metrics, path, key, item, depth);
		break;
	case JSON_ARRAY:
		json_array_foreach(value, i, item)
		{
			char number[24];
			snprintf(number, sizeof number, "%zu", i);
			flatten_member(metrics, path, number, item, depth);
		}
		break;
	case JSON_INTEGER:
	case JSON_REAL:
		metrics_add(metrics, kind_of(path->name, path->length),
		    json_number_value(value), path->name, path->length);
		break;
	case JSON_TRUE:
	case JSON_FALSE:
		metrics_add(metrics, READING_NOW, json_is_true(value),
		    path->name, path->length);
		break;
	case JSON_STRING:
	case JSON_NULL:
		metrics->not_numbers++;
		break;
	}
}

/* The length of "NaN", "-Infinity" and the like at `at`, as a value of its own;
 * else 0. */
static size_t no_number(const char *at, const char *end)
{
	static const char *const words[] = { "nan", "infinity", "inf" };
	size_t sign = *at == '-' || *at == '+', left = (size_t)(end - at);
	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		size_t length = sign + strlen(words[i]);
		if (left > length &&
		    strncasecmp(at + sign, words[i], length - sign) == 0 &&
		    strchr(",]} \t\r\n", at[length]) && at[length])
			return length;
	}
	return 0;
}

/* JSON has no such words, but exporters write them where nothing can be told:
 * an empty text stands there instead, which is no number either. Whether there
 * were any. */
static bool blank_no_numbers(char *text, size_t length)
{
	bool in_text = false, found = false;
	for (char *at = text, *end = text + length; at < end; at++) {
		if (*at == '"')
			in_text = !in_text;
		if (in_text) {
			at += *at == '\\';
			continue;
		}
		size_t blank = no_number(at, end);
		if (blank == 0)
			continue;
		memset(at, ' ', blank);
		memcpy(at, "\"\"", 2);
		at += blank - 1;
		found = true;
	}
	return found;
}

/* Whole numbers beyond 64 bits are numbers all the same. */
static json_t *load(const char *text, size_t length, json_error_t *why)
{
	json_t *root = json_loadb(text, length, JSON_DECODE_INT_AS_REAL, why);
	char *copy = root ? NULL : malloc(length);
	if (!copy)
		return root;
	memcpy(copy, text, length);
	if (blank_no_numbers(copy, length))
		root = json_loadb(copy, length, JSON_DECODE_INT_AS_REAL, why);
	free(copy);
	return root;
}

int json_flat_read(struct metrics *metrics, const char *text, size_t length,
    struct err *err)
{
	json_error_t why;
	struct path path = { .length = 0 };
	json_t *root = load(text, length, &why);
	if (!root) {
		printable(why.text);
		return err_set(err, "broken JSON: %s (line %d, column %d)",
		    why.text, why.line, why.column);
	}
	flatten(metrics, &path, root, 0);
	json_decref(root);
	return 0;
}
