#include "lib/html_escape.h"

#include "lib/printable.h"
#include "lib/utf8.h"

#include <stdbool.h>
#include <stdint.h>

#define REPLACEMENT "\xef\xbf\xbd"

/* Neither a noncharacter nor what stands for one. */
static bool is_shown(uint32_t code)
{
	return !is_control_character(code) && !turns_writing(code) &&
	       (code < UTF8_REPLACEMENT || code > 0xffff);
}

void html_text(FILE *to, const char *text)
{
	const char *at = text;
	for (uint32_t code; (code = utf8_next(&at)); text = at) {
		if (code == '<')
			fputs("&lt;", to);
		else if (code == '>')
			fputs("&gt;", to);
		else if (code == '&')
			fputs("&amp;", to);
		else if (code == '"')
			fputs("&quot;", to);
		else if (code == '\'')
			fputs("&#39;", to);
		else if (code == '\n' || code == '\t')
			fputc(' ', to);
		else if (!is_shown(code))
			fputs(REPLACEMENT, to);
		else
			fwrite(text, 1, (size_t)(at - text), to);
	}
}

void gnuplot_text(FILE *to, const char *text, size_t most)
{
	const char *at = text;
	size_t shown = 0;
	fputc('\'', to);
	for (uint32_t code; (code = utf8_next(&at)); text = at, shown++) {
		if (shown == most) {
			fputs("\xe2\x80\xa6", to);
			break;
		}
		if (code == '\'')
			fputs("''", to);
		else if (!is_shown(code))
			fputs(REPLACEMENT, to);
		else
			fwrite(text, 1, (size_t)(at - text), to);
	}
	fputc('\'', to);
}
