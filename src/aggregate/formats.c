#include "aggregate/formats.h"

#include "aggregate/figures.h"
#include "lib/outfile.h"

#include <assert.h>
#include <string.h>

static const struct format formats_table[] = {
	{ "json", FORMAT_INSTEAD,
	    "print final_report.json in place of the text", format_json },
	{ "html", FORMAT_FILE,
	    "write the report as one page there, with pictures (by gnuplot)",
	    format_html },
	{ "csv", FORMAT_FOLDER,
	    "write tables there: run.csv, intervals.csv, phases.csv, "
	    "operations.csv, faults.csv",
	    format_csv },
	{ "hgrm", FORMAT_FILE,
	    "write the percentiles there as HdrHistogram's plotters read them; "
	    "response times, where they differ, beside it",
	    format_hgrm },
	{ "hlog", FORMAT_FILE,
	    "write the latencies of each interval there, a log of "
	    "HdrHistogram's",
	    format_hlog },
	{ "junit", FORMAT_FILE,
	    "write a test case for each threshold and fault there, in JUnit's "
	    "XML",
	    format_junit },
	{ "prometheus", FORMAT_FILE,
	    "write the figures there for the textfile collector of "
	    "node_exporter (FILE ends in .prom)",
	    format_prometheus },
	{ "github", FORMAT_INSTEAD,
	    "print annotations for GitHub's workflows behind the text, and "
	    "append to the step's summary",
	    format_github },
};

#define COUNT (sizeof formats_table / sizeof *formats_table)
static_assert(COUNT <= FORMATS_MAX, "more formats than FORMATS_MAX");

static bool has_path(const struct format *format)
{
	return format->place == FORMAT_FILE || format->place == FORMAT_FOLDER;
}

void formats_set(struct formats *formats, struct option_set *set)
{
	for (size_t i = 0; i < COUNT; i++) {
		const struct format *format = &formats_table[i];
		bool path = has_path(format);
		formats->rows[i] = (struct option){
			.name = format->name,
			.type = path ? OPTION_TEXT : OPTION_FLAG,
			.offset = i * sizeof *formats->chosen +
			          (path ? offsetof(struct format_choice, path)
			                : offsetof(struct format_choice, on)),
			.words = !path                            ? NULL
			         : format->place == FORMAT_FOLDER ? "DIR"
			                                          : "FILE",
			.help = format->help,
		};
	}
	*set = (struct option_set){
		.title = "Formats",
		.rows = formats->rows,
		.count = COUNT,
		.values = formats->chosen,
	};
}

/* Where it is wanted; NULL: nowhere. */
static const char *path_of(const struct formats *formats, size_t i)
{
	const struct format_choice *choice = &formats->chosen[i];
	if (has_path(&formats_table[i]))
		return choice->path && *choice->path ? choice->path : NULL;
	return choice->on ? "-" : NULL;
}

/* Whether it is to stand on stdout where the text would. */
static bool is_instead(const struct formats *formats, size_t i)
{
	const char *path = path_of(formats, i);
	enum format_place place = formats_table[i].place;
	return path && (place == FORMAT_INSTEAD ||
	                   (place == FORMAT_FILE && strcmp(path, "-") == 0));
}

const char *formats_wanted(const struct formats *formats, bool instead)
{
	for (size_t i = 0; i < COUNT; i++)
		if (path_of(formats, i) && (!instead || is_instead(formats, i)))
			return formats_table[i].name;
	return NULL;
}

int formats_check(const struct formats *formats, bool figures, struct err *err)
{
	const char *first = figures ? "figures" : NULL;
	for (size_t i = 0; i < COUNT; i++) {
		if (!is_instead(formats, i))
			continue;
		if (first)
			return err_set(err,
			    "--%s and --%s cannot both have stdout; name a "
			    "file, or leave one out",
			    first, formats_table[i].name);
		first = formats_table[i].name;
	}
	return 0;
}

static int write_to_stdout(const struct formats *formats,
    const struct report *report, const struct figures *figures, struct err *err)
{
	for (size_t i = 0; i < COUNT; i++)
		if (is_instead(formats, i))
			return formats_table[i].write(report, "-", err);
	if (figures)
		figures_print(figures, report, stdout);
	else
		report_text(report, stdout);
	return err_stdout(err);
}

int formats_write(const struct formats *formats, const struct report *report,
    const struct figures *figures)
{
	struct err err;
	int code = 0;
	for (size_t i = 0; i < COUNT; i++)
		if (has_path(&formats_table[i]) && path_of(formats, i) &&
		    !is_instead(formats, i) &&
		    formats_table[i].write(report, path_of(formats, i), &err) <
		        0)
			code = err_fail(&err, EXIT_CANNOT);
	if (write_to_stdout(formats, report, figures, &err) < 0)
		code = err_fail(&err, EXIT_CANNOT);
	return code;
}

int format_file(const struct report *report, const char *path,
    void (*write)(const struct report *report, FILE *to), struct err *err)
{
	struct outfile file;
	if (outfile_open(&file, path, err) < 0)
		return -1;
	write(report, file.stream);
	return outfile_commit(&file, err);
}
