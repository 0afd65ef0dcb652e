/* http1_chars.h - which bytes may stand where. Private to wire. */
#ifndef WIRE_HTTP1_CHARS_H
#define WIRE_HTTP1_CHARS_H

#include <stdbool.h>

/* In the name of a field or a method (RFC 9110, 5.6.2). */
static inline bool http1_is_token(char c)
{
	static const bool is[256] = {
		['!'] = true,
		['#'] = true,
		['$'] = true,
		['%'] = true,
		['&'] = true,
		['\''] = true,
		['*'] = true,
		['+'] = true,
		['-'] = true,
		['.'] = true,
		['0'] = true,
		['1'] = true,
		['2'] = true,
		['3'] = true,
		['4'] = true,
		['5'] = true,
		['6'] = true,
		['7'] = true,
		['8'] = true,
		['9'] = true,
		['^'] = true,
		['_'] = true,
		['`'] = true,
		['|'] = true,
		['~'] = true,
	};
	char low = (char)(c | 0x20);
	return is[(unsigned char)c] || (low >= 'a' && low <= 'z');
}

/* In the value of a field (RFC 9110, 5.5): no control but the tabulator. */
static inline bool http1_is_text(char c)
{
	unsigned char byte = (unsigned char)c;
	return (byte >= ' ' && byte != 0x7f) || byte == '\t';
}

static inline bool http1_is_blank(char c)
{
	return c == ' ' || c == '\t';
}

#endif
