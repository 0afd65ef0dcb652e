/* How far to trust the figures. */
#include "aggregate/html_parts.h"
#include "aggregate/notes.h"
#include "aggregate/series.h"
#include "lib/html_escape.h"
#include "lib/unit.h"

#include <string.h>

static void write_merge(const struct report *report, FILE *to)
{
	const struct merge *merge = report->merge;
	char in[UNIT_TEXT], out[UNIT_TEXT], files[UNIT_TEXT], lines[UNIT_TEXT];
	html_words(to,
	    "Merged exactly from %s client %s and %s %s: %s latencies in, %s "
	    "out. A bucket is at most %.1f %% wide; no percentile is ever "
	    "averaged.",
	    unit_count(files, merge->client_files),
	    merge->client_files == 1 ? "file" : "files",
	    unit_count(lines, merge->timeline_files),
	    merge->timeline_files == 1 ? "timeline" : "timelines",
	    unit_count(in, merge->counts_in),
	    unit_count(out, merge->counts_out), histogram_error() * 100);
	if (merge->estimate_files)
		html_words(to,
		    "%s %s no histogram (CloudP2P's own): counted, %s.",
		    unit_count(files, merge->estimate_files),
		    merge->estimate_files == 1 ? "file has" : "files have",
		    report_estimated(report)
		        ? "and their latencies are estimates"
		        : "but not among the latencies");
}

/* Machine by machine, what is not there. */
static void write_missing(const struct merge *merge, FILE *to)
{
	char n[UNIT_TEXT];
	if (merge_is_whole(merge)) {
		html_words(to,
		    "Every client's file is complete: planned = sent + not "
		    "sent and sent = right + failed hold for each.");
		return;
	}
	html_words(to,
	    "Not everything is there: what is missing is named at the top. "
	    "The sums hold for what was read.");
	if (merge->left_out)
		html_words(to, "Records left out: %s.",
		    unit_count(n, merge->left_out));
}

static void write_clocks(const struct report *report, FILE *to)
{
	const struct impact *impact = report->impact;
	const struct series *series = report->series;
	if (series->bin_count == 0)
		return;
	if (series->clock_unknown)
		html_words(to,
		    "How far the clock of machine %ju is from the "
		    "controller's is not known.",
		    (uintmax_t)series->clock_unknown_machine);
	else if (impact->clock_error_ms > 0)
		html_words(to,
		    "The machines' clocks are known to \u00b1 %.1f ms of the "
		    "controller's, and corrected.",
		    impact->clock_error_ms);
	else
		html_words(to, "Clients and controller have one clock.");
}

/* ---- how it was set up ---- */

static bool has_row(const struct note *note, const char *row)
{
	for (size_t i = 0; i < note->row_count; i++)
		if (strcmp(note->rows[i], row) == 0)
			return true;
	return false;
}

/* Of the first machine all of it, of the others what is different there. */
static void write_note(const struct note *note, const struct note *first,
    FILE *to)
{
	html_words(to, "Machine %ju%s%s%s:", (uintmax_t)note->machine_id,
	    *note->programs ? ", " : "", note->programs,
	    note == first ? "" : ", where it differs from the first");
	fputs("<pre>", to);
	for (size_t i = 0; i < note->row_count; i++) {
		if (note != first && has_row(first, note->rows[i]))
			continue;
		html_text(to, note->rows[i]);
		fputc('\n', to);
	}
	fputs("</pre>\n", to);
}

static void write_configuration(const struct report *report, FILE *to)
{
	const struct runs *runs = &report->merge->runs;
	const struct notes *notes = report->notes;
	const struct note *first = NULL;
	for (size_t i = 0; i < notes->count; i++) {
		if (!runs_have(runs, notes->items[i].run_id))
			continue;
		if (!first) {
			first = &notes->items[i];
			html_details(to, "Configuration and versions");
		}
		write_note(&notes->items[i], first, to);
	}
	if (first)
		fputs("</details>\n", to);
}

void html_trust(const struct report *report, FILE *to)
{
	html_section(to, "trust", "How far to trust these figures");
	write_merge(report, to);
	write_missing(report->merge, to);
	write_clocks(report, to);
	write_configuration(report, to);
	html_words(to, "Report by aggregate %s.", RINGSTORM_VERSION);
	html_section_end(to);
}
