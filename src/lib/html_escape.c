#include "lib/html_escape.h"

#include <stdbool.h>
#include <stdint.h>

#define REPLACEMENT "\xef\xbf\xbd"

/* The character at `text`: how many bytes it has, and its number; 0xfffd with
 * the length 1 where it is no UTF-8 (RFC 3629). */
static size_t decode(const char *text, uint32_t *code)
{
	const unsigned char *c = (const unsigned char *)text;
	size_t length = c[0] < 0x80   ? 1
	                : c[0] < 0xc2 ? 0
	                : c[0] < 0xe0 ? 2
	                : c[0] < 0xf0 ? 3
	                : c[0] < 0xf5 ? 4
	                              : 0;
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	uint32_t value = length == 1 ? c[0] : c[0] & (0x7fU >> length);
	for (size_t i = 1; i < length; i++) {
		if ((c[i] & 0xc0) != 0x80) {
			length = 0;
			break;
		}
		value = value << 6 | (c[i] & 0x3fU);
	}
	bool is_wrong = length == 0 || value < least[length] ||
	                value > 0x10ffff || (value >= 0xd800 && value < 0xe000);
	*code = is_wrong ? 0xfffd : value;
	return is_wrong ? 1 : length;
}

static bool is_shown(uint32_t code)
{
	if (code < 0x20 || (code >= 0x7f && code < 0xa0))
		return false;
	/* Marks that turn the direction of writing, and noncharacters. */
	return !(code >= 0x202a && code <= 0x202e) &&
	       !(code >= 0x2066 && code <= 0x2069) && code != 0x200e &&
	       code != 0x200f && code != 0xfffe && code != 0xffff;
}

void html_text(FILE *to, const char *text)
{
	uint32_t code;
	for (size_t length; *text; text += length) {
		length = decode(text, &code);
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
		else if (!is_shown(code) || code == 0xfffd)
			fputs(REPLACEMENT, to);
		else
			fwrite(text, 1, length, to);
	}
}

void gnuplot_text(FILE *to, const char *text, size_t most)
{
	uint32_t code;
	fputc('\'', to);
	for (size_t length, shown = 0; *text; text += length, shown++) {
		length = decode(text, &code);
		if (shown == most) {
			fputs("\xe2\x80\xa6", to);
			break;
		}
		if (code == '\'')
			fputs("''", to);
		else if (!is_shown(code) || code == 0xfffd)
			fputs(REPLACEMENT, to);
		else
			fwrite(text, 1, length, to);
	}
	fputc('\'', to);
}
