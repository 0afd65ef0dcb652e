/* conf.h - the syntax of conf files: text to keys, values and line numbers.
 *
 *	KEY=value            # up to the end of the line
 *	KEY="a $HOME b"      # \$ \" \\ \` stand for themselves
 *	KEY='as it stands'
 *	KEY=( "a" b          # over as many lines as it takes
 *	      'c' )
 *
 * Lines may end as those of Windows do, and a byte order mark may stand in
 *front. It looks like shell and is data: environment variables ($NAME, ${NAME})
 * expand, and whatever else a shell would act upon is an error. */
#ifndef LIB_CONF_H
#define LIB_CONF_H

#include "lib/err.h"
#include "lib/options.h"

#include <stdbool.h>
#include <stddef.h>

struct conf_entry {
	char *key;
	struct text_list values; /* exactly one unless `list` */
	bool list;               /* written with parentheses */
	int line;                /* of its key */
};

struct conf {
	char *path; /* for messages */
	struct conf_entry *entries;
	size_t count;
};

/* Parses `length` bytes. Every key comes at most once. Returns 0, or -1 with
 * `err` set to "path:line: what is wrong"; either way conf_release it. */
int conf_parse(struct conf *conf, const char *path, const char *text,
    size_t length, struct err *err);

/* The same for the contents of a file of at most 1 MiB. */
int conf_read(struct conf *conf, const char *path, struct err *err);

void conf_release(struct conf *conf);

/* Appends a copy of `length` bytes; frees all that a list holds. */
void text_list_add(struct text_list *list, const char *text, size_t length);
void text_list_clear(struct text_list *list);

#endif
