#include "aggregate/gather.h"

#include "lib/infile.h"
#include "lib/mem.h"
#include "lib/unit.h"

#include <errno.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FILE_BYTES_MAX ((size_t)8 << 20)
#define LINE_BYTES_MAX ((size_t)5 << 20) /* more than record_read takes */

/* What stress_client takes at the most. */
#define CLIENTS_MAX   1e6
#define PROCESSES_MAX 1e5
#define REQUESTS_MAX  1e12

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
		if (merge_interval(merge, &record->as.interval, path, &why) ==
		    MERGE_TWICE)
			return err_set(err, "%s: %s; name only one of the two",
			    path, why.text);
		break;
	case RECORD_OTHER:
		break;
	}
	return 0;
}

static int read_whole(struct buf *text, const char *path, struct err *err)
{
	*text = (struct buf){ .ceiling = FILE_BYTES_MAX };
	if (infile_read(text, path) == 0)
		return 0;
	if (errno == EMSGSIZE)
		return err_set(err, "is larger than any metric file (8 MiB)");
	return err_set(err, "cannot be read: %s", strerror(errno));
}

static int read_client(struct merge *merge, const char *path, struct err *err)
{
	struct err why;
	struct buf text;
	struct record record;
	int result = 0;
	if (read_whole(&text, path, &why) != 0 ||
	    record_read(&record, (const char *)text.data, text.length, &why) !=
	        0) {
		leave_out(merge, path, why.text);
	} else {
		result = take(merge, &record, path, err);
		record_release(&record);
	}
	buf_release(&text);
	return result;
}

/* The next line with its newline, or the first LINE_BYTES_MAX bytes of one that
 * is longer, the rest of which is passed over. Returns its length, 0 at the
 * end. */
static size_t read_line(char *line, FILE *file)
{
	size_t length = 0;
	int c;
	while ((c = getc_unlocked(file)) != EOF) {
		if (length < LINE_BYTES_MAX)
			line[length++] = (char)c;
		if (c == '\n')
			break;
	}
	return length;
}

static bool is_blank(const char *line, size_t length)
{
	while (length > 0 && strchr(" \t\r\n", line[length - 1]) &&
	       line[length - 1])
		length--;
	return length == 0;
}

/* Lines of JSON. The last one may have been cut by the death of its writer:
 * then it is dropped, and that the process died is known from the others. */
static int read_lines(struct merge *merge, const char *path, FILE *file,
    struct err *err)
{
	char *line = mem_new(LINE_BYTES_MAX, 1);
	size_t length;
	uint64_t number = 0;
	int result = 0;
	while (result == 0 && (length = read_line(line, file)) > 0) {
		struct record record;
		struct err why;
		number++;
		bool whole =
		    length == LINE_BYTES_MAX || line[length - 1] == '\n';
		if (is_blank(line, length))
			continue;
		if (record_read(&record, line, length, &why) == 0) {
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

/* The number behind "KEY=" among the lines of the configuration; 0 where there
 * is none, or it is beyond `most`. */
static uint64_t configured(const json_t *configuration, const char *key,
    enum unit unit, double most)
{
	size_t length = strlen(key);
	for (size_t i = 0; i < json_array_size(configuration); i++) {
		const char *row =
		    json_string_value(json_array_get(configuration, i));
		double value;
		if (row && strncmp(row, key, length) == 0 &&
		    unit_parse(row + length, unit, &value) == 0 &&
		    value <= most)
			return (uint64_t)value;
	}
	return 0;
}

static void take_description(struct merge *merge, const char *path,
    const json_t *root)
{
	const char *schema = json_string_value(json_object_get(root, "schema"));
	const char *run_id = json_string_value(json_object_get(root, "run_id"));
	json_int_t id = json_integer_value(json_object_get(root, "machine_id"));
	const json_t *rows = json_object_get(root, "configuration");
	if (!schema || strcmp(schema, "ringstorm-run/1") != 0 || !run_id) {
		leave_out(merge, path,
		    "is no description of a run (schema ringstorm-run/1)");
		return;
	}
	struct description said = {
		.machine_id = (uint64_t)id,
		.clients =
		    configured(rows, "NUM_CLIENTS=", UNIT_NONE, CLIENTS_MAX),
		.processes =
		    configured(rows, "PROCESSES=", UNIT_NONE, PROCESSES_MAX),
	};
	if (said.processes == 0)
		said.processes = 1;
	/* A run that ends by the clock has no number of requests. */
	if (configured(rows, "DURATION=", UNIT_SECONDS, HUGE_VAL) == 0)
		said.requests =
		    said.clients * configured(rows,
		                       "REQUESTS_PER_CLIENT=", UNIT_NONE,
		                       REQUESTS_MAX);
	if (id > 0 && said.clients > 0)
		merge_description(merge, run_id, &said);
}

static void read_description(struct merge *merge, const char *path)
{
	struct err why;
	struct buf text;
	json_error_t wrong;
	if (read_whole(&text, path, &why) != 0) {
		leave_out(merge, path, why.text);
	} else {
		json_t *root = json_loadb((const char *)text.data, text.length,
		    JSON_REJECT_DUPLICATES, &wrong);
		if (root)
			take_description(merge, path, root);
		else
			leave_out(merge, path, wrong.text);
		json_decref(root);
	}
	buf_release(&text);
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
