#include "compare/configuration.h"

#include "lib/mem.h"
#include "lib/printable.h"
#include "lib/secret.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define ROWS_MAX  1000000
#define VALUE_MAX 200 /* bytes that are shown */

/* Where things lie, who they are and how they look. */
static const char *const passed_over[] = { "RUN_ID", "SEED", "START_AT",
	"PROGRESS", "QUIET", "NO_COLOR", "METRICS_OUTPUT", "METRICS_OUTPUT_DIR",
	"CLIENT_BINARY", "CLIENT_CONFIG", "IMAGE_DIRECTORY", "BODY_FILE",
	"PAYLOAD_FILE", "CACERT", "CERT", "KEY", "AWS_CREDENTIALS", "PROCESS" };

static bool is_passed_over(const char *key)
{
	for (size_t i = 0; i < sizeof passed_over / sizeof *passed_over; i++)
		if (strcmp(key, passed_over[i]) == 0)
			return true;
	return false;
}

static void add(struct configuration *configuration, uint64_t machine_id,
    const char *key, size_t key_length, const char *value)
{
	struct configuration_row row = { machine_id,
		mem_text_n(key, key_length), mem_text(value) };
	printable(row.key);
	printable(row.value);
	if (is_passed_over(row.key) || configuration->count == ROWS_MAX) {
		free(row.key);
		free(row.value);
		return;
	}
	configuration->rows = mem_resize(configuration->rows,
	    configuration->count + 1, sizeof row);
	configuration->rows[configuration->count++] = row;
}

void configuration_add(struct configuration *configuration, const json_t *root)
{
	const json_t *lines = json_object_get(root, "configuration");
	const char *driver = json_string_value(json_object_get(root, "driver"));
	json_int_t id = json_integer_value(json_object_get(root, "machine_id"));
	configuration->machines++;
	if (driver)
		add(configuration, (uint64_t)id, "driver", 6, driver);
	for (size_t i = 0; i < json_array_size(lines); i++) {
		const char *line = json_string_value(json_array_get(lines, i));
		const char *sign = line ? strchr(line, '=') : NULL;
		if (sign)
			add(configuration, (uint64_t)id, line,
			    (size_t)(sign - line), sign + 1);
	}
}

/* Mostly at the same place in both. */
static const char *value_of(const struct configuration *configuration,
    const struct configuration_row *like, size_t place)
{
	size_t count = configuration->count;
	for (size_t i = 0; i < count; i++) {
		const struct configuration_row *row =
		    &configuration->rows[(place + i) % count];
		if (row->machine_id == like->machine_id &&
		    strcmp(row->key, like->key) == 0)
			return row->value;
	}
	return NULL;
}

/* Whether one of the words is about that key already. */
static bool is_named(char **words, size_t count, const char *key)
{
	size_t length = strlen(key);
	for (size_t i = 0; i < count; i++)
		if (strncmp(words[i], key, length) == 0 &&
		    words[i][length] == ':')
			return true;
	return false;
}

static char *difference(const struct configuration_row *row, const char *then)
{
	if (secret_in(row->key) || secret_in(row->value) || secret_in(then))
		return mem_format("%s: not the same (not shown)", row->key);
	return mem_format("%s: %.*s, then %.*s", row->key, VALUE_MAX,
	    row->value, VALUE_MAX, then);
}

char **configuration_differences(const struct configuration *from,
    const struct configuration *to)
{
	char **words = mem_new(from->count + 2, sizeof *words);
	size_t count = 0;
	if (from->machines && to->machines && from->machines != to->machines)
		words[count++] = mem_format("machines: %zu, then %zu",
		    from->machines, to->machines);
	for (size_t i = 0; i < from->count; i++) {
		const struct configuration_row *row = &from->rows[i];
		const char *then = value_of(to, row, i);
		if (then && strcmp(row->value, then) != 0 &&
		    !is_named(words, count, row->key))
			words[count++] = difference(row, then);
	}
	return words;
}

void configuration_release(struct configuration *configuration)
{
	for (size_t i = 0; i < configuration->count; i++) {
		free(configuration->rows[i].key);
		free(configuration->rows[i].value);
	}
	free(configuration->rows);
	*configuration = (struct configuration){ 0 };
}
