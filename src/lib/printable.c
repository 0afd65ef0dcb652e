#include "lib/printable.h"

#include "lib/utf8.h"

#include <string.h>

bool is_control_character(uint32_t character)
{
	return character < 0x20 || (character >= 0x7f && character < 0xa0);
}

bool turns_writing(uint32_t character)
{
	return character == 0x200e || character == 0x200f ||
	       (character >= 0x202a && character <= 0x202e) ||
	       (character >= 0x2066 && character <= 0x2069);
}

void printable(char *text)
{
	const char *at = text;
	for (uint32_t c; (c = utf8_next(&at)); text += at - text)
		if (is_control_character(c) || turns_writing(c))
			memset(text, '?', (size_t)(at - text));
}
