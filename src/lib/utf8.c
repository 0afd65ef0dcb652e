#include "lib/utf8.h"

#include <string.h>

#define NOT_ASCII UINT64_C(0x8080808080808080)

/* The first byte of a character of two to four. What its second byte may be
 * keeps out overlong forms, surrogates and what lies above U+10FFFF. */
static bool begin(struct utf8 *utf8, uint8_t byte)
{
	utf8->low = 0x80;
	utf8->high = 0xbf;
	if (byte < 0xc2 || byte > 0xf4)
		return false;
	utf8->due = byte < 0xe0 ? 1 : byte < 0xf0 ? 2 : 3;
	if (byte == 0xe0)
		utf8->low = 0xa0;
	else if (byte == 0xed)
		utf8->high = 0x9f;
	else if (byte == 0xf0)
		utf8->low = 0x90;
	else if (byte == 0xf4)
		utf8->high = 0x8f;
	return true;
}

static bool are_ascii(const uint8_t *eight)
{
	uint64_t bits;
	memcpy(&bits, eight, sizeof bits);
	return (bits & NOT_ASCII) == 0;
}

bool utf8_take(struct utf8 *utf8, const uint8_t *bytes, size_t length)
{
	for (size_t i = 0; i < length;) {
		if (utf8->due > 0) {
			if (bytes[i] < utf8->low || bytes[i] > utf8->high)
				return false;
			utf8->low = 0x80;
			utf8->high = 0xbf;
			utf8->due--;
			i++;
		} else if (length - i >= 8 && are_ascii(bytes + i)) {
			i += 8;
		} else {
			if (bytes[i] > 0x7f && !begin(utf8, bytes[i]))
				return false;
			i++;
		}
	}
	return true;
}

bool utf8_is_valid(const uint8_t *bytes, size_t length)
{
	struct utf8 utf8 = { 0 };
	return utf8_take(&utf8, bytes, length) && utf8_is_whole(&utf8);
}

size_t utf8_length(const char *text, size_t length)
{
	struct utf8 utf8 = { 0 };
	for (size_t i = 0; i < length; i++) {
		uint8_t byte = (uint8_t)text[i];
		if (!utf8_take(&utf8, &byte, 1))
			return 0;
		if (utf8_is_whole(&utf8))
			return i + 1;
	}
	return 0;
}

uint32_t utf8_next(const char **text)
{
	const unsigned char *at = (const unsigned char *)*text;
	if (*at == '\0')
		return 0;
	size_t length = utf8_length(*text, strnlen(*text, 4));
	*text += length ? length : 1;
	if (length <= 1)
		return length ? *at : UTF8_REPLACEMENT;
	uint32_t character = *at & (0x7fU >> length);
	for (size_t i = 1; i < length; i++)
		character = character << 6 | (at[i] & 0x3fU);
	return character;
}

size_t utf8_cut(const char *text, size_t length)
{
	while (length > 0 && utf8_continues(text[length]))
		length--;
	return length;
}

size_t utf8_put(uint32_t character, char *to)
{
	if (character < 0x80) {
		*to = (char)character;
		return 1;
	}
	size_t length = character < 0x800 ? 2 : character < 0x10000 ? 3 : 4;
	for (size_t i = length; --i > 0; character >>= 6)
		to[i] = (char)(0x80 | (character & 0x3f));
	to[0] = (char)(0xf00U >> length | character);
	return length;
}
