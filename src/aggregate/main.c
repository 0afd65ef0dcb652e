/* aggregate - merges metric files into one report. */
#include "aggregate/gather.h"
#include "aggregate/report.h"
#include "aggregate/settings.h"
#include "lib/clock.h"
#include "lib/options.h"

#include <langinfo.h>
#include <locale.h>
#include <string.h>
#include <unistd.h>

static int add_sources(struct sources *sources, const struct settings *settings,
    char **paths, size_t count, struct err *err)
{
	for (size_t i = 0; i < count; i++)
		if (sources_add(sources, paths[i], err) != 0)
			return -1;
	const char *events = settings->fault_events;
	if (events && access(events, F_OK) == 0)
		sources_add_faults(sources, events);
	return 0;
}

static int load(struct gathered *gathered, const struct settings *settings,
    char **paths, size_t count, struct err *err)
{
	struct sources sources = { 0 };
	int result = add_sources(&sources, settings, paths, count, err);
	sources_sort(&sources);
	if (result == 0)
		result = gather(gathered, &sources, err);
	sources_release(&sources);
	return result;
}

/* Judges what was read and reports it; returns the exit code. */
static int conclude(struct gathered *gathered, const struct settings *settings)
{
	const struct impact_settings how = {
		.tolerance = settings->recovery_tolerance,
		.hold_ms = settings->recovery_hold_ns / NS_PER_MS,
		.baseline_ms = settings->baseline_ns / NS_PER_MS,
	};
	struct impact impact;
	struct verdict verdict;
	struct err err;
	merge_finish(&gathered->merge);
	impact_find(&impact, &gathered->series, &gathered->faults, &how);
	judge(&verdict, &gathered->merge);
	judge_faults(&verdict, &impact);
	struct report report = {
		.merge = &gathered->merge,
		.verdict = &verdict,
		.impact = &impact,
		.all_faults = settings->faults == FAULTS_ALL,
		.utf8 = strcmp(nl_langinfo(CODESET), "UTF-8") == 0,
	};
	int code = (int)verdict.exit_code;
	if (report_write(&report, settings->output_dir, &err) != 0)
		code = err_fail(&err, EXIT_CANNOT);
	verdict_release(&verdict);
	impact_release(&impact);
	return code;
}

static int run(const struct settings *settings, char **paths, size_t count,
    struct gathered *gathered)
{
	struct err err;
	if (count == 0) {
		paths = settings->client_machines.items;
		count = settings->client_machines.count;
	}
	if (count == 0) {
		err_set(&err, "name the files or folders to read, or - for "
		              "stdin; aggregate --help tells more");
		return err_fail(&err, EXIT_USAGE);
	}
	gathered->merge.runs.wanted = settings->run;
	if (load(gathered, settings, paths, count, &err) != 0)
		return err_fail(&err, EXIT_CANNOT);
	if (runs_check(&gathered->merge.runs, &err) != 0)
		return err_fail(&err, EXIT_USAGE);
	if (gathered->merge.process_count == 0) {
		err_set(&err,
		    "no metric files%s%s in what was named; were the "
		    "clients started, and where do they write "
		    "(METRICS_OUTPUT_DIR)?",
		    settings->run ? " of run " : "",
		    settings->run ? settings->run : "");
		return err_fail(&err, EXIT_CANNOT);
	}
	return conclude(gathered, settings);
}

int main(int argc, char **argv)
{
	struct settings settings = { 0 };
	struct option_set sets[SETTINGS_SETS];
	struct options options = {
		.program = "aggregate",
		.operands = "[PATH...]",
		.about = "Merges metric files, folders of them, or JSON lines "
		         "(-) into one report.",
		.sets = sets,
		.set_count = SETTINGS_SETS,
	};
	struct gathered gathered = { 0 };
	struct err err;
	int operand, code = EXIT_PASSED;

	setlocale(LC_CTYPE, "");
	err_program(argv[0]);
	settings_sets(sets, &settings);
	switch (options_read(&options, argc, argv, &operand, &err)) {
	case OPTIONS_BAD:
		code = err_fail(&err, EXIT_USAGE);
		break;
	case OPTIONS_DONE:
		break;
	case OPTIONS_RUN:
		gathered.usual_clock.known =
		    options_given(&options, "clock-error-ms");
		gathered.usual_clock.error_ms =
		    (double)settings.clock_error_ns / (double)NS_PER_MS;
		code = run(&settings, argv + operand, (size_t)(argc - operand),
		    &gathered);
		break;
	}
	gathered_release(&gathered);
	options_release(&options);
	return code;
}
