#include "wire/json_write.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DIGITS_MAX 17 /* that a double needs */

static int add_escaped(struct buf *out, unsigned char c)
{
	static const char letters[256] = { ['"'] = '"',
		['\\'] = '\\',
		['\b'] = 'b',
		['\f'] = 'f',
		['\n'] = 'n',
		['\r'] = 'r',
		['\t'] = 't' };
	const char escape[2] = { '\\', letters[c] };

	if (letters[c])
		return buf_add(out, escape, sizeof(escape));
	return buf_add_format(out, "\\u%04x", c);
}

int json_add_text(struct buf *out, const char *text)
{
	const char *plain = text; /* what has not been added yet */

	if (buf_add(out, "\"", 1) < 0)
		return -1;
	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;

		if (c >= 0x20 && c != '"' && c != '\\')
			continue;
		if (buf_add(out, plain, (size_t)(text - plain)) < 0 ||
		    add_escaped(out, c) < 0)
			return -1;
		plain = text + 1;
	}
	if (buf_add(out, plain, (size_t)(text - plain)) < 0)
		return -1;
	return buf_add(out, "\"", 1);
}

/* The fewest digits that read back as `value` (which is above 0), without a
 * point; returns the power of ten of the first one. */
static int shortest(double value, char digits[DIGITS_MAX + 1])
{
	char text[DIGITS_MAX + 8]; /* point, exponent, NUL */
	int count = 0;

	do
		snprintf(text, sizeof(text), "%.*e", count++, value);
	while (count < DIGITS_MAX && fabs(strtod(text, NULL) - value) > 0);
	digits[0] = text[0];
	memcpy(digits + 1, text + 2, (size_t)count - 1);
	digits[count] = '\0';
	return (int)strtol(strchr(text, 'e') + 1, NULL, 10);
}

int json_add_f64(struct buf *out, double value)
{
	const char *sign = signbit(value) ? "-" : "";
	char digits[DIGITS_MAX + 1] = "0";
	int power = 0, count;

	if (!isfinite(value)) {
		errno = EINVAL;
		return -1;
	}
	if (fpclassify(value) != FP_ZERO)
		power = shortest(fabs(value), digits);
	count = (int)strlen(digits);
	if (power >= count - 1 && power < 16) /* 1200.0 */
		return buf_add_format(out, "%s%s%.*s.0", sign, digits,
		    power - (count - 1), "000000000000000");
	if (power >= 0 && power < 16) /* 1.25 */
		return buf_add_format(out, "%s%.*s.%s", sign, power + 1, digits,
		    digits + power + 1);
	if (power < 0 && power >= -5) /* 0.00125 */
		return buf_add_format(out, "%s0.%.*s%s", sign, -power - 1,
		    "0000", digits);
	return buf_add_format(out, "%s%c%s%se%d", sign, digits[0],
	    count > 1 ? "." : "", digits + 1, power);
}
