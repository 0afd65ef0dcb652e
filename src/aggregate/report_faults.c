#include "aggregate/report_faults.h"

#include "aggregate/report_guide.h"
#include "lib/clock.h"
#include "lib/mem.h"
#include "lib/unit.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define TABLE_WIDTH 100
#define WORST_SHOWN 2
#define NOTES_MAX   40

/* The reasons for what is not determined: each is said once, by its number. */
struct notes {
	const char *reasons[NOTES_MAX]; /* borrowed */
	size_t count;
};

static size_t note(struct notes *notes, const char *reason)
{
	for (size_t i = 0; i < notes->count; i++)
		if (strcmp(notes->reasons[i], reason) == 0)
			return i + 1;
	if (notes->count == NOTES_MAX)
		return 0;
	notes->reasons[notes->count++] = reason;
	return notes->count;
}

/* ---- cells ---- */

/* "kill server 1", to be freed. */
static char *name_of(const struct fault *fault)
{
	return mem_format("%s server %s%s", fault->kind ? fault->kind : "fault",
	    fault->server ? fault->server : "?", fault->leader ? " L" : "");
}

static char *milliseconds(char *out, double ms)
{
	if (ms <= 0)
		snprintf(out, UNIT_TEXT, "0.0 s");
	else
		unit_duration(out, llround(ms * (double)NS_PER_MS));
	return out;
}

/* What may have been nothing at all is only known to be less. */
static char *span_words(char *out, const struct span *span)
{
	out[0] = '<';
	if (span->low_ms > 0 || span->ms <= 0)
		return milliseconds(out, span->ms);
	unit_duration(out + 1, llround(span->high_ms * (double)NS_PER_MS));
	return out;
}

/* A figure of a fault: its value, "-" where there was none, or "n.d.1". */
static char *cell(char *out, const struct fault_impact *impact,
    enum figure figure, struct notes *notes)
{
	const char *why = impact->not_determined[figure];
	size_t number = why ? note(notes, why) : 0;
	if (why && number)
		snprintf(out, UNIT_TEXT, "n.d.%zu", number);
	else if (why)
		snprintf(out, UNIT_TEXT, "n.d.");
	else if (figure == FAILED)
		unit_count(out, impact->failed);
	else if (figure == MISSED)
		unit_count(out, (uint64_t)llround(impact->missed));
	else if (figure <= ERROR_WINDOW && impact->failed == 0)
		snprintf(out, UNIT_TEXT, "%s",
		    figure == FIRST_ERROR ? "-" : "none");
	else
		span_words(out, &impact->spans[figure]);
	return out;
}

static double confirmed_after_ms(const struct fault *fault)
{
	return fault->confirmed_unix_ms ? (double)(fault->confirmed_unix_ms -
	                                           fault->commanded_unix_ms)
	                                : NAN;
}

/* The system's answer, to a millisecond of the wall clock. */
static char *whole_ms(char *out, double ms)
{
	snprintf(out, UNIT_TEXT, "%.0f ms", ms);
	return out;
}

static void write_curve(const struct report *report, const double *curve,
    FILE *to)
{
	static const char *const blocks[] = { "\u2581", "\u2582", "\u2583",
		"\u2584", "\u2585", "\u2586", "\u2587" };
	static const char *const digits[] = { "0", "1", "2", "3", "4", "5", "6",
		"7", "8", "9" };
	const char *const *marks = report->utf8 ? blocks : digits;
	double most = report->utf8 ? 6 : 9;
	int end = CURVE_SECONDS;
	while (end > 0 && curve[end - 1] < 0)
		end--;
	if (end > 0)
		fputs("  ", to);
	for (int i = 0; i < end; i++)
		fputs(curve[i] < 0 ? " "
		                   : marks[lround(fmin(1, curve[i]) * most)],
		    to);
}

/* ---- rows ---- */

#define TIMES "%2s  %-8s  %-*s %9s %8s %9s %12s"
#define ROW   TIMES " %8s %7s"

