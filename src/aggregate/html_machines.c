/* The machines that made the load, and what machines and services said. */
#include "aggregate/html_parts.h"
#include "aggregate/report_machines.h"
#include "aggregate/samples.h"
#include "lib/readings.h"
#include "lib/unit.h"

#define FIGURES_MOST 1000 /* rows of all sources together */

static void write_generator(const struct generator_judgement *judgement,
    const struct generator_figures *figures, bool is_measured, FILE *to)
{
	char lag[UNIT_TEXT];
	fprintf(to, "<td class=\"%s\">%s</td>",
	    judgement->verdict > GENERATOR_OK ? "bad" : "word",
	    generator_word(judgement->verdict));
	if (is_measured) {
		html_number_cell(to, "%.0f %%", figures->cpu_percent);
		html_number_cell(to, "%s",
		    unit_duration(lag, figures->lag_p99_us * 1000));
	} else {
		html_number_cell(to, "-");
		html_number_cell(to, "-");
	}
	if (*judgement->why)
		html_words_cell(to, "%s", judgement->why);
	else
		fputs("<td></td>", to);
}

static void write_machine(const struct machine *machine, FILE *to)
{
	char n[UNIT_TEXT];
	fputs("<tr>", to);
	html_number_cell(to, "%ju", (uintmax_t)machine->id);
	html_number_cell(to, "%s", unit_count(n, machine->clients));
	html_number_cell(to, "%s", unit_count(n, machine->requests));
	html_number_cell(to, "%ju", (uintmax_t)machine->processes);
	html_text_cell(to, "%s", machine_is_whole(machine) ? "yes" : "no");
	write_generator(&machine->generator, &machine->figures,
	    machine->has_timeline, to);
	fputs("</tr>\n", to);
}

/* Of a machine of several processes, those that did not keep up. */
static void write_processes(const struct merge *merge, uint64_t machine_id,
    FILE *to)
{
	struct doubtful doubtful;
	size_t at = 0;
	for (int i = 0; i < PROCESSES_SHOWN && machines_next_doubtful(merge,
	                                           machine_id, &at, &doubtful);
	     i++) {
		fputs("<tr>", to);
		html_number_cell(to, "%ju", (uintmax_t)machine_id);
		html_number_cell(to, "process %ju",
		    (uintmax_t)doubtful.process->number);
		fputs("<td></td><td></td><td></td>", to);
		write_generator(&doubtful.judgement, &doubtful.figures, true,
		    to);
		fputs("</tr>\n", to);
	}
}

void html_machines(const struct report *report, FILE *to)
{
	static const char *const heads[] = { "#machine", "#clients",
		"#requests", "#processes", "complete", "generator", "#cpu",
		"#lag p99", "why" };
	const struct merge *merge = report->merge;
	html_section(to, "machines", "Machines");
	html_table(to, heads, sizeof heads / sizeof *heads);
	for (size_t i = 0; i < merge->machine_count; i++) {
		const struct machine *machine = &merge->machines[i];
		write_machine(machine, to);
		if (machine->processes > 1)
			write_processes(merge, machine->id, to);
	}
	html_table_end(to);
	html_words(to,
	    "Whether the load generators kept up: OK, SUSPECT (figures may be "
	    "affected) or INVALID (they tell of the generator itself). cpu is "
	    "that of the busiest thread, lag how late requests were begun.");
	if (report->cost)
		html_words(to, "Cost: %s.", report->cost);
	html_section_end(to);
}

static void write_series(const struct sample_source *source,
    const struct sample_series *series, FILE *to)
{
	const double values[] = { series->least,
		series->sum / (double)series->count, series->most,
		series->last };
	fputs("<tr>", to);
	html_text_cell(to, "%s %s", source->source, source->name);
	html_text_cell(to, "%s", series->name);
	for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
		char text[READING_TEXT];
		html_number_cell(to, "%s",
		    reading_words(text, series->name, values[i]));
	}
	fputs("</tr>\n", to);
}

static void write_remarks(const struct sample_source *source, FILE *to)
{
	const struct count *top[5];
	char n[UNIT_TEXT];
	size_t count = counts_top(&source->failures, top, 5);
	for (size_t i = 0; i < count; i++)
		html_words(to, "%s %s, polls that failed: %s x %s",
		    source->source, source->name, unit_count(n, top[i]->n),
		    top[i]->name);
	count = counts_top(&source->suspects, top, 5);
	for (size_t i = 0; i < count; i++)
		html_words(to, "%s %s, cannot be right: %s x %s",
		    source->source, source->name, unit_count(n, top[i]->n),
		    top[i]->name);
	if (source->restart_count)
		html_words(to, "%s %s was restarted %zu %s.", source->source,
		    source->name, source->restart_count,
		    source->restart_count == 1 ? "time" : "times");
}

/* All figures; over time there are only those that tell how a run went. */
void html_samples(const struct report *report, FILE *to)
{
	static const char *const heads[] = { "of", "figure", "#least", "#mean",
		"#most", "#last" };
	const struct samples *samples = report->samples;
	size_t rows = 0;
	if (samples->count == 0)
		return;
	html_section(to, "samples", "What machines and services said");
	for (size_t i = 0; i < samples->count; i++)
		write_remarks(&samples->items[i], to);
	html_details(to, "Figures");
	html_table(to, heads, sizeof heads / sizeof *heads);
	for (size_t i = 0; i < samples->count; i++)
		for (size_t k = 0; k < samples->items[i].series_count; k++)
			if (rows++ < FIGURES_MOST)
				write_series(&samples->items[i],
				    &samples->items[i].series[k], to);
	html_table_end(to);
	if (rows > FIGURES_MOST)
		html_words(to, "... and %zu more, in final_report.json.",
		    rows - FIGURES_MOST);
	fputs("</details>\n", to);
	html_section_end(to);
}
