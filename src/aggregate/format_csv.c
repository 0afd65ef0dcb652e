/* The run as tables, for spreadsheets and data frames. */
#include "aggregate/format_csv.h"
#include "aggregate/format_text.h"
#include "aggregate/formats.h"

#include "lib/mem.h"
#include "lib/outfile.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static bool is_formula(const char *text)
{
	char first = text[strspn(text, " \t\r\n")];
	return first && strchr("=+-@", first);
}

void csv_text(const char *text, FILE *to)
{
	const char *at = text;
	if (!text)
		return;
	fputc('"', to);
	if (is_formula(text))
		fputc('\'', to);
	for (uint32_t c; (c = text_next(&at));) {
		if (c == '"')
			fputc('"', to);
		text_put(c, to);
	}
	fputc('"', to);
}

void csv_count(uint64_t n, FILE *to)
{
	fprintf(to, ",%" PRIu64, n);
}

void csv_number(double value, int digits, FILE *to)
{
	if (isfinite(value))
		fprintf(to, ",%.*f", digits, value);
	else
		fputc(',', to);
}

static const char *const names[] = { "p50", "p90", "p95", "p99", "p999",
	"max" };
static const double percents[] = { 50, 90, 95, 99, 99.9, 100 };

#define PERCENTS (sizeof percents / sizeof *percents)

void csv_latency_titles(const char *what, FILE *to)
{
	fprintf(to, ",%s_min_ms,%s_avg_ms", what, what);
	for (size_t i = 0; i < PERCENTS; i++)
		fprintf(to, ",%s_%s_ms", what, names[i]);
}

void csv_latencies(const struct histogram *h, FILE *to)
{
	int64_t values_us[PERCENTS];
	if (!h || h->count == 0) {
		for (size_t i = 0; i < PERCENTS + 2; i++)
			fputc(',', to);
		return;
	}
	histogram_percentiles(h, percents, values_us, PERCENTS);
	csv_number((double)histogram_min(h) / 1e3, 3, to);
	csv_number(histogram_mean(h) / 1e3, 3, to);
	for (size_t i = 0; i < PERCENTS; i++)
		csv_number((double)values_us[i] / 1e3, 3, to);
}

int format_csv(const struct report *report, const char *path, struct err *err)
{
	static const struct {
		const char *name;
		void (*write)(const struct report *report, FILE *to);
	} files[] = {
		{ "run.csv", csv_run },
		{ "intervals.csv", csv_intervals },
		{ "phases.csv", csv_phases },
		{ "operations.csv", csv_operations },
		{ "faults.csv", csv_faults },
	};
	int result = outfile_folder(path, err);
	for (size_t i = 0; result == 0 && i < sizeof files / sizeof *files;
	     i++) {
		char *file = mem_format("%s/%s", path, files[i].name);
		result = format_file(report, file, files[i].write, err);
		free(file);
	}
	return result;
}
