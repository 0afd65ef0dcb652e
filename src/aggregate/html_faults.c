/* What each fault did to the users. */
#include "aggregate/html_parts.h"
#include "aggregate/report_faults.h"
#include "lib/clock.h"
#include "lib/unit.h"

#include <math.h>
#include <string.h>

/* ---- the small picture ---- */

#define SPARK_STEP   6.5 /* pixels a second */
#define SPARK_HEIGHT 34.0

static double spark_y(double share)
{
	return 3 + (SPARK_HEIGHT - 6) * (1 - fmin(1, share));
}

static void write_spark(const double *curve, FILE *to)
{
	char before = 'M';
	fprintf(to,
	    "<svg class=\"spark\" viewBox=\"0 0 %.0f %.0f\" role=\"img\" "
	    "aria-label=\"right answers around the fault\">\n<path "
	    "class=\"full\" d=\"M0,%.1fH%.0fM0,%.1fH%.0f\"/><path "
	    "class=\"moment\" d=\"M%.1f,0V%.0f\"/>\n<path class=\"ok\" d=\"",
	    CURVE_SECONDS * SPARK_STEP, SPARK_HEIGHT, spark_y(1),
	    CURVE_SECONDS * SPARK_STEP, spark_y(0), CURVE_SECONDS * SPARK_STEP,
	    CURVE_BEFORE_SECONDS * SPARK_STEP, SPARK_HEIGHT);
	for (int i = 0; i < CURVE_SECONDS; i++) {
		if (curve[i] < 0) {
			before = 'M';
			continue;
		}
		fprintf(to, "%c%.1f,%.1fH%.1f", before, i * SPARK_STEP,
		    spark_y(curve[i]), (i + 1) * SPARK_STEP);
		before = 'L';
	}
	fputs("\"/>\n<g class=\"at\">", to);
	for (int i = 0; i < CURVE_SECONDS; i++)
		if (curve[i] >= 0)
			fprintf(to,
			    "<rect x=\"%.1f\" y=\"0\" width=\"%.1f\" "
			    "height=\"%.0f\"><title>%+d s: %.0f %% of the "
			    "right answers before</title></rect>",
			    i * SPARK_STEP, SPARK_STEP, SPARK_HEIGHT,
			    i - CURVE_BEFORE_SECONDS, 100 * curve[i]);
	fputs("</g></svg>", to);
}

/* ---- cells ---- */

static void milliseconds(char out[UNIT_TEXT], double ms)
{
	if (ms <= 0)
		snprintf(out, UNIT_TEXT, "0.0 s");
	else
		unit_duration(out, llround(ms * (double)NS_PER_MS));
}

/* With the range in which the truth lies, and why there is none. */
static void write_span(const struct fault_impact *impact, enum figure figure,
    FILE *to)
{
	const struct span *span = &impact->spans[figure];
	const char *why = impact->not_determined[figure];
	char text[UNIT_TEXT], low[UNIT_TEXT], high[UNIT_TEXT];
	if (why) {
		html_unknown_cell(to, why);
		return;
	}
	if (figure <= ERROR_WINDOW && impact->failed == 0) {
		html_number_cell(to, "%s",
		    figure == FIRST_ERROR ? "-" : "none");
		return;
	}
	bool is_known = span->low_ms > 0 || span->ms <= 0;
	milliseconds(text, is_known ? span->ms : span->high_ms);
	milliseconds(low, span->low_ms);
	milliseconds(high, span->high_ms);
	fprintf(to, "<td class=\"n\" title=\"between %s and %s\">%s%s</td>",
	    low, high, is_known ? "" : "&lt;", text);
}

static void write_count(const struct fault_impact *impact, enum figure figure,
    double n, FILE *to)
{
	char text[UNIT_TEXT];
	if (impact->not_determined[figure])
		html_number_cell(to, "n. d.");
	else
		html_number_cell(to, "%s",
		    unit_count(text, (uint64_t)llround(n)));
}

/* ---- what it opens to ---- */

