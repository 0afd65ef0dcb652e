#include "compare/run.h"

#include "lib/infile.h"
#include "lib/lines.h"
#include "lib/machine_clock.h"
#include "lib/mem.h"
#include "lib/printable.h"
#include "lib/sources.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define FILE_BYTES_MAX ((size_t)8 << 20)
#define STEADY_LEAST   10
#define SUSTAINED      "sustained"

/* ---- one file ---- */

static void leave_out(struct run *run, const char *path, const char *why)
{
	err_warn("%s: %s; left out", path, why);
	run->left_out++;
}

/* Its name as the other records of the run have it. */
static void add_run(struct runs *runs, const char *id,
    const struct run_part *part)
{
	char *shown = mem_text(id);
	printable(shown);
	runs_add(runs, shown, part);
	free(shown);
}

static void read_description(struct run *run, const char *path)
{
	struct buf text = { .ceiling = FILE_BYTES_MAX };
	json_error_t why;
	json_t *root = NULL;
	if (infile_read(&text, path) < 0)
		leave_out(run, path, strerror(errno));
	else if (!(root = json_loadb((const char *)text.data, text.length,
	               JSON_REJECT_DUPLICATES, &why)))
		leave_out(run, path, why.text);
	const char *schema = json_string_value(json_object_get(root, "schema"));
	const char *id = json_string_value(json_object_get(root, "run_id"));
	struct run_part part = {
		.machine_id = (uint64_t)json_integer_value(
		    json_object_get(root, "machine_id")),
	};
	/* The run.json of a whole test has no settings of a machine. */
	if (schema && strcmp(schema, "ringstorm-run/1") == 0 &&
	    past_has(&run->past, part.machine_id)) {
		if (id && part.machine_id)
			add_run(&run->runs, id, &part);
		configuration_add(&run->configuration, root);
	}
	json_decref(root);
	buf_release(&text);
}

static void take_interval(struct run *run,
    const struct record_interval *interval, const struct run_settings *settings,
    const struct machine_clock *clock)
{
	struct run_part part = {
		.machine_id = interval->machine_id,
		.from_unix_ms = interval->from_unix_ms,
		.to_unix_ms = interval->from_unix_ms + interval->length_ms,
	};
	const char *phase = interval->phase ? interval->phase : "";
	const char *wanted = settings->phase ? settings->phase : SUSTAINED;
	if (!past_has(&run->past, part.machine_id))
		return;
	runs_add(&run->runs, interval->run_id ? interval->run_id : "", &part);
	counts_add(&run->phases, phase, 1);
	/* Older timelines know no phases. */
	if (strcmp(phase, wanted) == 0 || (!*phase && !settings->phase))
		cells_add(&run->cells, interval, clock->offset_ms);
}

static void read_lines(struct run *run, struct lines *lines,
    const struct run_settings *settings, const struct machine_clock *clock)
{
	struct record record;
	struct err why;
	while (lines_next(lines)) {
		if (record_read(&record, lines->text, lines->length, &why) ==
		    0) {
			if (record.kind == RECORD_INTERVAL)
				take_interval(run, &record.as.interval,
				    settings, clock);
			record_release(&record);
		} else if (lines->whole) {
			lines_refuse(lines, why.text);
			run->left_out++;
		}
	}
}

static void read_timeline(struct run *run, const char *path,
    const struct run_settings *settings)
{
	struct machine_clock clock;
	struct err why;
	if (machine_clock_read(&clock, path, &why) < 0) {
		err_warn("%s; left out", why.text);
		run->left_out++;
	}
	FILE *file = fopen(path, "re");
	if (!file) {
		leave_out(run, path, strerror(errno));
		return;
	}
	struct lines lines = { .path = path, .file = file };
	read_lines(run, &lines, settings, &clock);
	if (ferror(file))
		leave_out(run, path, "cannot be read to its end");
	lines_end(&lines);
	fclose(file);
}

static void read_source(struct run *run, const struct source *source,
    const struct run_settings *settings)
{
	switch (source->kind) {
	case SOURCE_RUN:
		read_description(run, source->path);
		break;
	case SOURCE_TIMELINE:
	case SOURCE_STREAM:
		read_timeline(run, source->path, settings);
		break;
	case SOURCE_CLIENT:
	case SOURCE_FAULTS:
	case SOURCE_SAMPLES:
		break;
	}
}

