#include "compare/compared.h"

#include "lib/mem.h"

#include <stdlib.h>
#include <string.h>

static int check_configuration(const struct compared *compared,
    const struct comparison *comparison, struct err *err)
{
	char **rows = comparison->differences;
	char words[300] = "";
	size_t used = 0, count = 0;
	for (; rows[count]; count++)
		if (used < sizeof words)
			used +=
			    (size_t)snprintf(words + used, sizeof words - used,
			        "%s%s", count ? "; " : "", rows[count]);
	if (count == 0)
		return 0;
	return err_set(err,
	    "%s and %s were configured differently (%s%s); --anyway "
	    "compares them all the same",
	    compared->baseline.id, comparison->run.id, words,
	    used < sizeof words ? "" : " ...");
}

static bool is_invalid(const struct run *run)
{
	return run->past.result && strcmp(run->past.result, "invalid") == 0;
}

static void note_exit_code(struct compared *compared,
    const struct comparison *comparison)
{
	if (is_invalid(&compared->baseline) || is_invalid(&comparison->run))
		compared->exit_code = EXIT_INVALID;
	else if (comparison->effects.worse &&
	         compared->exit_code == EXIT_PASSED)
		compared->exit_code = EXIT_THRESHOLD;
}

static enum exit_code read_runs(struct compared *compared, const char *baseline,
    char **paths, size_t count, const struct run_settings *settings,
    struct err *err)
{
	enum exit_code code =
	    run_read(&compared->baseline, baseline, settings, err);
	compared->items = mem_new(count, sizeof *compared->items);
	for (size_t i = 0; code == EXIT_PASSED && i < count; i++)
		code = run_read(&compared->items[compared->count++].run,
		    paths[i], settings, err);
	return code;
}

/* Like with like: where the faults of one leave no steady state, theirs count
 * in all. */
static void count_faults_alike(struct compared *compared)
{
	bool counted = compared->baseline.faults_counted;
	for (size_t i = 0; i < compared->count; i++)
		counted |= compared->items[i].run.faults_counted;
	if (!counted)
		return;
	run_count_faults(&compared->baseline);
	for (size_t i = 0; i < compared->count; i++)
		run_count_faults(&compared->items[i].run);
}

enum exit_code compared_make(struct compared *compared, const char *baseline,
    char **paths, size_t count, const struct run_settings *settings,
    bool anyway, struct err *err)
{
	compared->phase = settings->phase ? settings->phase : "sustained";
	enum exit_code code =
	    read_runs(compared, baseline, paths, count, settings, err);
	if (code != EXIT_PASSED)
		return code;
	count_faults_alike(compared);
	for (size_t i = 0; i < count; i++) {
		struct comparison *comparison = &compared->items[i];
		comparison->differences =
		    configuration_differences(&compared->baseline.configuration,
		        &comparison->run.configuration);
		if (!anyway &&
		    check_configuration(compared, comparison, err) < 0)
			return EXIT_USAGE;
		effects_find(&comparison->effects, &compared->baseline,
		    &comparison->run, &compared->settings);
		note_exit_code(compared, comparison);
	}
	return EXIT_PASSED;
}

void compared_release(struct compared *compared)
{
	run_release(&compared->baseline);
	for (size_t i = 0; i < compared->count; i++) {
		struct comparison *comparison = &compared->items[i];
		for (char **row = comparison->differences; row && *row; row++)
			free(*row);
		free(comparison->differences);
		run_release(&comparison->run);
		effects_release(&comparison->effects);
	}
	free(compared->items);
}
