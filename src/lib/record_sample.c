#include "lib/record_sample.h"

#include "lib/mem.h"
#include "lib/printable.h"
#include "lib/utf8.h"

#include <inttypes.h>
#include <jansson.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SCHEMA         "ringstorm-sample/"
#define SCHEMA_MAJOR   1
#define HEAD_BYTES     64 /* the schema stands within so many */
#define TIME_MAX       INT64_C(1000000000000000)
#define WHOLE_MAX      1e15  /* whole numbers below it are written as such */
#define VALUES_MAX     10100 /* of the longest page, and the probe's own */
#define NAME_BYTES_MAX 1024  /* 512 of Latin-1 */
#define TEXT_BYTES_MAX 1024

void record_sample_mark(struct record_sample *sample, const char *name,
    const char *format, ...)
{
	char why[256];
	va_list args;
	va_start(args, format);
	vsnprintf(why, sizeof why, format, args);
	va_end(args);
	sample->marks = mem_resize(sample->marks, sample->mark_count + 1,
	    sizeof *sample->marks);
	sample->marks[sample->mark_count++] =
	    (struct record_mark){ mem_text(name), mem_text(why) };
}

void record_sample_clear(struct record_sample *sample)
{
	for (size_t i = 0; i < sample->mark_count; i++) {
		free(sample->marks[i].name);
		free(sample->marks[i].why);
	}
	sample->mark_count = 0;
	readings_clear(&sample->values);
	free(sample->failed);
	sample->failed = NULL;
	sample->restarted = false;
	sample->t_unix_ms = 0;
}

void record_sample_release(struct record_sample *sample)
{
	record_sample_clear(sample);
	readings_release(&sample->values);
	free(sample->marks);
	free(sample->source);
	free(sample->name);
	*sample = (struct record_sample){ 0 };
}

/* Writing */

/* Text that is no UTF-8 is taken for Latin-1, as in the other records. */
static int add_quoted(struct buf *to, const char *text)
{
	static const char hex[] = "0123456789abcdef";
	size_t length = strlen(text);
	uint8_t *at = buf_room(to, 6 * length + 2);
	uint8_t *begin = at;
	int utf8 = -1;
	if (!at)
		return -1;
	*at++ = '"';
	for (const char *c = text; *c; c++) {
		unsigned char byte = (unsigned char)*c;
		if (byte >= 0x80 && utf8 < 0)
			utf8 = utf8_is_valid((const uint8_t *)text, length);
		if (byte < ' ' || byte == 0x7f || (byte >= 0x80 && utf8 != 1)) {
			memcpy(at, "\\u00", 4);
			at[4] = (uint8_t)hex[byte >> 4];
			at[5] = (uint8_t)hex[byte & 15];
			at += 6;
			continue;
		}
		if (byte == '"' || byte == '\\')
			*at++ = '\\';
		*at++ = byte;
	}
	*at++ = '"';
	to->length += (size_t)(at - begin);
	return 0;
}

static int add_text(struct buf *to, const char *name, const char *text)
{
	if (buf_add_format(to, ", \"%s\": ", name) < 0)
		return -1;
	return add_quoted(to, text ? text : "");
}

/* Whole numbers without the cost of a double's: most are. */
static int add_number(struct buf *to, double value)
{
	char digits[24], *end = digits + sizeof digits, *at = end;
	if (fabs(value) >= WHOLE_MAX || floor(value) < value)
		return buf_add_format(to, "%.15g", value);
	uint64_t rest = (uint64_t)fabs(value);
	do
		*--at = (char)('0' + rest % 10);
	while (rest /= 10);
	if (value < 0)
		*--at = '-';
	return buf_add(to, at, (size_t)(end - at));
}

static int add_values(struct buf *to, const struct readings *values)
{
	const char *between = "";
	int result = buf_add_text(to, ", \"values\": {");
	for (size_t i = 0; result == 0 && i < values->count; i++) {
		if (!isfinite(values->items[i].value))
			continue;
		if (buf_add_text(to, between) < 0 ||
		    add_quoted(to, readings_name(values, i)) < 0 ||
		    buf_add_text(to, ": ") < 0 ||
		    add_number(to, values->items[i].value) < 0)
			result = -1;
		between = ", ";
	}
	return result < 0 ? -1 : buf_add_text(to, "}");
}

static int add_marks(struct buf *to, const struct record_sample *sample)
{
	if (sample->mark_count == 0)
		return 0;
	int result = buf_add_text(to, ", \"suspect\": {");
	for (size_t i = 0; result == 0 && i < sample->mark_count; i++) {
		if (buf_add_text(to, i ? ", " : "") < 0 ||
		    add_quoted(to, sample->marks[i].name) < 0 ||
		    buf_add_text(to, ": ") < 0 ||
		    add_quoted(to, sample->marks[i].why) < 0)
			result = -1;
	}
	return result < 0 ? -1 : buf_add_text(to, "}");
}

int record_sample_write(struct buf *to, const struct record_sample *sample)
{
	if (buf_add_text(to, "{\"schema\": \"" SCHEMA "1\"") < 0 ||
	    add_text(to, "source", sample->source) < 0 ||
	    add_text(to, "name", sample->name) < 0 ||
	    buf_add_format(to, ", \"t_unix_ms\": %" PRId64, sample->t_unix_ms) <
	        0 ||
	    (sample->failed && add_text(to, "failed", sample->failed) < 0) ||
	    (sample->restarted &&
	        buf_add_text(to, ", \"restarted\": true") < 0))
		return -1;
	if (add_values(to, &sample->values) < 0 || add_marks(to, sample) < 0)
		return -1;
	return buf_add_text(to, "}\n");
}

