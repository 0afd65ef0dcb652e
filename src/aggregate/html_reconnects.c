/* How lost connections came back. */
#include "aggregate/html_parts.h"
#include "aggregate/reconnects.h"
#include "aggregate/report_reconnects.h"
#include "lib/clock.h"
#include "lib/unit.h"

#define SHOWN_MOST 200

static void write_name(const struct fault *fault, FILE *to)
{
	if (!fault) {
		html_name_cell(to, "no fault");
		return;
	}
	fprintf(to, "<td class=\"name\"><a href=\"#fault-%ju\">fault %ju</a>",
	    (uintmax_t)fault->number, (uintmax_t)fault->number);
	html_format(to, ", %s of server %s",
	    fault->kind ? fault->kind : "fault",
	    fault->server ? fault->server : "?");
	fputs("</td>", to);
}

static void write_back(const struct outage *outage, size_t back, FILE *to)
{
	char text[UNIT_TEXT];
	if (outage->dropped == 0)
		html_number_cell(to, "-");
	else if (outage->not_determined[back])
		html_unknown_cell(to, outage->not_determined[back]);
	else
		html_number_cell(to, "%s",
		    unit_duration(text, outage->back_us[back] * NS_PER_US));
}

static void write_messages(const char *why_not, uint64_t n, FILE *to)
{
	char text[UNIT_TEXT];
	if (why_not)
		html_unknown_cell(to, why_not);
	else
		html_number_cell(to, "%s", unit_count(text, n));
}

static void write_outage(const struct report *report,
    const struct outage *outage, FILE *to)
{
	const char *why_not = reconnects_why_no_messages(report);
	char stamp[CLOCK_STAMP], n[UNIT_TEXT];
	clock_stamp(stamp, outage->from_ms);
	fputs("<tr>", to);
	html_name_cell(to, "%s", stamp + 11);
	write_name(outage->fault, to);
	html_number_cell(to, "%s", unit_count(n, outage->dropped));
	html_number_cell(to, "%s", unit_count(n, outage->restore.count));
	for (size_t i = 0; i < BACKS; i++)
		write_back(outage, i, to);
	write_messages(why_not, outage->missed, to);
	write_messages(why_not, outage->doubled, to);
	fputs("</tr>\n", to);
}

void html_reconnects(const struct report *report, FILE *to)
{
	static const char *const heads[] = { "time", "what", "#dropped",
		"#back", "#50 % in", "#90 % in", "#99 % in", "#missed",
		"#doubled" };
	const struct reconnects *reconnects = report->reconnects;
	size_t count = reconnects->outage_count;
	size_t shown = count < SHOWN_MOST ? count : SHOWN_MOST;
	if (!reconnects->held)
		return;
	html_section(to, "reconnects", "Reconnects");
	if (shown) {
		html_table(to, heads, sizeof heads / sizeof *heads);
		for (size_t i = 0; i < shown; i++)
			write_outage(report, &reconnects->outages[i], to);
		html_table_end(to);
	} else {
		html_words(to, "No connection was lost.");
	}
	if (count > shown)
		html_words(to, "... and %zu more, in final_report.json.",
		    count - shown);
	html_words_of(to, reconnects_guide, report);
	html_section_end(to);
}
