#include "lib/base64.h"

static const char alphabet[65] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

size_t base64_length(size_t length)
{
	return (length + 2) / 3 * 4;
}

void base64_encode(char *out, const uint8_t *bytes, size_t length)
{
	for (size_t i = 0; i < length; i += 3) {
		size_t left = length - i;
		uint32_t group = (uint32_t)bytes[i] << 16;

		if (left > 1)
			group |= (uint32_t)bytes[i + 1] << 8;
		if (left > 2)
			group |= bytes[i + 2];
		*out++ = alphabet[group >> 18];
		*out++ = alphabet[group >> 12 & 63];
		*out++ = left > 1 ? alphabet[group >> 6 & 63] : '=';
		*out++ = left > 2 ? alphabet[group & 63] : '=';
	}
	*out = '\0';
}

/* 0..63, or 64 for every other character. */
static uint32_t digit(char c)
{
	if (c >= 'A' && c <= 'Z')
		return (uint32_t)(c - 'A');
	if (c >= 'a' && c <= 'z')
		return (uint32_t)(c - 'a') + 26;
	if (c >= '0' && c <= '9')
		return (uint32_t)(c - '0') + 52;
	if (c == '+')
		return 62;
	return c == '/' ? 63 : 64;
}

/* The last group may end in one or two '='; the bits under them are 0. */
static int decode_last(uint8_t **out, const char *text)
{
	uint32_t a = digit(text[0]), b = digit(text[1]), c = digit(text[2]);

	if (text[3] != '=' || a > 63 || b > 63)
		return -1;
	*(*out)++ = (uint8_t)(a << 2 | b >> 4);
	if (text[2] == '=')
		return (b & 15) == 0 ? 0 : -1;
	if (c > 63)
		return -1;
	*(*out)++ = (uint8_t)(b << 4 | c >> 2);
	return (c & 3) == 0 ? 0 : -1;
}

int base64_decode(uint8_t *out, size_t *out_length, const char *text,
    size_t length)
{
	uint8_t *start = out;

	if (length % 4)
		return -1;
	for (size_t i = 0; i < length; i += 4) {
		uint32_t a = digit(text[i]), b = digit(text[i + 1]);
		uint32_t c = digit(text[i + 2]), d = digit(text[i + 3]);

		if ((a | b | c | d) > 63) {
			if (i + 4 != length || decode_last(&out, text + i))
				return -1;
			break;
		}
		*out++ = (uint8_t)(a << 2 | b >> 4);
		*out++ = (uint8_t)(b << 4 | c >> 2);
		*out++ = (uint8_t)(c << 6 | d);
	}
	*out_length = (size_t)(out - start);
	return 0;
}
