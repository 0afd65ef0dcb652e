/* conf.h - the syntax of conf files: it looks like shell and is data. Pure. */
#ifndef LIB_CONF_H
#define LIB_CONF_H

#include "lib/err.h"
#include "lib/options.h"

#include <stdbool.h>
#include <stddef.h>

#define CONF_MAX_BYTES (1u << 20)

struct conf_entry {
	char *key;
	struct text_list values; /* one, unless it is an array */
	bool array;
	unsigned line;
};

struct conf {
	struct conf_entry *entries;
	size_t count;
};

/* Parses `length` bytes; `name` is the file's, for messages, which all begin
 * with "name:line: ". `variable` gives the value of an environment variable,
 * or NULL. Returns 0, or -1 with `err`; release in both cases. */
int conf_parse(struct conf *conf, const char *name, const char *text,
    size_t length, const char *(*variable)(const char *), struct err *err);

/* Reads and parses a file, with the environment's variables. */
int conf_read(struct conf *conf, const char *path, struct err *err);

void conf_release(struct conf *conf);

/* The value as a shell and conf_parse read it back: quoted where needed.
 * Freed by the caller. */
char *conf_quote(const char *value);

#endif
