#include "aggregate/format_text.h"

#include "lib/mem.h"

#include <inttypes.h>

#define REPLACEMENT 0xfffd

/* How many bytes a first byte announces; 0: it is no first byte. */
static int length_of(unsigned char first)
{
	return first < 0x80   ? 1
	       : first < 0xc2 ? 0
	       : first < 0xe0 ? 2
	       : first < 0xf0 ? 3
	       : first < 0xf5 ? 4
	                      : 0;
}

/* Not overlong, no half of a pair, no more than there are (RFC 3629, 4). */
static int is_character(uint32_t c, int length)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	return c >= least[length] && c <= 0x10ffff &&
	       !(c >= 0xd800 && c < 0xe000) && c != 0xfffe && c != 0xffff;
}

uint32_t text_next(const char **text)
{
	const unsigned char *at = (const unsigned char *)*text;
	int length = length_of(*at);
	if (*at == '\0')
		return 0;
	if (length <= 1) {
		++*text;
		if (length == 0)
			return REPLACEMENT;
		return *at < ' ' || *at == 0x7f ? '?' : *at;
	}
	uint32_t c = *at & (0x7fU >> length);
	for (int i = 1; i < length; i++) {
		if ((at[i] & 0xc0) != 0x80) {
			++*text;
			return REPLACEMENT;
		}
		c = c << 6 | (at[i] & 0x3f);
	}
	*text += length;
	if (!is_character(c, length))
		return REPLACEMENT;
	return c < 0xa0 ? '?' : c;
}

void text_put(uint32_t c, FILE *to)
{
	if (c < 0x80) {
		fputc((int)c, to);
		return;
	}
	int length = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
	uint32_t mark = (0xf00U >> length) & 0xff;
	fputc((int)(mark | c >> (6 * (length - 1))), to);
	for (int i = length - 2; i >= 0; i--)
		fputc((int)(0x80 | ((c >> (6 * i)) & 0x3f)), to);
}

char *fault_title(const struct fault *fault)
{
	return mem_format("fault %" PRIu64 ": %s of server %s%s", fault->number,
	    fault->kind ? fault->kind : "fault",
	    fault->server ? fault->server : "?",
	    fault->leader ? ", the leader" : "");
}
