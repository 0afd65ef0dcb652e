#include "wire/json_scan.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

int json_error(struct json_scan *scan, const char *error)
{
	scan->error = error;
	return -1;
}

char json_peek(struct json_scan *scan)
{
	while (
	    scan->at < scan->end && *scan->at && strchr(" \t\r\n", *scan->at))
		scan->at++;
	return scan->at < scan->end ? *scan->at : '\0';
}

bool json_take(struct json_scan *scan, char c)
{
	if (json_peek(scan) != c || scan->at == scan->end)
		return false;
	scan->at++;
	return true;
}

int json_expect(struct json_scan *scan, char c)
{
	return json_take(scan, c) ? 0 : json_error(scan, "malformed JSON");
}

int json_next(struct json_scan *scan, bool *first, char close)
{
	bool begin = *first;

	*first = false;
	if (json_take(scan, close))
		return 0;
	if (!begin && json_expect(scan, ',') < 0)
		return -1;
	if (json_peek(scan) == close)
		return json_error(scan, "trailing comma");
	return 1;
}

static bool take_word(struct json_scan *scan, const char *word)
{
	size_t length = strlen(word);

	(void)json_peek(scan);
	if ((size_t)(scan->end - scan->at) < length ||
	    memcmp(scan->at, word, length) != 0)
		return false;
	scan->at += length;
	return true;
}

bool json_take_null(struct json_scan *scan)
{
	return take_word(scan, "null");
}

int json_bool(struct json_scan *scan, bool *value)
{
	*value = take_word(scan, "true");
	if (*value || take_word(scan, "false"))
		return 0;
	return json_error(scan, "not a boolean");
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool take_digits(struct json_scan *scan)
{
	char *begin = scan->at;

	while (scan->at < scan->end && is_digit(*scan->at))
		scan->at++;
	return scan->at > begin;
}

static bool take_one_of(struct json_scan *scan, char a, char b)
{
	if (scan->at == scan->end || (*scan->at != a && *scan->at != b))
		return false;
	scan->at++;
	return true;
}

/* The extent of a number by JSON's grammar; *integer: digits, nothing else. */
static int take_number(struct json_scan *scan, char **begin, bool *integer)
{
	bool zero;

	(void)json_peek(scan);
	*begin = scan->at;
	*integer = !take_one_of(scan, '-', '-');
	zero = scan->at < scan->end && *scan->at == '0';
	if (zero)
		scan->at++;
	else if (!take_digits(scan))
		return json_error(scan, "not a number");
	if (scan->at < scan->end && is_digit(*scan->at))
		return json_error(scan, "number with a leading zero");
	if (take_one_of(scan, '.', '.')) {
		*integer = false;
		if (!take_digits(scan))
			return json_error(scan, "number without fraction");
	}
	if (take_one_of(scan, 'e', 'E')) {
		*integer = false;
		(void)take_one_of(scan, '+', '-');
		if (!take_digits(scan))
			return json_error(scan, "number without exponent");
	}
	return 0;
}

int json_u64(struct json_scan *scan, uint64_t *value)
{
	char *at = NULL;
	bool integer;

	if (take_number(scan, &at, &integer) < 0)
		return -1;
	if (!integer)
		return json_error(scan, "not an integer from 0");
	*value = 0;
	for (; at < scan->at; at++) {
		unsigned digit = (unsigned)(*at - '0');

		if (*value > (UINT64_MAX - digit) / 10)
			return json_error(scan, "integer out of range");
		*value = *value * 10 + digit;
	}
	return 0;
}

int json_u32(struct json_scan *scan, uint32_t *value)
{
	uint64_t wide = 0;

	if (json_u64(scan, &wide) < 0)
		return -1;
	if (wide > UINT32_MAX)
		return json_error(scan, "integer out of range");
	*value = (uint32_t)wide;
	return 0;
}

int json_f64(struct json_scan *scan, double *value)
{
	char *begin = NULL, behind;
	bool integer;

	if (take_number(scan, &begin, &integer) < 0)
		return -1;
	/* strtod would go on into "0x1". */
	behind = *scan->at;
	*scan->at = '\0';
	*value = strtod(begin, NULL);
	*scan->at = behind;
	return isfinite(*value) ? 0 : json_error(scan, "number out of range");
}

static int skip_text(struct json_scan *scan)
{
	while (scan->at < scan->end && (unsigned char)*scan->at >= 0x20) {
		char c = *scan->at++;

		if (c == '"')
			return 0;
		if (c != '\\')
			continue;
		if (take_one_of(scan, 'u', 'u')) {
			for (int i = 0; i < 4; i++, scan->at++)
				if (scan->at == scan->end ||
				    !strchr("0123456789abcdefABCDEF",
				        *scan->at) ||
				    !*scan->at)
					return json_error(scan, "bad escape");
		} else if (scan->at == scan->end || !*scan->at ||
		           !strchr("\"\\/bfnrt", *scan->at++)) {
			return json_error(scan, "bad escape");
		}
	}
	return json_error(scan, "unfinished text or control character in it");
}

static int skip_members(struct json_scan *scan, bool object)
{
	bool first = true;
	int more;

	while ((more = json_next(scan, &first, object ? '}' : ']')) > 0) {
		if (object &&
		    (json_expect(scan, '"') < 0 || skip_text(scan) < 0 ||
		        json_expect(scan, ':') < 0))
			return -1;
		if (json_skip(scan) < 0)
			return -1;
	}
	return more;
}

int json_skip(struct json_scan *scan)
{
	char *begin;
	bool integer;
	int result;

	switch (json_peek(scan)) {
	case '"':
		scan->at++;
		return skip_text(scan);
	case 't':
	case 'f':
		return json_bool(scan, &integer);
	case 'n':
		return json_take_null(scan)
		           ? 0
		           : json_error(scan, "malformed JSON");
	case '[':
	case '{':
		if (scan->depth == JSON_DEPTH)
			return json_error(scan, "nested too deep");
		scan->depth++;
		result = skip_members(scan, *scan->at++ == '{');
		scan->depth--;
		return result;
	default:
		return take_number(scan, &begin, &integer);
	}
}

int json_finish(struct json_scan *scan)
{
	(void)json_peek(scan);
	return scan->at == scan->end ? 0
	                             : json_error(scan, "text behind the JSON");
}
