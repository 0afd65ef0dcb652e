/* compared.h - a comparison, as the writers get it. */
#ifndef COMPARE_COMPARED_H
#define COMPARE_COMPARED_H

#include "compare/effects.h"

#include <stdio.h>

/* One run beside the baseline. */
struct comparison {
	struct run run;
	struct effects effects;
	char **differences; /* of the configurations; NULL behind the last */
};

struct compared {
	const char *phase;
	struct effects_settings settings;
	struct run baseline;
	struct comparison *items; /* owned */
	size_t count;
	enum exit_code exit_code;
};

/* Reads the baseline and the runs, and compares each with it; { .settings }
 * begins. Returns EXIT_PASSED; or the exit code with `err`: one that cannot be
 * read, or was configured differently and not `anyway`. What the comparison
 * came to is in exit_code. */
enum exit_code compared_make(struct compared *compared, const char *baseline,
    char **paths, size_t count, const struct run_settings *settings,
    bool anyway, struct err *err);

void compared_release(struct compared *compared);

void compared_text(const struct compared *compared, FILE *to);
void compared_json(const struct compared *compared, FILE *to);
void compared_html(const struct compared *compared, FILE *to);

/* "same configuration", or how many differences there are; `out` holds 64. */
const char *differences_words(char out[64], const struct compared *compared,
    const struct comparison *comparison);

/* "steady for 59 of 60 s; ...", to be freed; NULL where all of it was. */
char *steady_words(const struct run *run);

/* All requests of a run, as far as is known. */
uint64_t run_requests(const struct run *run);

#endif
