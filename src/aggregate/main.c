/* aggregate - merges metric files into one report. */
#include "aggregate/gather.h"
#include "aggregate/report.h"
#include "lib/options.h"

#include <langinfo.h>
#include <locale.h>
#include <string.h>

struct settings {
	char *output_dir, *run;
	struct text_list client_machines;
};

static const struct option rows[] = {
	{ .name = "output-dir",
	    .type = OPTION_TEXT,
	    .offset = offsetof(struct settings, output_dir),
	    .words = "DIR",
	    .help = "write final_report.json and final_report.txt there, too" },
	{ .name = "run",
	    .type = OPTION_TEXT,
	    .offset = offsetof(struct settings, run),
	    .words = "ID",
	    .help = "the run to report, in full or its last part, where the "
	            "files are of several" },
	{ .name = "client-machines",
	    .type = OPTION_LIST,
	    .offset = offsetof(struct settings, client_machines),
	    .words = "FOLDER",
	    .help = "the folders to read when no PATH is named; for "
	            "aggregate_metrics.sh" },
};

static int load(struct merge *merge, char **paths, size_t count,
    struct err *err)
{
	struct sources sources = { 0 };
	int result = 0;
	for (size_t i = 0; result == 0 && i < count; i++)
		result = sources_add(&sources, paths[i], err);
	sources_sort(&sources);
	if (result == 0)
		result = gather(merge, &sources, err);
	sources_release(&sources);
	return result;
}

static int run(const struct settings *settings, char **paths, size_t count,
    struct merge *merge)
{
	struct verdict verdict;
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
	merge->runs.wanted = settings->run;
	if (load(merge, paths, count, &err) != 0)
		return err_fail(&err, EXIT_CANNOT);
	if (runs_check(&merge->runs, &err) != 0)
		return err_fail(&err, EXIT_USAGE);
	if (merge->process_count == 0) {
		err_set(&err,
		    "no metric files%s%s in what was named; were the "
		    "clients started, and where do they write "
		    "(METRICS_OUTPUT_DIR)?",
		    settings->run ? " of run " : "",
		    settings->run ? settings->run : "");
		return err_fail(&err, EXIT_CANNOT);
	}
	merge_finish(merge);
	judge(&verdict, merge);
	struct report report = { merge, &verdict,
		strcmp(nl_langinfo(CODESET), "UTF-8") == 0 };
	int code = (int)verdict.exit_code;
	if (report_write(&report, settings->output_dir, &err) != 0)
		code = err_fail(&err, EXIT_CANNOT);
	verdict_release(&verdict);
	return code;
}

int main(int argc, char **argv)
{
	struct settings settings = { 0 };
	struct option_set set = { .title = "Report",
		.rows = rows,
		.count = sizeof rows / sizeof *rows,
		.values = &settings };
	struct options options = {
		.program = "aggregate",
		.operands = "[PATH...]",
		.about = "Merges metric files, folders of them, or JSON lines "
		         "(-) into one report.",
		.sets = &set,
		.set_count = 1,
	};
	struct merge merge = { 0 };
	struct err err;
	int operand, code = EXIT_PASSED;

	setlocale(LC_CTYPE, "");
	err_program(argv[0]);
	switch (options_read(&options, argc, argv, &operand, &err)) {
	case OPTIONS_BAD:
		code = err_fail(&err, EXIT_USAGE);
		break;
	case OPTIONS_DONE:
		break;
	case OPTIONS_RUN:
		code = run(&settings, argv + operand, (size_t)(argc - operand),
		    &merge);
		break;
	}
	merge_release(&merge);
	options_release(&options);
	return code;
}