static int name_width(const struct impact *impact)
{
	int width = 15;
	for (size_t i = 0; i < impact->count; i++) {
		char *name = name_of(impact->items[i].fault);
		int length = (int)strlen(name);
		if (length > width)
			width = length;
		free(name);
	}
	return width;
}

static void write_fault(const struct report *report,
    const struct fault_impact *impact, int width, struct notes *notes, FILE *to)
{
	static const enum figure shown[] = { FIRST_ERROR, ERROR_WINDOW,
		TIME_TO_RECOVER, FAILED, MISSED };
	const struct fault *fault = impact->fault;
	char number[UNIT_TEXT], stamp[CLOCK_STAMP], confirmed[UNIT_TEXT] = "NO";
	char cells[5][UNIT_TEXT];
	char *name = name_of(fault);
	snprintf(number, sizeof number, "%ju", (uintmax_t)fault->number);
	clock_stamp(stamp, fault->commanded_unix_ms);
	if (fault->confirmed_unix_ms)
		whole_ms(confirmed, confirmed_after_ms(fault));
	for (size_t i = 0; i < 5; i++)
		cell(cells[i], impact, shown[i], notes);
	fprintf(to, ROW, number, stamp + 11, width, name, confirmed, cells[0],
	    cells[1], cells[2], cells[3], cells[4]);
	write_curve(report, impact->curve, to);
	fputc('\n', to);
	free(name);
}

/* ---- worst and median ---- */

/* What a column sums up; NAN: nothing. */
static double value_of(const struct fault_impact *impact, int column)
{
	static const enum figure figures[] = { FIRST_ERROR, FIRST_ERROR,
		ERROR_WINDOW, TIME_TO_RECOVER, FAILED, MISSED };
	enum figure figure = figures[column];
	if (column == 0)
		return confirmed_after_ms(impact->fault);
	if (impact->not_determined[figure] ||
	    (figure == FIRST_ERROR && impact->failed == 0))
		return NAN;
	if (figure == FAILED)
		return (double)impact->failed;
	return figure == MISSED ? impact->missed : impact->spans[figure].ms;
}

static int by_value(const void *left, const void *right)
{
	const double *a = left, *b = right;
	return *a < *b ? -1 : *a > *b;
}

#define COLUMNS       6
#define ERRORS_COLUMN 2
#define TIME_COLUMN   3 /* the last that is a time */

static void write_summary(const struct report *report, const char *title,
    bool median, int width, FILE *to)
{
	const struct impact *impact = report->impact;
	double *values = mem_new(impact->count, sizeof *values);
	char cells[COLUMNS][UNIT_TEXT];
	for (int column = 0; column < COLUMNS; column++) {
		size_t count = 0;
		for (size_t i = 0; i < impact->count; i++) {
			double value = value_of(&impact->items[i], column);
			if (!isnan(value))
				values[count++] = value;
		}
		qsort(values, count, sizeof *values, by_value);
		double value =
		    count ? values[median ? count / 2 : count - 1] : NAN;
		if (count == 0)
			snprintf(cells[column], UNIT_TEXT, "-");
		else if (column == ERRORS_COLUMN && value <= 0)
			snprintf(cells[column], UNIT_TEXT, "none");
		else if (column == 0)
			whole_ms(cells[column], value);
		else if (column <= TIME_COLUMN)
			milliseconds(cells[column], value);
		else
			unit_count(cells[column], (uint64_t)llround(value));
	}
	fprintf(to, ROW "\n", "", title, width, "", cells[0], cells[1],
	    cells[2], cells[3], cells[4], cells[5]);
	free(values);
}

/* ---- below the table ---- */

static void write_foot(const struct report *report, const struct notes *notes,
    FILE *to)
{
	const struct impact *impact = report->impact;
	bool leader = false;
	char bin[UNIT_TEXT];
	for (size_t i = 0; i < impact->count; i++)
		leader = leader || impact->items[i].fault->leader;
	if (leader)
		fputs(" L  was the leader.\n", to);
	for (size_t i = 0; i < notes->count; i++)
		fprintf(to, "%2zu  not determined: %s.\n", i + 1,
		    notes->reasons[i]);
	if (impact->bin_ms == 0)
		return;
	if (impact->clock_error_ms > 0)
		fprintf(to,
		    " Times are the controller's; the machines' clocks are "
		    "known to %s%.1f ms of it.\n",
		    report->utf8 ? "\u00b1 " : "+-", impact->clock_error_ms);
	else if (!impact->clock_unknown)
		fputs(" Times are the controller's, and so is the clients' "
		      "clock.\n",
		    to);
	fprintf(to,
	    " The timelines are cut every %s (TIMELINE_MS), and no time after "
	    "a fault is known better:\n final_report.json has the range of "
	    "each.\n",
	    milliseconds(bin, (double)impact->bin_ms));
}