/* Reading */

bool record_sample_is(const char *line, size_t length)
{
	size_t schema = sizeof SCHEMA - 1;
	size_t head = length < HEAD_BYTES ? length : HEAD_BYTES;
	for (size_t i = 0; i + schema <= head; i++)
		if (memcmp(line + i, SCHEMA, schema) == 0)
			return true;
	return false;
}

static int check_schema(const json_t *object, struct err *err)
{
	const char *schema =
	    json_string_value(json_object_get(object, "schema"));
	size_t length = sizeof SCHEMA - 1;
	if (!schema || strncmp(schema, SCHEMA, length) != 0)
		return err_set(err, "is no sample (schema " SCHEMA "1)");
	char *end;
	unsigned long major = strtoul(schema + length, &end, 10);
	if (end == schema + length || (*end && *end != '.') || major == 0)
		return err_set(err, "schema \"%.64s\" is unknown", schema);
	if (major > SCHEMA_MAJOR)
		return err_set(err,
		    "schema %.64s is newer than this program, which "
		    "reads " SCHEMA "%d: update ringstorm here",
		    schema, SCHEMA_MAJOR);
	return 0;
}

/* A copy that may be shown on a terminal. */
static int read_text(const json_t *value, const char *name, bool required,
    char **text, struct err *err)
{
	if (!required && (!value || json_is_null(value)))
		return 0;
	if (!json_is_string(value) ||
	    json_string_length(value) > TEXT_BYTES_MAX)
		return err_set(err, "%s is not a text of at most %d bytes",
		    name, TEXT_BYTES_MAX);
	*text = mem_text(json_string_value(value));
	printable(*text);
	return 0;
}

static int read_time(const json_t *value, int64_t *time, struct err *err)
{
	*time = json_integer_value(value);
	if (!json_is_integer(value) || *time < 0 || *time > TIME_MAX)
		return err_set(err,
		    "t_unix_ms is not a whole number from 0 to 10^15");
	return 0;
}

static int check_object(const json_t *object, const char *name, struct err *err)
{
	if (!json_is_object(object) || json_object_size(object) > VALUES_MAX)
		return err_set(err, "%s is not an object of at most %d names",
		    name, VALUES_MAX);
	return 0;
}

static int read_values(json_t *object, struct readings *values, struct err *err)
{
	const char *key;
	json_t *item;
	if (!object || json_is_null(object))
		return 0;
	if (check_object(object, "values", err) < 0)
		return -1;
	json_object_foreach(object, key, item)
	{
		char name[NAME_BYTES_MAX + 1];
		size_t length = strlen(key);
		if (length > NAME_BYTES_MAX)
			return err_set(err,
			    "values has a name of more than %d bytes",
			    NAME_BYTES_MAX);
		memcpy(name, key, length + 1);
		printable(name);
		if (!json_is_number(item))
			return err_set(err, "the value of %.128s is no number",
			    name);
		readings_add(values, READING_NOW, json_number_value(item), name,
		    strlen(name));
	}
	return 0;
}

static int read_marks(json_t *object, struct record_sample *sample,
    struct err *err)
{
	const char *key;
	json_t *item;
	if (!object || json_is_null(object))
		return 0;
	if (check_object(object, "suspect", err) < 0)
		return -1;
	json_object_foreach(object, key, item)
	{
		char *why = NULL;
		if (strlen(key) > NAME_BYTES_MAX ||
		    read_text(item, "suspect", true, &why, err) < 0)
			return err_set(err, "suspect is not names with texts");
		record_sample_mark(sample, key, "%s", why);
		printable(sample->marks[sample->mark_count - 1].name);
		free(why);
	}
	return 0;
}

static int read_sample(struct record_sample *sample, json_t *object,
    struct err *err)
{
	if (check_schema(object, err) < 0 ||
	    read_text(json_object_get(object, "source"), "source", true,
	        &sample->source, err) < 0 ||
	    read_text(json_object_get(object, "name"), "name", true,
	        &sample->name, err) < 0 ||
	    read_text(json_object_get(object, "failed"), "failed", false,
	        &sample->failed, err) < 0 ||
	    read_time(json_object_get(object, "t_unix_ms"), &sample->t_unix_ms,
	        err) < 0)
		return -1;
	sample->restarted = json_is_true(json_object_get(object, "restarted"));
	if (read_values(json_object_get(object, "values"), &sample->values,
	        err) < 0)
		return -1;
	return read_marks(json_object_get(object, "suspect"), sample, err);
}

int record_sample_read(struct record_sample *sample, const char *line,
    size_t length, struct err *err)
{
	json_error_t why;
	json_t *object = json_loadb(line, length, JSON_REJECT_DUPLICATES, &why);
	*sample = (struct record_sample){ 0 };
	if (!object)
		return err_set(err, "no whole JSON: %s (line %d, column %d)",
		    why.text, why.line, why.column);
	int result = read_sample(sample, object, err);
	if (result < 0)
		record_sample_release(sample);
	json_decref(object);
	return result;
}
