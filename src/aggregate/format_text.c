#include "aggregate/format_text.h"

#include "lib/mem.h"
#include "lib/printable.h"
#include "lib/utf8.h"

#include <inttypes.h>

uint32_t text_next(const char **text)
{
	uint32_t c = utf8_next(text);
	if (c == 0xfffe || c == 0xffff)
		return UTF8_REPLACEMENT;
	return c && is_control_character(c) ? '?' : c;
}

void text_put(uint32_t c, FILE *to)
{
	char bytes[4];
	fwrite(bytes, 1, utf8_put(c, bytes), to);
}

char *fault_title(const struct fault *fault)
{
	return mem_format("fault %" PRIu64 ": %s of server %s%s", fault->number,
	    fault->kind ? fault->kind : "fault",
	    fault->server ? fault->server : "?",
	    fault->leader ? ", the leader" : "");
}
