#include "aggregate/gather.h"

#include "aggregate/describe.h"
#include "lib/infile.h"
#include "lib/lines.h"
#include "lib/mem.h"
#include "lib/printable.h"

#include <errno.h>
#include <jansson.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FILE_BYTES_MAX  ((size_t)8 << 20)
#define SAMPLES_NEAR_MS 10000

static void leave_out(struct merge *merge, const char *path, const char *why)
{
	err_warn("%s: %s; left out (exit %d)", path, why, EXIT_PARTIAL);
	merge->left_out++;
}

/* What is put together is dated by the controller's clock. */
static enum merge_result take_client(struct merge *merge,
    const struct record_client *client, const char *path, int64_t ahead_ms,
    struct err *why)
{
	struct record_client dated = *client;
	if (dated.start_unix_ms)
		dated.start_unix_ms -= ahead_ms;
	return merge_client(merge, &dated, path, why);
}

static enum merge_result take_interval(struct gathered *gathered,
    const struct record_interval *interval, const char *path,
    const struct machine_clock *clock, int64_t ahead_ms, struct err *why)
{
	const struct machine_clock *its =
	    clock && clock->known ? clock : &gathered->usual_clock;
	struct record_interval dated = *interval;
	dated.from_unix_ms -= ahead_ms;
	enum merge_result result =
	    merge_interval(&gathered->merge, &dated, path, why);
	if (result == MERGE_TAKEN) {
		series_add(&gathered->series, interval, its);
		reconnects_add(&gathered->reconnects, interval, its);
	}
	return result;
}

