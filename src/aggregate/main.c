/* aggregate - merges metric files into one report. */
#include "aggregate/conclude.h"
#include "aggregate/gather.h"
#include "lib/options.h"

#include <locale.h>

static int run(const struct settings *settings, char **paths, size_t count,
    struct gathered *gathered, struct wanted *wanted)
{
	struct err err;
	if (thresholds_parse(&wanted->thresholds, &settings->thresholds, &err) <
	        0 ||
	    figures_parse(&wanted->figures, settings->figures, &err) < 0 ||
	    formats_check(&settings->formats, wanted->figures.count > 0, &err) <
	        0)
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
	int operand, code;

	setlocale(LC_CTYPE, "");
	settings_sets(&settings, sets);
	if (options_start(&options, argc, argv, &operand, &code)) {
		gathered.merge.runs.wanted = settings.run;
		gathered.usual_clock = settings_clock(&settings,
		    options_given(&options, "clock-error-ms"));
		code = run(&settings, argv + operand, (size_t)(argc - operand),
		    &gathered, &wanted);
	}
	gathered_release(&gathered);
	thresholds_release(&wanted.thresholds);
	figures_release(&wanted.figures);
	options_release(&options);
	return err_end(code);
}
