#include "lib/option_table.h"

#include "lib/option_value.h"

#include <stdio.h>
#include <string.h>

#define WIDTH  90
#define COLUMN 30 /* where help begins */

static const char *metavar(const struct option *row)
{
	if (row->words)
		return row->words;
	switch (row->type) {
	case OPTION_FLAG:
		return NULL;
	case OPTION_COUNT:
		return "N";
	case OPTION_TIME:
		return option_unit(row) == UNIT_MS        ? "MS"
		       : option_unit(row) == UNIT_SECONDS ? "SECS"
		                                          : "TIME";
	case OPTION_BYTES:
		return "SIZE";
	case OPTION_RATE:
		return "RATE";
	case OPTION_SHARE:
		return "SHARE";
	case OPTION_LIST:
	case OPTION_ITEMS:
	case OPTION_TEXT:
	case OPTION_CHOICE:
	case OPTION_CONF:
		break;
	}
	return "TEXT";
}

/* Appends " (default 100; from 1 to 1M)", as far as there is something to
 * say. The default is shown as --print-conf has it, so that it can be typed. */
static void add_limits(struct buf *text, const struct option *row)
{
	bool off = row->type == OPTION_FLAG &&
	           (!row->fallback || strcmp(row->fallback, "false") == 0);
	const char *begin = " (";
	if (row->fallback && *row->fallback && !off) {
		buf_add_text(text, begin);
		if (row->type == OPTION_TIME) {
			int64_t ns = 0;
			option_value_default(row, &ns);
			buf_add_text(text, "default ");
			option_value_print(row, &ns, text);
		} else if (row->type == OPTION_FLAG) {
			buf_add_format(text, "default; --no-%s", row->name);
		} else {
			buf_add_format(text, "default %s", row->fallback);
		}
		begin = "; ";
	}
	if (row->from || row->to) {
		buf_add_text(text, begin);
		begin = "; ";
		if (row->from && row->to)
			buf_add_format(text, "from %s to %s", row->from,
			    row->to);
		else
			buf_add_format(text, "at %s %s",
			    row->from ? "least" : "most",
			    row->from ? row->from : row->to);
	}
	if (*begin == ';')
		buf_add_text(text, ")");
}

/* Prints words from `column` on, in lines that begin at `indent`. */
static void wrap(FILE *to, const char *text, int column, int indent)
{
	bool first = true;
	while (*text) {
		int length = (int)strcspn(text, " ");
		if (!first && column + 1 + length > WIDTH) {
			fprintf(to, "\n%*s", indent, "");
			column = indent;
			first = true;
		}
		fprintf(to, "%s%.*s", first ? "" : " ", length, text);
		column += length + !first;
		first = false;
		text += length;
		text += strspn(text, " ");
	}
	fputc('\n', to);
}

static void row_help(FILE *to, const struct option *row, const char *family)
{
	const char *word = metavar(row);
	int column = fprintf(to, "  --%s%s%s%s%s", family ? family : "",
	    family ? "-N-" : "", row->name, word ? " " : "", word ? word : "");
	if (column + 2 > COLUMN) {
		fputc('\n', to);
		column = 0;
	}
	fprintf(to, "%*s", COLUMN - column, "");
	struct buf text = { 0 };
	buf_add_text(&text, row->help);
	add_limits(&text, row);
	buf_add(&text, "", 1);
	wrap(to, (const char *)text.data, COLUMN, COLUMN);
	buf_release(&text);
}

void option_help(const struct options *options, FILE *to)
{
	fprintf(to, "usage: %s [--FLAG [VALUE]]...%s%s\n\n", options->program,
	    options->operands ? " " : "",
	    options->operands ? options->operands : "");
	wrap(to, options->about, 0, 0);
	for (size_t i = 0; i < options->set_count; i++) {
		const struct option_set *set = &options->sets[i];
		if (set->count == 0)
			continue;
		fprintf(to, "\n%s:\n", set->title);
		if (set->family)
			fprintf(to, "  (N is its number, from 1 to %d)\n",
			    OPTION_MEMBERS);
		for (size_t j = 0; j < set->count; j++)
			row_help(to, &set->rows[j], set->family);
	}
	fprintf(to, "\nGeneral:\n");
	for (size_t i = 0; i < option_common_count; i++)
		row_help(to, &option_common[i], NULL);
	fputc('\n', to);
	wrap(to,
	    "In a conf file a flag is a key in capitals, such as KEY=value or "
	    "KEY=( a b ); flags beat conf files. A list on the command line is "
	    "a,b, or the flag once for each where that is said. Flags without "
	    "a value have an opposite, --no-FLAG, and are "
	    "true or false in a conf file.",
	    0, 0);
}
