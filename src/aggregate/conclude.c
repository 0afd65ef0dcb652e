#include "aggregate/conclude.h"

#include "aggregate/report.h"
#include "aggregate/report_samples.h"
#include "aggregate/scenario.h"

#include <langinfo.h>
#include <string.h>

static void judge_all(struct verdict *verdict, struct wanted *wanted,
    const struct report *report)
{
	judge(verdict, report->merge);
	judge_faults(verdict, report->impact);
	thresholds_judge(&wanted->thresholds, report);
	judge_thresholds(verdict, thresholds_sentence(&wanted->thresholds));
	judge_stopped(verdict, report->merge->stopped);
	judge_demands(verdict, report->merge, wanted->thresholds.count > 0);
}

/* Files first: who reads stdout may leave before its end. What cannot be
 * written is said, and keeps nothing else back. Returns 0, or the exit code. */
static int write_all(const struct report *report,
    const struct settings *settings, const struct figures *figures)
{
	struct err err;
	int code = 0;
	if (settings->output_dir &&
	    report_write(report, settings->output_dir, &err) < 0)
		code = err_fail(&err, EXIT_CANNOT);
	if (settings->scenario_dir && scenario_write(report, report->series,
	                                  settings->scenario_dir, &err) < 0)
		code = err_fail(&err, EXIT_CANNOT);
	int written = formats_write(&settings->formats, report,
	    figures->count ? figures : NULL);
	return written ? written : code;
}

/* Of samples alone there is a table, and nothing to judge. */
static int conclude_samples(const struct gathered *gathered,
    const struct settings *settings, const struct wanted *wanted)
{
	const char *format = wanted->figures.count
	                         ? "figures"
	                         : formats_wanted(&settings->formats, true);
	if (format) {
		err_warn("samples alone make no report for --%s", format);
		return EXIT_CANNOT;
	}
	samples_text(&gathered->samples, true, stdout);
	format = formats_wanted(&settings->formats, false);
	if (format)
		err_warn("samples alone make no report; --%s writes nothing",
		    format);
	if (settings->output_dir)
		err_warn("samples alone make no report; nothing is written to "
		         "%s",
		    settings->output_dir);
	if (gathered->merge.left_out)
		return EXIT_PARTIAL;
	if (wanted->thresholds.count == 0)
		return EXIT_PASSED;
	err_warn("samples alone meet no threshold");
	return EXIT_THRESHOLD;
}

int conclude(struct gathered *gathered, const struct settings *settings,
    struct wanted *wanted)
{
	if (gathered->merge.process_count == 0)
		return conclude_samples(gathered, settings, wanted);
	struct impact_settings how = settings_impact(settings);
	struct impact impact;
	struct anomalies anomalies;
	struct verdict verdict;
	merge_finish(&gathered->merge);
	impact_find(&impact, &gathered->series, &gathered->faults, &how);
	reconnects_find(&gathered->reconnects, &impact);
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
		.notes = &gathered->notes,
		.reconnects = &gathered->reconnects,
		.cost =
		    settings->cost && *settings->cost ? settings->cost : NULL,
		.all_faults = settings->faults == FAULTS_ALL,
		.utf8 = strcmp(nl_langinfo(CODESET), "UTF-8") == 0,
	};
	judge_all(&verdict, wanted, &report);
	int written = write_all(&report, settings, &wanted->figures);
	int code = written ? written : (int)verdict.exit_code;
	verdict_release(&verdict);
	anomalies_release(&anomalies);
	impact_release(&impact);
	return code;
}
