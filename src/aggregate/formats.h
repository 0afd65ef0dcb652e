/* formats.h - the report for other programs: one table of formats, a writer
 * each in its format_NAME.c, an option for each in the table's order. */
#ifndef AGGREGATE_FORMATS_H
#define AGGREGATE_FORMATS_H

#include "aggregate/report.h"
#include "lib/err.h"
#include "lib/options.h"

#include <stdbool.h>

enum format_place {
	FORMAT_INSTEAD, /* a flag: on stdout, in place of the text */
	FORMAT_FILE,    /* the option names it; "-" is FORMAT_INSTEAD */
	FORMAT_FOLDER,  /* the option names it; made where it is not there */
};

struct format {
	const char *name; /* of its option */
	enum format_place place;
	const char *help;
	/* Writes the report there; "-" is stdout. Files appear whole or not at
	 * all. Returns 0, or -1 with `err`. */
	int (*write)(const struct report *report, const char *path,
	    struct err *err);
};

#define FORMATS_MAX 16

/* Which of them are wanted. {0} begins. */
struct formats {
	struct option rows[FORMATS_MAX];
	struct format_choice {
		bool on;
		char *path; /* owned by the options */
	} chosen[FORMATS_MAX];
};

/* Fills in the set, whose rows and values are in `formats`. */
void formats_set(struct formats *formats, struct option_set *set);

/* Whether not more than one thing is wanted on stdout; `figures` is one.
 * Returns 0, or -1 with `err`. */
int formats_check(const struct formats *formats, bool figures, struct err *err);

/* The first that is wanted, or (`instead`) the one in place of the text; NULL:
 * none is. */
const char *formats_wanted(const struct formats *formats, bool instead);

/* Writes what is wanted, and to stdout the text where nothing is wanted in its
 * place; if `figures` is not NULL, they are. What cannot be written is said,
 * and keeps nothing else back. Returns 0, or the exit code. */
int formats_write(const struct formats *formats, const struct report *report,
    const struct figures *figures);

/* A format that is one stream to one file: opens it, writes, makes it appear.
 */
int format_file(const struct report *report, const char *path,
    void (*write)(const struct report *report, FILE *to), struct err *err);

int format_json(const struct report *report, const char *path, struct err *err);
int format_html(const struct report *report, const char *path, struct err *err);
int format_csv(const struct report *report, const char *path, struct err *err);
int format_hgrm(const struct report *report, const char *path, struct err *err);
int format_hlog(const struct report *report, const char *path, struct err *err);
int format_junit(const struct report *report, const char *path,
    struct err *err);
int format_prometheus(const struct report *report, const char *path,
    struct err *err);
int format_github(const struct report *report, const char *path,
    struct err *err);

#endif
