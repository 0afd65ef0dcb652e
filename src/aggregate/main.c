/* aggregate - merges metric files into one report. */
#include "aggregate/figures.h"
#include "aggregate/gather.h"
#include "aggregate/report.h"
#include "aggregate/report_samples.h"
#include "aggregate/scenario.h"
#include "aggregate/settings.h"
#include "aggregate/thresholds.h"
#include "lib/options.h"

#include <langinfo.h>
#include <locale.h>
#include <string.h>

/* What is wanted of the run, which is known before anything is read. */
struct wanted {
	struct thresholds thresholds;
	struct figures figures;
};

static void judge_all(struct verdict *verdict, struct wanted *wanted,
    const struct report *report)
{
	judge(verdict, report->merge);
	judge_faults(verdict, report->impact);
	thresholds_judge(&wanted->thresholds, report);
	judge_thresholds(verdict, thresholds_sentence(&wanted->thresholds));
	judge_stopped(verdict, report->merge->stopped);
}

/* Judges what was read and reports it; returns the exit code. */
static int conclude(struct gathered *gathered, const struct settings *settings,
    struct wanted *wanted)
{
	if (gathered->merge.process_count == 0) {
		samples_text(&gathered->samples, true, stdout);
		return gathered->merge.left_out ? EXIT_PARTIAL : EXIT_PASSED;
	}
	struct impact_settings how = settings_impact(settings);
	struct impact impact;
	struct anomalies anomalies;
	struct verdict verdict;
	struct err err;
	merge_finish(&gathered->merge);
	impact_find(&impact, &gathered->series, &gathered->faults, &how);
	anomalies_find(&anomalies, &gathered->series, &gathered->samples,
	    &impact, &settings->anomalies);
	struct report report = {
		.merge = &gathered->merge,
		.verdict = &verdict,
		.impact = &impact,
		.thresholds = &wanted->thresholds,
		.anomalies = &anomalies,
		.samples = &gathered->samples,
		.series = &gathered->series,
		.all_faults = settings->faults == FAULTS_ALL,
		.utf8 = strcmp(nl_langinfo(CODESET), "UTF-8") == 0,
	};
	judge_all(&verdict, wanted, &report);
	int code = (int)verdict.exit_code;
	if (report_write(&report, settings->output_dir,
	        wanted->figures.count ? &wanted->figures : NULL, &err) < 0)
		code = err_fail(&err, EXIT_CANNOT);
	else if (settings->scenario_dir &&
	         scenario_write(&report, &gathered->series,
	             settings->scenario_dir, &err) < 0)
		code = err_fail(&err, EXIT_CANNOT);
	verdict_release(&verdict);
	anomalies_release(&anomalies);
	impact_release(&impact);
	return code;
}

static int run(const struct settings *settings, char **paths, size_t count,
    struct gathered *gathered, struct wanted *wanted)
{
	struct err err;
	if (thresholds_parse(&wanted->thresholds, &settings->thresholds, &err) <
	        0 ||
	    figures_parse(&wanted->figures, settings->figures, &err) < 0)
		return err_fail(&err, EXIT_USAGE);
	if (count == 0) {
		paths = settings->client_machines.items;
		count = settings->client_machines.count;
	}
	enum exit_code code =
	    gather_paths(gathered, paths, count, settings->fault_events, &err);
	if (code != EXIT_PASSED)
		return err_fail(&err, code);
	return conclude(gathered, settings, wanted);
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
	struct wanted wanted = { 0 };
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
		gathered.merge.runs.wanted = settings.run;
		gathered.usual_clock = settings_clock(&settings,
		    options_given(&options, "clock-error-ms"));
		code = run(&settings, argv + operand, (size_t)(argc - operand),
		    &gathered, &wanted);
		break;
	}
	gathered_release(&gathered);
	thresholds_release(&wanted.thresholds);
	figures_release(&wanted.figures);
	options_release(&options);
	return code;
}