/* ---- the whole run ---- */

char *run_folder(const char *path)
{
	struct stat status;
	const char *slash = strrchr(path, '/');
	size_t length = strlen(path);
	if (stat(path, &status) == 0 && !S_ISDIR(status.st_mode))
		return !slash ? mem_text(".")
		       : slash == path
		           ? mem_text("/")
		           : mem_text_n(path, (size_t)(slash - path));
	while (length > 1 && path[length - 1] == '/')
		length--;
	return mem_text_n(path, length);
}

static bool is_report(const char *path)
{
	const char *slash = strrchr(path, '/');
	return strcmp(slash ? slash + 1 : path, "final_report.json") == 0;
}

static void name(struct run *run)
{
	const char *id = run->past.run_id && *run->past.run_id
	                     ? run->past.run_id
	                 : run->runs.count ? run->runs.parts[0].id
	                                   : "";
	run->id = mem_text(*id ? id : run->path);
	printable(run->id);
}

static enum exit_code check_phases(const struct run *run,
    const struct run_settings *settings, struct err *err)
{
	char names[200] = "";
	size_t used = 0;
	if (run->cells.slice_count)
		return EXIT_PASSED;
	if (run->phases.length == 0) {
		err_set(err,
		    "%s: no interval of a timeline is there, and it is "
		    "intervals that are compared; was it written by "
		    "stress_client?",
		    run->path);
		return EXIT_CANNOT;
	}
	for (size_t i = 0; i < run->phases.length && used < sizeof names; i++)
		used += (size_t)snprintf(names + used, sizeof names - used,
		    "%s%s", i ? ", " : "", run->phases.items[i].name);
	err_set(err,
	    "%s: there is no phase %s, but %s; name one of them with --phase",
	    run->path, settings->phase ? settings->phase : SUSTAINED, names);
	return EXIT_USAGE;
}

void run_count_faults(struct run *run)
{
	run->steady = cells_steady(&run->cells, NULL, 0);
	run->faults_counted = true;
	run->faults_apart = false;
}

/* Without the seconds of faults, unless that leaves nearly nothing. */
static void find_steady(struct run *run, const struct run_settings *settings)
{
	const struct past *past = &run->past;
	size_t count = settings->with_faults ? 0 : past->fault_count;
	struct disturbance *faults = mem_new(count + 1, sizeof *faults);
	for (size_t i = 0; i < count; i++)
		faults[i] = (struct disturbance){ past->faults[i].at_unix_ms,
			past->faults[i].over_unix_ms };
	run->steady = cells_steady(&run->cells, faults, count);
	run->faults_apart = count > 0;
	if (count && run->steady < STEADY_LEAST)
		run_count_faults(run);
	free(faults);
}

static enum exit_code read_sources(struct run *run, const char *path,
    const struct run_settings *settings, struct err *err)
{
	struct sources sources = { 0 };
	int result = sources_add(&sources, path, err);
	sources_sort(&sources);
	for (size_t i = 0; result == 0 && i < sources.count; i++)
		read_source(run, &sources.items[i], settings);
	sources_release(&sources);
	if (result < 0)
		return EXIT_CANNOT;
	run->runs.advice = "keep each in a folder of its own";
	struct err why;
	if (runs_check(&run->runs, &why) == 0)
		return check_phases(run, settings, err);
	err_set(err, "%s: %s", path, why.text);
	return EXIT_USAGE;
}

enum exit_code run_read(struct run *run, const char *path,
    const struct run_settings *settings, struct err *err)
{
	char *folder = run_folder(path);
	run->path = mem_text(path);
	enum exit_code code =
	    past_read(&run->past, folder, err) < 0
	        ? EXIT_CANNOT
	        : read_sources(run, is_report(path) ? folder : path, settings,
	              err);
	free(folder);
	if (code != EXIT_PASSED)
		return code;
	name(run);
	cells_finish(&run->cells);
	find_steady(run, settings);
	return EXIT_PASSED;
}

void run_release(struct run *run)
{
	free(run->path);
	free(run->id);
	counts_clear(&run->phases);
	runs_clear(&run->runs);
	cells_release(&run->cells);
	past_release(&run->past);
	configuration_release(&run->configuration);
	*run = (struct run){ 0 };
}
