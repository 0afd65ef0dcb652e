#include "aggregate/scenario.h"

#include "lib/err.h"

#include <stdlib.h>

static void escape(const char *text, FILE *to)
{
	for (; *text; text++)
		switch (*text) {
		case '<':
			fputs("&lt;", to);
			break;
		case '>':
			fputs("&gt;", to);
			break;
		case '&':
			fputs("&amp;", to);
			break;
		default:
			fputc(*text, to);
		}
}

/* The report as it is, in a page. */
void scenario_html(const struct scenario *scenario, FILE *to)
{
	char *text = NULL;
	size_t length;
	FILE *memory = open_memstream(&text, &length);
	if (memory)
		report_text(scenario->report, memory);
	if (!memory || fclose(memory) != 0) {
		err_warn("out of memory");
		exit(EXIT_CANNOT);
	}
	fputs("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n"
	      "<meta charset=\"utf-8\">\n<title>",
	    to);
	escape(scenario->test, to);
	fputs("</title>\n</head>\n<body>\n<h1>", to);
	escape(scenario->test, to);
	fputs("</h1>\n<pre>\n", to);
	escape(text, to);
	fputs("</pre>\n</body>\n</html>\n", to);
	free(text);
}