/* `clock` is the machine's; NULL in a stream. */
static int take(struct gathered *gathered, const struct record *record,
    const char *path, const struct machine_clock *clock, struct err *err)
{
	int64_t ahead_ms = clock ? llround(clock->offset_ms) : 0;
	enum merge_result result = MERGE_OTHER_RUN;
	struct err why;
	switch (record->kind) {
	case RECORD_CLIENT:
		result = take_client(&gathered->merge, &record->as.client, path,
		    ahead_ms, &why);
		break;
	case RECORD_INTERVAL:
		result = take_interval(gathered, &record->as.interval, path,
		    clock, ahead_ms, &why);
		break;
	case RECORD_OTHER:
		break;
	}
	return result == MERGE_TWICE
	           ? err_set(err, "%s: %s; name only one of the two", path,
	                 why.text)
	           : 0;
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

/* The clock of the machine whose file that is: read once for a folder. */
static const struct machine_clock *clock_of(struct gathered *gathered,
    const char *path)
{
	const char *slash = strrchr(path, '/');
	char *folder = mem_text_n(path, slash ? (size_t)(slash - path) : 0);
	struct err why;
	if (gathered->clock_folder &&
	    strcmp(gathered->clock_folder, folder) == 0) {
		free(folder);
		return &gathered->clock;
	}
	free(gathered->clock_folder);
	gathered->clock_folder = folder;
	if (machine_clock_read(&gathered->clock, path, &why) != 0) {
		err_warn("%s; left out (exit %d)", why.text, EXIT_PARTIAL);
		gathered->merge.left_out++;
	}
	return &gathered->clock;
}

static int read_client(struct gathered *gathered, const char *path,
    struct err *err)
{
	struct err why;
	struct buf text;
	struct record record;
	int result = 0;
	if (read_whole(&text, path, &why) != 0 ||
	    record_read(&record, (const char *)text.data, text.length, &why) !=
	        0) {
		leave_out(&gathered->merge, path, why.text);
	} else {
		result = take(gathered, &record, path, clock_of(gathered, path),
		    err);
		record_release(&record);
	}
	buf_release(&text);
	return result;
}

/* One line: a record, or an event of a fault. 1 with `why` when it is neither;
 * -1 with `err` when nothing makes sense any more. */
static int take_line(struct gathered *gathered, const struct lines *lines,
    const struct machine_clock *clock, struct err *why, struct err *err)
{
	struct record record;
	const struct machine_clock *its =
	    clock && clock->known ? clock : &gathered->usual_clock;
	int sample = samples_take(&gathered->samples, lines->text,
	    lines->length, its->offset_ms, why);
	if (sample <= 0)
		return sample < 0;
	if (record_read(&record, lines->text, lines->length, why) < 0)
		return 1;
	if (record.kind == RECORD_OTHER)
		return faults_take(&gathered->faults, lines->text,
		           lines->length, why) < 0;
	int result = take(gathered, &record, lines->path, clock, err);
	record_release(&record);
	return result;
}

/* Lines of JSON. The last one may have been cut by the death of its writer:
 * then it is dropped, and that the process died is known from the others. */
static int read_lines(struct gathered *gathered, const char *path, FILE *file,
    const struct machine_clock *clock, struct err *err)
{
	struct lines lines = { .path = path, .file = file };
	bool is_file = file != stdin;
	int result = 0;
	while (result >= 0 && lines_next(&lines)) {
		struct err why;
		/* On stdin it comes with 2>&1; a file has no business with it.
		 */
		if (!is_file && lines_is_talk(&lines))
			continue;
		result = take_line(gathered, &lines, clock, &why, err);
		if (result > 0 && !lines.whole) {
			err_warn("%s:%ju: the last line was cut short; dropped",
			    path, (uintmax_t)lines.number);
		} else if (result > 0) {
			lines_refuse(&lines, why.text);
			gathered->merge.left_out++;
		}
	}
	if (result >= 0 && ferror(file))
		leave_out(&gathered->merge, path, "cannot be read to its end");
	lines_end(&lines);
	return result < 0 ? -1 : 0;
}

/* Who ends a pipeline with Ctrl-C wants its report: those who write end by it,
 * and stdin with them. */
static int read_stdin(struct gathered *gathered,
    const struct machine_clock *clock, struct err *err)
{
	const struct sigaction ignore = { .sa_handler = SIG_IGN };
	struct sigaction before;
	bool is_typed = isatty(STDIN_FILENO);
	if (!is_typed)
		sigaction(SIGINT, &ignore, &before);
	int result = read_lines(gathered, "stdin", stdin, clock, err);
	if (!is_typed)
		sigaction(SIGINT, &before, NULL);
	return result;
}

static int read_stream(struct gathered *gathered, const char *path,
    const struct machine_clock *clock, struct err *err)
{
	if (strcmp(path, "-") == 0)
		return read_stdin(gathered, clock, err);
	FILE *file = fopen(path, "re");
	if (!file) {
		leave_out(&gathered->merge, path, strerror(errno));
		return 0;
	}
	int result = read_lines(gathered, path, file, clock, err);
	fclose(file);
	return result;
}

static void take_description(struct merge *merge, const char *path,
    const json_t *root)
{
	const char *schema = json_string_value(json_object_get(root, "schema"));
	const char *run_id = json_string_value(json_object_get(root, "run_id"));
	if (!schema || strcmp(schema, "ringstorm-run/1") != 0 || !run_id) {
		leave_out(merge, path,
		    "is no description of a run (schema ringstorm-run/1)");
		return;
	}
	struct description said;
	describe(&said, root);
	if (said.machine_id > 0) {
		/* As the other records of the run have it. */
		char *shown = mem_text(run_id);
		printable(shown);
		merge_description(merge, shown, &said);
		free(shown);
	}
}

static void read_description(struct gathered *gathered, const char *path)
{
	struct merge *merge = &gathered->merge;
	struct err why;
	struct buf text;
	json_error_t wrong;
	if (read_whole(&text, path, &why) != 0) {
		leave_out(merge, path, why.text);
	} else {
		json_t *root = json_loadb((const char *)text.data, text.length,
		    JSON_REJECT_DUPLICATES, &wrong);
		if (root) {
			take_description(merge, path, root);
			notes_take(&gathered->notes, root);
		} else {
			leave_out(merge, path, wrong.text);
		}
		json_decref(root);
	}
	buf_release(&text);
}

static int read_source(struct gathered *gathered, const struct source *source,
    struct err *err)
{
	switch (source->kind) {
	case SOURCE_RUN:
		read_description(gathered, source->path);
		return 0;
	case SOURCE_TIMELINE:
		gathered->merge.timeline_files++;
		return read_stream(gathered, source->path,
		    clock_of(gathered, source->path), err);
	case SOURCE_SAMPLES:
		return read_stream(gathered, source->path,
		    clock_of(gathered, source->path), err);
	case SOURCE_FAULTS:
	case SOURCE_STREAM:
		return read_stream(gathered, source->path, NULL, err);
	case SOURCE_CLIENT:
		return read_client(gathered, source->path, err);
	}
	return 0;
}

/* What has no sample near the run is of another one, whose files lie there,
 * too. */
static void leave_out_samples(struct samples *samples, int64_t from_ms,
    int64_t to_ms)
{
	for (size_t i = samples->count; to_ms && i-- > 0;) {
		const struct sample_source *source = &samples->items[i];
		if (source->first_ms <= to_ms + SAMPLES_NEAR_MS &&
		    source->last_ms >= from_ms - SAMPLES_NEAR_MS)
			continue;
		err_warn("%s %s: its samples are of another time than the run; "
		         "left out",
		    source->source, source->name);
		samples_drop(samples, i);
	}
}

/* Which faults and samples are of this run is told on the controller's clock,
 * where there is a timeline. */
static void finish_times(struct gathered *gathered)
{
	const struct merge *merge = &gathered->merge;
	struct series *series = &gathered->series;
	const char *run_id = merge->runs.count ? merge->runs.parts[0].id : NULL;
	int64_t from_ms = merge->start_unix_ms, to_ms = merge->end_unix_ms;
	struct err err;
	if (series_finish(series, &err) != 0)
		err_warn("%s; what the faults did and what was not as usual is "
		         "not determined",
		    err.text);
	if (series->bin_count) {
		from_ms = series->bins[0].from_ms;
		to_ms = series->bins[series->bin_count - 1].to_ms;
	}
	faults_finish(&gathered->faults, run_id, from_ms, to_ms);
	leave_out_samples(&gathered->samples, from_ms, to_ms);
	/* Then clients and controller are one machine, with one clock. */
	if (faults_all_local(&gathered->faults))
		series->clock_unknown = false;
}

int gather(struct gathered *gathered, const struct sources *sources,
    struct err *err)
{
	int result = 0;
	for (size_t i = 0; result == 0 && i < sources->count; i++)
		result = read_source(gathered, &sources->items[i], err);
	if (result == 0)
		finish_times(gathered);
	samples_finish(&gathered->samples);
	return result;
}

static int add_sources(struct sources *sources, char **paths, size_t count,
    const char *fault_events, struct err *err)
{
	for (size_t i = 0; i < count; i++)
		if (sources_add(sources, paths[i], err) < 0)
			return -1;
	if (fault_events && access(fault_events, F_OK) == 0)
		sources_add_faults(sources, fault_events);
	sources_sort(sources);
	return 0;
}

enum exit_code gather_paths(struct gathered *gathered, char **paths,
    size_t count, const char *fault_events, struct err *err)
{
	struct sources sources = { 0 };
	const struct runs *runs = &gathered->merge.runs;
	if (count == 0) {
		err_set(err, "name the files or folders to read, or - for "
		             "stdin; aggregate --help tells more");
		return EXIT_USAGE;
	}
	bool has_folder;
	int result = add_sources(&sources, paths, count, fault_events, err);
	if (result == 0)
		result = gather(gathered, &sources, err);
	has_folder = sources.has_folder;
	sources_release(&sources);
	if (result < 0)
		return EXIT_CANNOT;
	if (runs_check(runs, err) < 0)
		return EXIT_USAGE;
	/* In a run's folder samples alone mean that the clients left nothing.
	 */
	if (gathered->merge.process_count ||
	    (gathered->samples.count && !has_folder))
		return EXIT_PASSED;
	err_set(err,
	    "no metric files%s%s in what was named; were the clients started, "
	    "and where do they write (METRICS_OUTPUT_DIR)?",
	    runs->wanted ? " of run " : "", runs->wanted ? runs->wanted : "");
	return EXIT_CANNOT;
}

void gathered_release(struct gathered *gathered)
{
	merge_release(&gathered->merge);
	faults_release(&gathered->faults);
	series_release(&gathered->series);
	samples_release(&gathered->samples);
	notes_release(&gathered->notes);
	free(gathered->clock_folder);
	reconnects_release(&gathered->reconnects);
}