static void write_services(const struct fault_impact *impact, FILE *to)
{
	static const char *const names[] = { "before", "during", "after" };
	const struct service *stages[] = { &impact->before, &impact->during,
		&impact->after };
	fputs("<table><thead><tr><th scope=\"col\">service time</th>"
	      "<th scope=\"col\" class=\"n\">p50, ms</th>"
	      "<th scope=\"col\" class=\"n\">p99, ms</th></tr></thead>\n"
	      "<tbody>",
	    to);
	for (size_t i = 0; i < 3; i++) {
		char p50[UNIT_TEXT] = "-", p99[UNIT_TEXT] = "-";
		if (!impact->not_determined[SERVICE_BEFORE + i] &&
		    stages[i]->requests)
			service_words(p50, p99, stages[i]);
		fputs("<tr>", to);
		html_text_cell(to, "%s", names[i]);
		html_number_cell(to, "%s", p50);
		html_number_cell(to, "%s", p99);
		fputs("</tr>\n", to);
	}
	fputs("</tbody></table>\n", to);
}

static void write_reasons(const struct counts *reasons, FILE *to)
{
	const struct count *top[10];
	size_t n = counts_top(reasons, top, 10);
	char text[UNIT_TEXT];
	for (size_t i = 0; i < n; i++)
		html_words(to, "%s x %s", unit_count(text, top[i]->n),
		    top[i]->name);
	if (n == 0)
		html_words(to, "No failure is its.");
}

/* The reasons for what is not determined: each once. */
static void write_not_determined(const struct fault_impact *impact, FILE *to)
{
	const char *last = "";
	for (int i = 0; i < FIGURES; i++) {
		const char *why = impact->not_determined[i];
		if (!why || strcmp(why, last) == 0)
			continue;
		html_words(to, "Not determined: %s.", why);
		last = why;
	}
}

static void write_fault(const struct fault_impact *impact, FILE *to)
{
	const struct fault *fault = impact->fault;
	char stamp[CLOCK_STAMP];
	clock_stamp(stamp, fault->commanded_unix_ms);
	fprintf(to, "<tr id=\"fault-%ju\">", (uintmax_t)fault->number);
	html_number_cell(to, "%ju", (uintmax_t)fault->number);
	html_name_cell(to, "%s", stamp + 11);
	html_name_cell(to, "%s server %s%s",
	    fault->kind ? fault->kind : "fault",
	    fault->server ? fault->server : "?",
	    fault->leader ? " (leader)" : "");
	if (fault->confirmed_unix_ms)
		html_number_cell(to, "%jd ms",
		    (intmax_t)(fault->confirmed_unix_ms -
		               fault->commanded_unix_ms));
	else
		fputs("<td class=\"n bad\">NO</td>", to);
	for (enum figure i = FIRST_ERROR; i <= TIME_TO_RECOVER; i++)
		write_span(impact, i, to);
	write_count(impact, FAILED, (double)impact->failed, to);
	write_count(impact, MISSED, impact->missed, to);
	fputs("<td><details><summary>", to);
	write_spark(impact->curve, to);
	fputs("</summary>\n", to);
	write_reasons(&impact->reasons, to);
	write_services(impact, to);
	write_not_determined(impact, to);
	if (fault->healed_unix_ms == 0)
		html_words(to, "That it was healed is not known.");
	fputs("</details></td></tr>\n", to);
}

static void write_foot(const struct impact *impact, FILE *to)
{
	char bin[UNIT_TEXT], clocks[UNIT_TEXT + 80] = "";
	if (impact->bin_ms == 0)
		return;
	milliseconds(bin, (double)impact->bin_ms);
	if (impact->clock_error_ms > 0)
		snprintf(clocks, sizeof clocks,
		    " The machines' clocks are known to \u00b1 %.1f ms.",
		    impact->clock_error_ms);
	html_words(to,
	    "The small curve is the right answers of each second, from 5 s "
	    "before the fault (the upright line) to 15 s after it, against "
	    "those before it; it opens to the reasons of failures and to "
	    "service times. The timelines are cut every %s, and no time "
	    "after a fault is known better; pointing at one shows its range.%s",
	    bin, clocks);
}

void html_faults(const struct report *report, FILE *to)
{
	static const char *const heads[] = { "##", "time", "fault",
		"#confirmed after", "#first error", "#errors lasted",
		"#as before after", "#failed", "#missed",
		"right answers, -5 to +15 s" };
	const struct impact *impact = report->impact;
	if (impact->count == 0)
		return;
	html_section(to, "faults", "Faults: what each one did to the users");
	html_table(to, heads, sizeof heads / sizeof *heads);
	for (size_t i = 0; i < impact->count; i++)
		write_fault(&impact->items[i], to);
	html_table_end(to);
	write_foot(impact, to);
	html_section_end(to);
}
