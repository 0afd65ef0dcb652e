#include "aggregate/gather.h"

#include "lib/mem.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FILE_BYTES_MAX ((size_t)8 << 20)

static void leave_out(struct merge *merge, const char *path, const char *why)
{
	err_warn("%s: %s; left out (exit %d)", path, why, EXIT_PARTIAL);
	merge->left_out++;
}

static int take(struct merge *merge, const struct record *record,
    const char *path, struct err *err)
{
	struct err why;
	switch (record->kind) {
	case RECORD_CLIENT:
		if (merge_client(merge, &record->as.client, path, &why) ==
		    MERGE_TWICE)
			return err_set(err, "%s: %s; name only one of the two",
			    path, why.text);
		break;
	case RECORD_INTERVAL:
		merge_interval(merge, &record->as.interval);
		break;
	case RECORD_OTHER:
		break;
	}
	return 0;
}

/* The whole file, to be freed; NULL with `err` when it cannot be read. */
static char *read_whole(const char *path, size_t *length, struct err *err)
{
	FILE *file = fopen(path, "re");
	if (!file) {
		err_set(err, "cannot be opened: %s", strerror(errno));
		return NULL;
	}
	char *text = mem_new(FILE_BYTES_MAX + 1, 1);
	*length = fread(text, 1, FILE_BYTES_MAX + 1, file);
	int failed = 0;
	if (ferror(file))
		failed = err_set(err, "cannot be read: %s", strerror(errno));
	else if (*length > FILE_BYTES_MAX)
		failed = err_set(err, "is larger than any metric file (8 MiB)");
	fclose(file);
	if (failed == 0)
		return text;
	free(text);
	return NULL;
}

static int read_client(struct merge *merge, const char *path, struct err *err)
{
	struct err why;
	size_t length;
	char *text = read_whole(path, &length, &why);
	struct record record;
	int result = 0;
	if (!text || record_read(&record, text, length, &why) != 0) {
		leave_out(merge, path, why.text);
	} else {
		result = take(merge, &record, path, err);
		record_release(&record);
	}
	free(text);
	return result;
}

/* Lines of JSON. The last one may have been cut by the death of its writer:
 * then it is dropped, and that the process died is known from the others. */
static int read_lines(struct merge *merge, const char *path, FILE *file,
    struct err *err)
{
	char *line = NULL;
	size_t size = 0;
	ssize_t length;
	uint64_t number = 0;
	int result = 0;
	while (result == 0 && (length = getline(&line, &size, file)) > 0) {
		struct record record;
		struct err why;
		number++;
		bool whole = line[length - 1] == '\n';
		if (strspn(line, " \t\r\n") == (size_t)length)
			continue;
		if (record_read(&record, line, (size_t)length, &why) == 0) {
			result = take(merge, &record, path, err);
			record_release(&record);
		} else if (!whole) {
			err_warn("%s:%ju: the last line was cut short; dropped",
			    path, (uintmax_t)number);
		} else {
			char *place =
			    mem_format("%s:%ju", path, (uintmax_t)number);
			leave_out(merge, place, why.text);
			free(place);
		}
	}
	if (result == 0 && ferror(file))
		leave_out(merge, path, "cannot be read to its end");
	free(line);
	return result;
}

static int read_stream(struct merge *merge, const char *path, struct err *err)
{
	bool is_stdin = strcmp(path, "-") == 0;
	FILE *file = is_stdin ? stdin : fopen(path, "re");
	if (!file) {
		leave_out(merge, path, strerror(errno));
		return 0;
	}
	int result = read_lines(merge, is_stdin ? "stdin" : path, file, err);
	if (!is_stdin)
		fclose(file);
	return result;
}

static void read_description(struct merge *merge, const char *path)
{
	json_error_t wrong;
	json_t *root = json_load_file(path, JSON_REJECT_DUPLICATES, &wrong);
	const char *schema = json_string_value(json_object_get(root, "schema"));
	const char *run_id = json_string_value(json_object_get(root, "run_id"));
	json_int_t processes =
	    json_integer_value(json_object_get(root, "processes"));
	if (!root)
		leave_out(merge, path, wrong.text);
	else if (!schema || strcmp(schema, "ringstorm-run/1") != 0 || !run_id)
		leave_out(merge, path,
		    "is no description of a run (schema ringstorm-run/1)");
	else if (processes > 0 && processes <= 1000000)
		merge_description(merge, run_id, (uint64_t)processes);
	json_decref(root);
}

int gather(struct merge *merge, const struct sources *sources, struct err *err)
{
	int result = 0;
	for (size_t i = 0; result == 0 && i < sources->count; i++) {
		const struct source *source = &sources->items[i];
		switch (source->kind) {
		case SOURCE_RUN:
			read_description(merge, source->path);
			break;
		case SOURCE_TIMELINE:
			merge->timeline_files++;
			result = read_stream(merge, source->path, err);
			break;
		case SOURCE_STREAM:
			result = read_stream(merge, source->path, err);
			break;
		case SOURCE_CLIENT:
			result = read_client(merge, source->path, err);
			break;
		}
	}
	return result;
}
