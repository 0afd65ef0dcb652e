#include "wire/utf8.h"

#include "wire/bytes.h"

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
		} else if (length - i >= 8 &&
		           !(bytes_load(bytes + i) & NOT_ASCII)) {
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
