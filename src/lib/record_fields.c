#include "lib/record_fields.h"

#include "lib/counts.h"
#include "lib/mem.h"
#include "lib/operations.h"
#include "lib/printable.h"

#include <stdlib.h>
#include <string.h>

#define COUNT_MAX      INT64_C(1000000000000000)
#define REAL_MAX       1e12
#define TEXT_BYTES_MAX 1024
#define NAMES_MAX      10000
#define NAME_BYTES_MAX 256

int read_count(json_t *value, const char *name, void *out, struct err *err)
{
	uint64_t *count = out;

	if (!json_is_integer(value) || json_integer_value(value) < 0 ||
	    json_integer_value(value) > COUNT_MAX)
		return err_set(err, "%s is not a whole number from 0 to 10^15",
		    name);
	*count = (uint64_t)json_integer_value(value);
	return 0;
}

int read_time(json_t *value, const char *name, void *out, struct err *err)
{
	int64_t *time = out;
	uint64_t count = 0;

	if (read_count(value, name, &count, err))
		return -1;
	*time = (int64_t)count;
	return 0;
}

int read_real(json_t *value, const char *name, void *out, struct err *err)
{
	double *real = out;

	*real = json_number_value(value);
	if (!json_is_number(value) || !(*real >= 0 && *real <= REAL_MAX))
		return err_set(err, "%s is not a number from 0 to 10^12", name);
	return 0;
}

int read_bool(json_t *value, const char *name, void *out, struct err *err)
{
	bool *truth = out;

	if (!json_is_boolean(value))
		return err_set(err, "%s is neither true nor false", name);
	*truth = json_is_true(value);
	return 0;
}

/* A copy that may be shown on a terminal. */
static char *shown_text(const char *text)
{
	char *copy = mem_text(text);

	printable(copy);
	return copy;
}

int read_text(json_t *value, const char *name, void *out, struct err *err)
{
	char **text = out;

	if (!json_is_string(value) ||
	    json_string_length(value) > TEXT_BYTES_MAX)
		return err_set(err, "%s is not a text of at most %d bytes",
		    name, TEXT_BYTES_MAX);
	*text = shown_text(json_string_value(value));
	return 0;
}

int read_histogram(json_t *value, const char *name, void *out, struct err *err)
{
	struct err why = { "" };

	if (!json_is_string(value))
		return err_set(err, "%s is not a histogram's text", name);
	if (histogram_decode(out, json_string_value(value), &why))
		return err_set(err, "%s: %s", name, why.text);
	return 0;
}

int read_loop(json_t *value, const char *name, void *out, struct err *err)
{
	bool *open = out;
	const char *text = json_string_value(value);
	*open = text && strcmp(text, "open") == 0;
	if (!*open && (!text || strcmp(text, "closed") != 0))
		return err_set(err, "%s is neither \"open\" nor \"closed\"",
		    name);
	return 0;
}

static int check_names(json_t *object, size_t most, const char *name,
    struct err *err)
{
	if (!json_is_object(object) || json_object_size(object) > most)
		return err_set(err, "%s is not an object of at most %zu names",
		    name, most);
	return 0;
}

static int check_name(const char *key, const char *name, struct err *err)
{
	if (strlen(key) > NAME_BYTES_MAX)
		return err_set(err, "%s has a name of more than %d bytes", name,
		    NAME_BYTES_MAX);
	return 0;
}

int read_counts(json_t *value, const char *name, void *out, struct err *err)
{
	const char *key;
	json_t *item;

	if (check_names(value, NAMES_MAX, name, err))
		return -1;
	json_object_foreach(value, key, item)
	{
		uint64_t n;

		if (check_name(key, name, err) ||
		    read_count(item, name, &n, err))
			return -1;
		char *shown = shown_text(key);
		counts_add(out, shown, n);
		free(shown);
	}
	return 0;
}

#define OPERATION(member) offsetof(struct operation, member)

static int read_operation(json_t *value, const char *name,
    struct operation *operation, struct err *err)
{
	static const struct field fields[] = {
		{ "ok", read_count, OPERATION(ok), true },
		{ "failed", read_count, OPERATION(failed), true },
		{ "service", read_histogram, OPERATION(service), false },
		{ "response", read_histogram, OPERATION(response), false },
		{ 0 },
	};
	if (read_fields(value, fields, operation, err))
		return -1;
	if ((operation->service.count &&
	        operation->service.count != operation->ok) ||
	    (operation->response.count &&
	        operation->response.count != operation->service.count))
		return err_set(err,
		    "%s: one has not as many latencies as were ok", name);
	return 0;
}

/* Two names that are shown the same are one. */
static void move(struct histogram *into, struct histogram *from)
{
	if (into->count > 0) {
		histogram_merge(into, from);
		histogram_clear(from);
	} else {
		*into = *from;
	}
}

int read_operations(json_t *value, const char *name, void *out, struct err *err)
{
	struct operations *operations = out;
	const char *key;
	json_t *item;
	int result = 0;

	if (check_names(value, OPERATIONS_MAX, name, err))
		return -1;
	json_object_foreach(value, key, item)
	{
		struct operation read = { 0 };
		if (check_name(key, name, err) ||
		    read_operation(item, name, &read, err))
			result = -1;
		char *shown = shown_text(key);
		struct operation *operation = operations_add(operations, shown);
		operation->ok += read.ok;
		operation->failed += read.failed;
		operations->apart = operations->apart || read.service.count;
		move(&operation->service, &read.service);
		move(&operation->response, &read.response);
		free(shown);
		if (result)
			break;
	}
	return result;
}

int read_fields(json_t *object, const struct field *field, void *into,
    struct err *err)
{
	for (; field->name; field++) {
		json_t *value = json_object_get(object, field->name);
		void *out = (char *)into + field->offset;

		if (value && !json_is_null(value)) {
			if (field->read(value, field->name, out, err))
				return -1;
		} else if (field->required) {
			return err_set(err, "%s is missing", field->name);
		}
	}
	return 0;
}
