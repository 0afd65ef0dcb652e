/* For GitHub's workflows: the text, annotations behind it, and the summary of
 * the step. The text holds names that others chose, and the runner obeys any
 * line that begins with "::": so it is told to obey none until a word that
 * nobody could know beforehand. */
#include "aggregate/format_github.h"
#include "aggregate/format_text.h"
#include "aggregate/formats.h"
#include "aggregate/thresholds.h"

#include "lib/mem.h"
#include "lib/rng.h"

#include <inttypes.h>
#include <stdlib.h>

/* As the runner wants it; line ends are none of text_next's characters. */
static void data(const char *text, FILE *to)
{
	for (uint32_t c; (c = text_next(&text));) {
		if (c == '%')
			fputs("%25", to);
		else
			text_put(c, to);
	}
}

static void annotation(const char *level, const char *title, const char *text,
    FILE *to)
{
	fprintf(to, "::%s title=%s::", level, title);
	data(text, to);
	fputc('\n', to);
}

/* One is in the verdict's reasons already. */
static void write_thresholds(const struct thresholds *thresholds, FILE *to)
{
	char words[UNIT_TEXT];
	for (size_t i = 0; thresholds->missed > 1 && i < thresholds->count;
	     i++) {
		const struct threshold *threshold = &thresholds->items[i];
		if (threshold->met)
			continue;
		metric_words(words, &threshold->condition.metric,
		    threshold->measure.figure);
		char *text =
		    mem_format("%s: %s", threshold->condition.text, words);
		annotation("error", "Threshold missed", text, to);
		free(text);
	}
}

static void write_generators(const struct merge *merge, FILE *to)
{
	for (size_t i = 0; i < merge->machine_count; i++) {
		const struct machine *machine = &merge->machines[i];
		if (machine->generator.verdict != GENERATOR_SUSPECT)
			continue;
		char *text = mem_format("Machine %" PRIu64
		                        ": the load generator may not have "
		                        "kept up: %s.",
		    machine->id, machine->generator.why);
		annotation("warning", "Load generator", text, to);
		free(text);
	}
}

static void write_annotations(const struct report *report, FILE *to)
{
	const struct verdict *verdict = report->verdict;
	bool passed = verdict->exit_code == EXIT_PASSED;
	char *title = mem_format("ringstorm %s", verdict_word(verdict));
	for (size_t i = 0; i < verdict->reason_count; i++)
		annotation(passed ? "warning" : "error", title,
		    verdict->reasons[i], to);
	write_thresholds(report->thresholds, to);
	write_generators(report->merge, to);
	free(title);
}

static void write_stdout(const struct report *report, FILE *to)
{
	uint64_t word[] = { rng_system_seed(), rng_system_seed() };
	fprintf(to, "::stop-commands::%016" PRIx64 "%016" PRIx64 "\n", word[0],
	    word[1]);
	report_text(report, to);
	fprintf(to, "::%016" PRIx64 "%016" PRIx64 "::\n", word[0], word[1]);
	write_annotations(report, to);
}

/* Other steps of the job have written to it; what is appended comes whole, with
 * one write. */
static int append_summary(const struct report *report, const char *path,
    struct err *err)
{
	FILE *file = fopen(path, "ae");
	char *text = NULL;
	size_t length = 0;
	FILE *memory = open_memstream(&text, &length);
	bool done = false;
	if (file && memory) {
		github_summary(report, memory);
		done = fclose(memory) == 0 &&
		       fwrite(text, 1, length, file) == length;
		memory = NULL;
	}
	if (memory)
		fclose(memory);
	if (file && fclose(file) != 0)
		done = false;
	if (!done)
		err_system(err, "cannot append to the summary %s", path);
	free(text);
	return done ? 0 : -1;
}

int format_github(const struct report *report, const char *path,
    struct err *err)
{
	const char *summary = getenv("GITHUB_STEP_SUMMARY");
	if (format_file(report, path, write_stdout, err) < 0)
		return -1;
	return summary && *summary ? append_summary(report, summary, err) : 0;
}
