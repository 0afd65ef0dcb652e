#include "lib/option_help.h"

#include "lib/option_value.h"

#include <string.h>

#define HELP_COLUMN 30 /* where the words begin */
#define HELP_WIDTH  96

static const struct option common[] = {
	{ .name = "conf",
	    .type = OPTION_CONF,
	    .help = "read settings from this file; a later --conf wins over "
	            "an earlier one" },
	{ .name = "print-conf",
	    .type = OPTION_FLAG,
	    .help = "print the settings as a conf file, checked, and leave" },
	{ .name = "help", .type = OPTION_FLAG, .help = "print this" },
	{ .name = "version", .type = OPTION_FLAG, .help = "print the version" },
};

static const char *metavar(const struct option *row)
{
	static const char *const words[] = {
		[OPTION_FLAG] = "",
		[OPTION_COUNT] = "N",
		[OPTION_TIME] = "TIME",
		[OPTION_BYTES] = "BYTES",
		[OPTION_RATE] = "RATE",
		[OPTION_SHARE] = "SHARE",
		[OPTION_TEXT] = "TEXT",
		[OPTION_LIST] = "A,B",
		[OPTION_CHOICE] = "WORD",
		[OPTION_CONF] = "FILE",
	};
	return row->words ? row->words : words[row->type];
}

static size_t print_word(FILE *to, const char *word, size_t length,
    size_t column)
{
	if (column + 1 + length > HELP_WIDTH) {
		fprintf(to, "\n%*s", HELP_COLUMN, "");
		column = HELP_COLUMN;
	} else if (column > HELP_COLUMN) {
		fputc(' ', to);
		column++;
	}
	fwrite(word, 1, length, to);
	return column + length;
}

/* Prints words from `column` on, wrapped; returns where it ended. */
static size_t print_wrapped(FILE *to, const char *text, size_t column)
{
	while (*text) {
		size_t length = strcspn(text, " ");
		column = print_word(to, text, length, column);
		text += length + strspn(text + length, " ");
	}
	return column;
}

static void print_row(FILE *to, const struct option *row)
{
	const char *word = metavar(row);
	/* A flag that is on by default is there to be turned off. */
	bool negative = row->type == OPTION_FLAG && row->fallback &&
	                strcmp(row->fallback, "true") == 0;
	int used = fprintf(to, "  --%s%s%s%s", negative ? "[no-]" : "",
	    row->name, *word ? " " : "", word);
	if (used >= HELP_COLUMN)
		fprintf(to, "\n%*s", HELP_COLUMN, "");
	else
		fprintf(to, "%*s", HELP_COLUMN - used, "");
	size_t column = print_wrapped(to, row->help, HELP_COLUMN);
	char note[160];
	if (row->fallback && row->type != OPTION_FLAG) {
		snprintf(note, sizeof note, "[%s]", row->fallback);
		print_wrapped(to, note, column);
	}
	fputc('\n', to);
}

void option_help_print(const struct options *options, FILE *to)
{
	fprintf(to, "usage: %s [options]%s%s\n", options->program,
	    options->operands ? " " : "",
	    options->operands ? options->operands : "");
	fprintf(to, "%s\n", options->about);
	for (size_t s = 0; s < options->set_count; s++) {
		const struct option_set *set = &options->sets[s];
		if (set->count == 0)
			continue;
		fprintf(to, "\n%s:\n", set->title);
		for (size_t i = 0; i < set->count; i++)
			print_row(to, &set->rows[i]);
	}
	fprintf(to, "\nFor every program:\n");
	for (size_t i = 0; i < sizeof common / sizeof *common; i++)
		print_row(to, &common[i]);
	fprintf(to, "\nEvery flag is a key of a conf file as well: --num-x 5 "
	            "is NUM_X=5. Defaults are in [].\n");
}
