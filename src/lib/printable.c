#include "lib/printable.h"

#include <stdbool.h>

/* U+200E, U+200F, U+202A to U+202E and U+2066 to U+2069: marks that turn the
 * direction of writing, so that a line shows something else than it says. */
static bool turns(const unsigned char c[])
{
	if (c[0] != 0xe2)
		return false;
	if (c[1] == 0x80)
		return c[2] == 0x8e || c[2] == 0x8f ||
		       (c[2] >= 0xaa && c[2] <= 0xae);
	return c[1] == 0x81 && c[2] >= 0xa6 && c[2] <= 0xa9;
}

void printable(char *text)
{
	for (unsigned char *c = (unsigned char *)text; *c; c++) {
		if (*c < ' ' || *c == 0x7f)
			*c = '?';
		if (c[0] == 0xc2 && c[1] >= 0x80 && c[1] < 0xa0)
			c[0] = c[1] = '?';
		if (turns(c))
			c[0] = c[1] = c[2] = '?';
	}
}