void service_words(char p50[UNIT_TEXT], char p99[UNIT_TEXT],
    const struct service *service)
{
	unit_ms(p50, (double)service->p50_us, 1);
	unit_ms(p99, (double)service->p99_us, 1);
}

static void write_service(const struct fault_impact *impact, int width,
    FILE *to)
{
	const struct service *stages[] = { &impact->before, &impact->during,
		&impact->after };
	char *name = name_of(impact->fault);
	fprintf(to, "%2ju  %-*s", (uintmax_t)impact->fault->number, width,
	    name);
	for (size_t i = 0; i < 3; i++) {
		char p50[UNIT_TEXT] = "-", p99[UNIT_TEXT] = "-";
		if (!impact->not_determined[SERVICE_BEFORE + i] &&
		    stages[i]->requests)
			service_words(p50, p99, stages[i]);
		fprintf(to, " %9s %9s", p50, p99);
	}
	fputc('\n', to);
	free(name);
}

/* The longest recoveries, and what was not recovered from, first. */
static double badness(const struct fault_impact *impact)
{
	if (impact->not_determined[SERVICE_BEFORE])
		return -1;
	return impact->not_determined[TIME_TO_RECOVER]
	           ? INFINITY
	           : impact->spans[TIME_TO_RECOVER].ms;
}

static bool is_shown(const struct report *report, size_t index)
{
	const struct impact *impact = report->impact;
	double own = badness(&impact->items[index]);
	size_t worse = 0;
	for (size_t i = 0; i < impact->count; i++) {
		double other = badness(&impact->items[i]);
		worse += other > own || (!(other < own) && i < index);
	}
	return own >= 0 && (report->all_faults || worse < WORST_SHOWN);
}

static void write_services(const struct report *report, int width, FILE *to)
{
	const struct impact *impact = report->impact;
	size_t shown = 0;
	for (size_t i = 0; i < impact->count; i++)
		shown += is_shown(report, i);
	if (shown == 0)
		return;
	fprintf(to, "\n    %-*s %19s %19s %19s\n", width, "service time, ms",
	    "before", "during", "after");
	fprintf(to, "    %-*s %9s %9s %9s %9s %9s %9s\n", width, "", "p50",
	    "p99", "p50", "p99", "p50", "p99");
	for (size_t i = 0; i < impact->count; i++)
		if (is_shown(report, i))
			write_service(&impact->items[i], width, to);
	if (shown < impact->count && !report->all_faults)
		fprintf(to,
		    "    (the other %zu: final_report.json, or --faults "
		    "all)\n",
		    impact->count - shown);
}

void faults_table(const struct report *report, FILE *to)
{
	const struct impact *impact = report->impact;
	struct notes notes = { .count = 0 };
	if (impact->count == 0)
		return;
	int width = name_width(impact);
	text_heading(to, "FAULTS - what each one did to the users",
	    TABLE_WIDTH);
	fprintf(to, ROW "  %s\n", "#", "time", width, "fault", "confirmed",
	    "first", "errors", "as before", "failed", "missed",
	    "success, -5 s .. +15 s");
	fprintf(to, TIMES "\n", "", "", width, "", "after", "error", "lasted",
	    "after");
	for (size_t i = 0; i < impact->count; i++)
		write_fault(report, &impact->items[i], width, &notes, to);
	if (impact->count > 1) {
		write_summary(report, "worst", false, width, to);
		write_summary(report, "median", true, width, to);
	}
	write_foot(report, &notes, to);
	write_services(report, width, to);
}
