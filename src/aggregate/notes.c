#include "aggregate/notes.h"

#include "lib/mem.h"
#include "lib/printable.h"
#include "lib/secret.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define NOTES_MAX 1000
#define ROWS_MAX  1000
#define ROW_BYTES 2000

static bool has_value(const char *row)
{
	const char *value = strchr(row, '=');
	return value && strcmp(value, "=''") != 0 &&
	       strcmp(value, "=( )") != 0 && value[1] != '\0';
}

static char *shown(const char *row)
{
	const char *value = strchr(row, '=');
	return secret_in(row)
	           ? mem_format("%.*s=(not shown)", (int)(value - row), row)
	           : mem_text_n(row, strnlen(row, ROW_BYTES));
}

/* "stress_client 0.1.0, ..." */
static char *programs_of(json_t *programs)
{
	const char *name;
	json_t *version;
	char *words = mem_text("");
	json_object_foreach(programs, name, version)
	{
		const char *text = json_string_value(version);
		char *more = mem_format("%s%s%s %.100s", words,
		    *words ? ", " : "", name, text ? text : "");
		free(words);
		words = more;
		if (strlen(words) > ROW_BYTES)
			break;
	}
	return words;
}

void notes_take(struct notes *notes, const json_t *description)
{
	const json_t *rows = json_object_get(description, "configuration");
	if (notes->count == NOTES_MAX)
		return;
	notes->items =
	    mem_resize(notes->items, notes->count + 1, sizeof *notes->items);
	struct note *note = &notes->items[notes->count++];
	const char *run_id =
	    json_string_value(json_object_get(description, "run_id"));
	*note = (struct note){
		.run_id = mem_text(run_id ? run_id : ""),
		.machine_id = (uint64_t)json_integer_value(
		    json_object_get(description, "machine_id")),
		.programs =
		    programs_of(json_object_get(description, "programs")),
	};
	printable(note->run_id);
	size_t count = json_array_size(rows);
	note->rows =
	    mem_new(count < ROWS_MAX ? count : ROWS_MAX, sizeof *note->rows);
	for (size_t i = 0; i < count && note->row_count < ROWS_MAX; i++) {
		const char *row = json_string_value(json_array_get(rows, i));
		if (row && has_value(row))
			note->rows[note->row_count++] = shown(row);
	}
}

void notes_release(struct notes *notes)
{
	for (size_t i = 0; i < notes->count; i++) {
		struct note *note = &notes->items[i];
		for (size_t k = 0; k < note->row_count; k++)
			free(note->rows[k]);
		free(note->rows);
		free(note->programs);
		free(note->run_id);
	}
	free(notes->items);
	*notes = (struct notes){ 0 };
}
