/* json_text.c - JSON's texts: escapes and UTF-8. */
#include "wire/json_scan.h"

#include "lib/utf8.h"

#include <string.h>

/* Four hexadecimal digits; -1 if they are none. */
static long take_hex(struct json_scan *scan)
{
	long value = 0;

	if (scan->end - scan->at < 4)
		return -1;
	for (int i = 0; i < 4; i++) {
		char c = *scan->at++;

		value *= 16;
		if (c >= '0' && c <= '9')
			value += c - '0';
		else if (c >= 'a' && c <= 'f')
			value += c - 'a' + 10;
		else if (c >= 'A' && c <= 'F')
			value += c - 'A' + 10;
		else
			return -1;
	}
	return value;
}

/* Behind "\u": one code, or the two halves of a pair. */
static int take_code(struct json_scan *scan, char **to)
{
	long code = take_hex(scan), low;

	if (code < 0)
		return json_error(scan, "bad escape");
	if (code == 0)
		return json_error(scan, "text with a NUL in it");
	if (code >= 0xd800 && code < 0xe000) {
		if (code >= 0xdc00 || scan->end - scan->at < 6 ||
		    *scan->at++ != '\\' || *scan->at++ != 'u')
			return json_error(scan, "lone surrogate");
		low = take_hex(scan);
		if (low < 0xdc00 || low >= 0xe000)
			return json_error(scan, "lone surrogate");
		code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
	}
	*to += utf8_put((uint32_t)code, *to);
	return 0;
}

static int take_escape(struct json_scan *scan, char **to)
{
	static const char meaning[256] = { ['"'] = '"',
		['\\'] = '\\',
		['/'] = '/',
		['b'] = '\b',
		['f'] = '\f',
		['n'] = '\n',
		['r'] = '\r',
		['t'] = '\t' };
	unsigned char c;

	if (scan->at == scan->end)
		return json_error(scan, "unfinished text");
	c = (unsigned char)*scan->at++;
	if (c == 'u')
		return take_code(scan, to);
	if (!meaning[c])
		return json_error(scan, "bad escape");
	*(*to)++ = meaning[c];
	return 0;
}

static int take_utf8(struct json_scan *scan, char **to)
{
	size_t length = utf8_length(scan->at, (size_t)(scan->end - scan->at));

	if (length == 0)
		return json_error(scan, "text that is not UTF-8");
	memmove(*to, scan->at, length);
	*to += length;
	scan->at += length;
	return 0;
}

int json_text(struct json_scan *scan, char **text)
{
	char *to;

	if (!json_take(scan, '"'))
		return json_error(scan, "not a text");
	to = *text = scan->at;
	while (scan->at < scan->end) {
		unsigned char c = (unsigned char)*scan->at;

		if (c == '"') {
			scan->at++;
			*to = '\0';
			return 0;
		}
		if (c < 0x20)
			return json_error(scan, "control character in a text");
		if (c >= 0x80) {
			if (take_utf8(scan, &to) < 0)
				return -1;
			continue;
		}
		scan->at++;
		if (c != '\\')
			*to++ = (char)c;
		else if (take_escape(scan, &to) < 0)
			return -1;
	}
	return json_error(scan, "unfinished text");
}
