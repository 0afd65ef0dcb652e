/* options.h - one table for flags and conf keys.
 *
 * Every setting of a program is one row. The table yields the parser of the
 * command line and of conf files, --help, --print-conf and the messages.
 * Flags beat the conf file, which beats the default; an empty value takes back
 * what a weaker one said, of a row without a default. Every program has
 * --conf FILE (repeatable, the later file wins), --print-conf, --help and
 * --version besides.
 *
 * A conf file looks like shell and is data, never code: KEY=value,
 * KEY="value", KEY=( "a" "b" ), # comments; $HOME and other environment
 * variables expand; anything that would run is an error. */
#ifndef LIB_OPTIONS_H
#define LIB_OPTIONS_H

#include "lib/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum option_type {
	OPTION_FLAG,   /* bool; --name, --no-name, NAME=true|false|yes|no|1|0 */
	OPTION_COUNT,  /* uint64_t */
	OPTION_TIME,   /* int64_t ns; a bare number takes the unit that the name
	                  ends in: -ms, -secs */
	OPTION_BYTES,  /* uint64_t */
	OPTION_RATE,   /* double, per second */
	OPTION_SHARE,  /* double, 0..1 */
	OPTION_TEXT,   /* char *, owned by the options; NULL when not given */
	OPTION_LIST,   /* struct text_list; a,b on the command line */
	OPTION_ITEMS,  /* struct text_list; on the command line the flag once
	                  for each, so that an item may have commas */
	OPTION_CHOICE, /* int: which of `words` ("first|ordered") */
	OPTION_CONF, /* char *: a further conf file, read as if its lines stood
	                here but weaker than this file; flags beat both */
};

struct text_list {
	char **items;
	size_t count;
};

struct option {
	const char *name; /* "num-clients"; its conf key is NUM_CLIENTS */
	enum option_type type;
	size_t offset; /* of the value, in the set's values */
	const char
	    *fallback; /* the default, as a user would write it, or NULL */
	const char *from, *to; /* bounds, likewise, or NULL */
	const char *words;     /* of a CHOICE; else the metavar: "FILE" */
	const char *help;      /* one line; --help and the man page carry it */
};

/* A row whose value is a member of the struct `of`; its other members follow:
 * OPTION_ROW(struct settings, "seed", OPTION_COUNT, seed, .help = "..."). */
#define OPTION_ROW(of, flag, kind, member, ...)                                \
	{                                                                      \
		.name = flag, .type = kind, .offset = offsetof(of, member),    \
		__VA_ARGS__                                                    \
	}

#define OPTION_MEMBERS 64 /* the most that a family has */

/* Rows that belong together and the struct that they fill. A set with a
 * `family`, "server", say, stands for as many sets as there are numbers: its
 * row "host" is --server-1-host and SERVER_1_HOST to --server-64-host, in any
 * order and with gaps, and fills the struct number 1 to 64 of an array. */
struct option_set {
	const char *title; /* heading in --help */
	const struct option *rows;
	size_t count;
	void *values; /* of a family: the array's number 1 */
	const char *family;
	size_t size; /* of a family: one struct of the array */
};

/* The set of a whole table of rows. */
#define OPTION_SET(heading, table, to)                                         \
	(struct option_set)                                                    \
	{                                                                      \
		.title = heading, .rows = table,                               \
		.count = sizeof(table) / sizeof *(table), .values = to         \
	}

struct options {
	const char *program;  /* "stress_client" */
	const char *operands; /* "PATH...", or NULL: operands are an error */
	const char *about;    /* one sentence */
	const struct option_set *sets;
	size_t set_count;
	bool shares_conf; /* another program reads its conf file, too, and
	                     refuses a wrong key: one that is not even like a
	                     key of ours is taken to be that program's */
	bool *state; /* options.c's own (which rows were set); begins as NULL */
};

enum options_result {
	OPTIONS_RUN,  /* values are filled in and checked: go on */
	OPTIONS_DONE, /* help, version or conf was printed: exit 0 */
	OPTIONS_BAD,  /* `err` says what and how to mend it: exit 2 */
};

/* Fills in every set's values. On OPTIONS_RUN, argv[*operand..argc-1] are the
 * operands. Messages name the flag, or the conf file and line. */
enum options_result options_read(struct options *options, int argc, char **argv,
    int *operand, struct err *err);

/* What main begins with, before any file is opened: err_program, options_read,
 * and what is bad is said on stderr. True when the program is to go on; else
 * *code is what it ends with. */
bool options_start(struct options *options, int argc, char **argv, int *operand,
    int *code);

/* Whether the row was set by a flag or a conf file, not by its default. */
bool options_given(const struct options *options, const char *name);

/* Writes what --print-conf prints: KEY=value for every row, for a shell to
 * evaluate and for --conf to read again; KEY='' where there is neither a value
 * nor a default. Of a family only what is not at its default. */
void options_print(const struct options *options, FILE *to);

/* Frees what the values own. */
void options_release(struct options *options);

#endif
