#include "compare/compared.h"
#include "compare/words.h"

#include "lib/mem.h"
#include "lib/unit.h"

#include <stdlib.h>

uint64_t run_requests(const struct run *run)
{
	uint64_t requests = 0;
	if (run->past.is_there)
		return run->past.requests;
	for (size_t i = 0; i < run->cells.count; i++)
		requests += run->cells.items[i].ok + run->cells.items[i].failed;
	return requests;
}

const char *differences_words(char out[64], const struct compared *compared,
    const struct comparison *comparison)
{
	size_t count = 0;
	while (comparison->differences[count])
		count++;
	if (compared->baseline.configuration.machines == 0 ||
	    comparison->run.configuration.machines == 0)
		return "configuration not known";
	if (count == 0)
		return "same configuration";
	snprintf(out, 64, "%zu difference%s of configuration", count,
	    count == 1 ? "" : "s");
	return out;
}

static void write_run(const struct run *run, const char *role,
    const char *configuration, FILE *to)
{
	char requests[UNIT_TEXT];
	unit_count(requests, run_requests(run));
	fprintf(to, "%-10s %-28s   %-9s %12s requests   %zu fault%s%s%s\n",
	    role, run->id, past_words(&run->past), requests,
	    run->past.fault_count, run->past.fault_count == 1 ? "" : "s",
	    *configuration ? "     " : "", configuration);
}

char *steady_words(const struct run *run)
{
	if (run->steady == run->cells.count && !run->faults_counted)
		return NULL;
	return mem_format("steady for %.0f of %.0f s; %s",
	    cells_seconds(&run->cells, true), cells_seconds(&run->cells, false),
	    run->faults_counted ? "the faults leave too little, so that "
	                          "theirs count, too"
	    : run->faults_apart ? "the seconds of faults and of missing "
	                          "clients are left out"
	                        : "the seconds of missing clients are left "
	                          "out");
}

static void write_steady(const struct run *run, const char *role, FILE *to)
{
	char *words = steady_words(run);
	if (words)
		fprintf(to, "%-10s %s\n", role, words);
	free(words);
}

static void write_effects(const struct compared *compared,
    const struct comparison *comparison, FILE *to)
{
	const struct effects *effects = &comparison->effects;
	fprintf(to, "\n%-30s %12s %12s %10s   %-20s verdict\n", "", "baseline",
	    "run", "change", "   95 % confidence");
	for (size_t i = 0; i < effects->count; i++) {
		struct effect_words words;
		effect_words(&words, &effects->items[i], compared->phase);
		fprintf(to, " %-29s %12s %12s %10s   %20s   %s\n", words.name,
		    words.before, words.after, words.change, words.range,
		    words.verdict);
	}
}

static void write_one(const struct compared *compared,
    const struct comparison *comparison, FILE *to)
{
	char differences[64];
	write_run(&compared->baseline, "baseline", "", to);
	write_run(&comparison->run, "run",
	    differences_words(differences, compared, comparison), to);
	for (char **row = comparison->differences; *row; row++)
		fprintf(to, "           %s\n", *row);
	write_steady(&compared->baseline, "baseline", to);
	write_steady(&comparison->run, "run", to);
	write_effects(compared, comparison, to);
	char *words = conclusion(&comparison->effects, compared->phase);
	fprintf(to, "\n%s\n", words);
	free(words);
}

void compared_text(const struct compared *compared, FILE *to)
{
	for (size_t i = 0; i < compared->count; i++) {
		if (i > 0)
			fputc('\n', to);
		write_one(compared, &compared->items[i], to);
	}
	if (compared->exit_code != EXIT_PASSED)
		fprintf(to, "exit %d\n", compared->exit_code);
}
