#include "lib/lines.h"

#include "lib/err.h"
#include "lib/mem.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define LINE_BYTES_MAX ((size_t)5 << 20) /* more than record_read takes */
#define NAMED          5

/* Of a longer line the rest is passed over. */
static size_t read_line(char *line, FILE *file)
{
	size_t length = 0;
	int c;
	while ((c = getc_unlocked(file)) != EOF) {
		if (length < LINE_BYTES_MAX)
			line[length++] = (char)c;
		if (c == '\n')
			break;
	}
	return length;
}

static bool is_blank(const char *line, size_t length)
{
	while (length > 0 && strchr(" \t\r\n", line[length - 1]) &&
	       line[length - 1])
		length--;
	return length == 0;
}

bool lines_next(struct lines *lines)
{
	if (!lines->text)
		lines->text = mem_new(LINE_BYTES_MAX, 1);
	do {
		lines->length = read_line(lines->text, lines->file);
		lines->number++;
	} while (lines->length && is_blank(lines->text, lines->length));
	lines->whole =
	    lines->length == LINE_BYTES_MAX ||
	    (lines->length && lines->text[lines->length - 1] == '\n');
	return lines->length > 0;
}

bool lines_is_talk(struct lines *lines)
{
	if (memchr(lines->text, '{', lines->length))
		return false;
	if (lines->talk++ == 0)
		lines->first_talk = lines->number;
	return true;
}

void lines_refuse(struct lines *lines, const char *why)
{
	if (lines->refused++ < NAMED)
		err_warn("%s:%" PRIu64 ": %s; left out (exit %d)", lines->path,
		    lines->number, why, EXIT_PARTIAL);
}

void lines_end(struct lines *lines)
{
	if (lines->refused > NAMED)
		err_warn("%s: %" PRIu64 " more lines could not be used; left "
		         "out (exit %d)",
		    lines->path, lines->refused - NAMED, EXIT_PARTIAL);
	if (lines->talk)
		err_warn("%s: %" PRIu64 " %s no JSON, line %" PRIu64
		         " the first; passed over",
		    lines->path, lines->talk,
		    lines->talk == 1 ? "line is" : "lines are",
		    lines->first_talk);
	free(lines->text);
	lines->text = NULL;
}
