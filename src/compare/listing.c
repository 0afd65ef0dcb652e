#include "compare/listing.h"

#include "compare/page.h"
#include "compare/past.h"
#include "compare/plot.h"
#include "compare/run.h"

#include "lib/clock.h"
#include "lib/mem.h"
#include "lib/outfile.h"
#include "lib/printable.h"
#include "lib/unit.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

struct listed {
	char *path;
	bool is_baseline;
	struct past past;
};

struct list {
	struct listed *items;
	size_t count;
};

static bool is_same_folder(const char *a, const char *b)
{
	struct stat one, other;
	return stat(a, &one) == 0 && stat(b, &other) == 0 &&
	       one.st_dev == other.st_dev && one.st_ino == other.st_ino;
}

static int by_start(const void *left, const void *right)
{
	const struct listed *a = left, *b = right;
	int64_t x = a->past.start_unix_ms, y = b->past.start_unix_ms;
	return (x > y) - (x < y);
}

static void read_all(struct list *list, const char *baseline, char **paths,
    size_t count)
{
	list->items = mem_new(count + 1, sizeof *list->items);
	for (size_t i = 0; i < count; i++) {
		struct listed *one = &list->items[list->count];
		struct err err;
		char *folder = run_folder(paths[i]);
		int result = past_read(&one->past, folder, &err);
		if (result < 0)
			err_warn("%s; passed over", err.text);
		else if (!one->past.is_there)
			err_warn("%s: there is no final_report.json; passed "
			         "over",
			    folder);
		one->is_baseline = is_same_folder(folder, baseline);
		one->path = folder;
		if (result == 0 && one->past.is_there) {
			printable(one->path);
			list->count++;
			continue;
		}
		past_release(&one->past);
		free(folder);
	}
	if (list->count)
		qsort(list->items, list->count, sizeof *list->items, by_start);
}

#define PATH_WIDTH 36 /* at least */
#define FIGURES    4
#define CELL_BYTES (UNIT_TEXT + 4)

static double figure(const struct past *past, size_t which)
{
	const double figures[FIGURES] = { past->throughput, past->p50_ms,
		past->p99_ms, past->failed_percent };
	return figures[which];
}

/* "177.15 ms", or "-" where the run has none. */
static char *figure_words(char out[CELL_BYTES], const struct past *past,
    size_t which)
{
	static const char *const units[FIGURES] = { "/s", " ms", " ms", " %" };
	char number[UNIT_TEXT];
	double value = figure(past, which);
	bool is_ms = which == 1 || which == 2;
	unit_decimal(number, value,
	    which == 0           ? 1
	    : is_ms && value < 1 ? 3
	                         : 2);
	snprintf(out, CELL_BYTES, "%s%s", isnan(value) ? "-" : number,
	    isnan(value) ? "" : units[which]);
	return out;
}

static void print(const struct list *list, FILE *to)
{
	char began[CLOCK_STAMP], requests[UNIT_TEXT];
	char cells[FIGURES][CELL_BYTES];
	int width = PATH_WIDTH;
	for (size_t i = 0; i < list->count; i++) {
		int length = (int)strlen(list->items[i].path);
		width = length > width ? length : width;
	}
	fprintf(to, "  %-*s %-19s %-9s %13s %12s %12s %12s %9s %7s\n", width,
	    "run", "began", "verdict", "requests", "throughput", "p50", "p99",
	    "failed", "faults");
	for (size_t i = 0; i < list->count; i++) {
		const struct past *past = &list->items[i].past;
		clock_stamp(began, past->start_unix_ms);
		unit_count(requests, past->requests);
		for (size_t k = 0; k < FIGURES; k++)
			figure_words(cells[k], past, k);
		fprintf(to, "%c %-*s %-19s %-9s %13s %12s %12s %12s %9s %7zu\n",
		    list->items[i].is_baseline ? '*' : ' ', width,
		    list->items[i].path, began, past_words(past), requests,
		    cells[0], cells[1], cells[2], cells[3], past->fault_count);
	}
}

/* ---- the trend ---- */

static void draw_figure(const struct list *list, size_t which,
    const char *title, FILE *to)
{
	struct plot_line line = { .name = "runs",
		.points = mem_new(list->count + 1, sizeof(struct plot_point)),
		.marked = true };
	for (size_t i = 0; i < list->count; i++) {
		double value = figure(&list->items[i].past, which);
		if (!isnan(value))
			line.points[line.count++] =
			    (struct plot_point){ (double)i + 1, value };
	}
	struct plot plot = { .title = title,
		.x_title = "run, the oldest first",
		.lines = &line,
		.count = 1,
		.whole_x = true };
	plot_svg(&plot, to);
	free(line.points);
}

static void draw(const struct list *list, FILE *to)
{
	static const char *const titles[] = { "Throughput (requests/s)",
		"p50 (ms)", "p99 (ms)", "Failure rate (%)" };
	page_begin("Runs", to);
	for (size_t i = 0; i < sizeof titles / sizeof *titles; i++)
		draw_figure(list, i, titles[i], to);
	page_table_begin(to);
	page_row(to, "th", 7,
	    (const char *const[]){ "number", "run", "verdict", "throughput",
	        "p50", "p99", "failed" });
	for (size_t i = 0; i < list->count; i++) {
		const struct listed *one = &list->items[i];
		char number[CELL_BYTES], cells[FIGURES][CELL_BYTES];
		snprintf(number, sizeof number, "%zu%s", i + 1,
		    one->is_baseline ? " *" : "");
		for (size_t k = 0; k < FIGURES; k++)
			figure_words(cells[k], &one->past, k);
		page_row(to, "td", 7,
		    (const char *const[]){ number, one->path,
		        past_words(&one->past), cells[0], cells[1], cells[2],
		        cells[3] });
	}
	page_table_end(to);
	page_end(to);
}

static int write_trend(const struct list *list, const char *path,
    struct err *err)
{
	struct outfile file;
	if (outfile_open(&file, path, err) < 0)
		return -1;
	draw(list, file.stream);
	return outfile_commit(&file, err);
}

static int write_all(const struct list *list, const struct settings *settings,
    struct err *err)
{
	if (settings->list)
		print(list, stdout);
	if (settings->trend && *settings->trend &&
	    write_trend(list, settings->trend, err) < 0)
		return -1;
	return err_stdout(err);
}

int listing(const struct settings *settings, char **paths, size_t count)
{
	struct list list = { 0 };
	struct err err;
	int code = EXIT_PASSED;
	if (count == 0) {
		err_set(&err, "name the runs to list");
		return err_fail(&err, EXIT_USAGE);
	}
	read_all(&list, settings->baseline, paths, count);
	if (list.count == 0) {
		err_set(&err, "none of the folders has a final_report.json");
		code = err_fail(&err, EXIT_CANNOT);
	} else if (write_all(&list, settings, &err) < 0) {
		code = err_fail(&err, EXIT_CANNOT);
	}
	for (size_t i = 0; i < list.count; i++) {
		free(list.items[i].path);
		past_release(&list.items[i].past);
	}
	free(list.items);
	return code;
}
