#include "lib/unit.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What may stand behind a number, and what it then means. */
struct suffix {
	const char *text;
	double factor;
};

static const struct suffix counts[] = { { "", 1 }, { "k", 1e3 }, { "M", 1e6 },
	{ "G", 1e9 }, { NULL, 0 } };
static const struct suffix sizes[] = { { "", 1 }, { "k", 0x1p10 },
	{ "M", 0x1p20 }, { "G", 0x1p30 }, { "T", 0x1p40 }, { NULL, 0 } };
static const struct suffix times[] = { { "ns", 1 }, { "us", 1e3 },
	{ "ms", 1e6 }, { "s", 1e9 }, { "m", 60e9 }, { "h", 3600e9 },
	{ NULL, 0 } };
static const struct suffix rates[] = { { "", 1 }, { "/s", 1 },
	{ "/m", 1.0 / 60 }, { "/h", 1.0 / 3600 }, { NULL, 0 } };
static const struct suffix shares[] = { { "", 1 }, { "%", 0.01 }, { NULL, 0 } };

static const struct {
	const struct suffix *suffixes;
	double bare; /* the factor of a number without one; 0: refused */
	const char *words;
} units[] = {
	[UNIT_NONE] = { counts, 1, "a whole number such as 100, 4k or 2M" },
	[UNIT_BYTES] = { sizes, 1, "a size such as 4096, 64k or 2M" },
	[UNIT_NS] = { times, 0, "a time such as 250ms, 10s or 5m" },
	[UNIT_MS] = { times, 1e6,
	    "a number of milliseconds without unit, or a time such as 250ms" },
	[UNIT_SECONDS] = { times, 1e9,
	    "a number of seconds without unit, or a time such as 10s" },
	[UNIT_PER_SECOND] = { rates, 1, "a rate such as 5000, 5000/s or 90/m" },
	[UNIT_SHARE] = { shares, 1, "a share such as 80% or 0.8" },
};

/* The length of "12" or "12.5" at the beginning of `text`, else 0. */
static size_t number_length(const char *text)
{
	static const char digits[] = "0123456789";
	size_t whole = strspn(text, digits);
	if (whole == 0 || text[whole] != '.')
		return whole;
	size_t fraction = strspn(text + whole + 1, digits);
	return fraction ? whole + 1 + fraction : 0;
}

int unit_parse(const char *text, enum unit unit, double *value)
{
	size_t length = number_length(text);
	if (length == 0)
		return -1;
	double number = strtod(text, NULL);
	/* Nothing is nothing in any unit: a time of 0 needs none. */
	double factor = units[unit].bare;
	if (text[length] != '\0' || (factor == 0 && number != 0)) {
		const struct suffix *suffix = units[unit].suffixes;
		while (suffix->text && strcmp(suffix->text, text + length) != 0)
			suffix++;
		if (!suffix->text)
			return -1;
		factor = suffix->factor;
	}
	*value = number * factor;
	if (!isfinite(*value) || (unit == UNIT_SHARE && *value > 1))
		return -1;
	return 0;
}

const char *unit_words(enum unit unit)
{
	return units[unit].words;
}

/* Copies digits with a comma before every third from the right; what begins
 * with a point stays as it is. */
static void group(char *out, const char *digits)
{
	if (*digits == '-')
		*out++ = *digits++;
	size_t whole = strspn(digits, "0123456789");
	for (size_t i = 0; i < whole; i++) {
		if (i > 0 && (whole - i) % 3 == 0)
			*out++ = ',';
		*out++ = digits[i];
	}
	memcpy(out, digits + whole, strlen(digits + whole) + 1);
}

char *unit_count(char *out, uint64_t n)
{
	char digits[UNIT_TEXT];
	snprintf(digits, sizeof digits, "%" PRIu64, n);
	group(out, digits);
	return out;
}

char *unit_decimal(char *out, double value, int digits)
{
	char plain[UNIT_TEXT];
	if (!(fabs(value) < 1e18) || digits > 9) {
		snprintf(out, UNIT_TEXT, "%.6g", value);
		return out;
	}
	snprintf(plain, sizeof plain, "%.*f", digits, value);
	group(out, plain);
	return out;
}

char *unit_ms(char *out, double us, int digits)
{
	return unit_decimal(out, us / 1e3, us < 1e3 ? 3 : digits);
}

char *unit_bytes(char *out, uint64_t bytes)
{
	static const char *const words[] = { "B", "kB", "MB", "GB", "TB", "PB",
		"EB" };
	double value = (double)bytes;
	size_t i = 0;
	/* 999.95 and more would print as 1000.0. */
	while (value >= (i ? 999.95 : 1000) &&
	       i + 1 < sizeof words / sizeof *words) {
		value /= 1000;
		i++;
	}
	snprintf(out, UNIT_TEXT, "%.*f %s", i ? 1 : 0, value, words[i]);
	return out;
}

static char *short_duration(char *out, double value, const char *word)
{
	snprintf(out, UNIT_TEXT, "%.*f %s", value < 9.95 ? 1 : 0, value, word);
	return out;
}

char *unit_duration(char *out, int64_t ns)
{
	if (ns < 0) {
		out[0] = '-';
		unit_duration(out + 1, ns == INT64_MIN ? INT64_MAX : -ns);
		return out;
	}
	/* The bounds are where rounding would reach the next unit. */
	if (ns < 1000)
		snprintf(out, UNIT_TEXT, "%" PRId64 " ns", ns);
	else if (ns < INT64_C(999500))
		short_duration(out, (double)ns / 1e3, "us");
	else if (ns < INT64_C(999500000))
		short_duration(out, (double)ns / 1e6, "ms");
	else if (ns < INT64_C(59950000000))
		snprintf(out, UNIT_TEXT, "%.1f s", (double)ns / 1e9);
	else {
		int64_t seconds =
		    ns / 1000000000 + (ns % 1000000000 >= 500000000);
		if (seconds < 3600)
			snprintf(out, UNIT_TEXT, "%" PRId64 "m %" PRId64 "s",
			    seconds / 60, seconds % 60);
		else
			snprintf(out, UNIT_TEXT, "%" PRId64 "h %" PRId64 "m",
			    seconds / 3600, seconds / 60 % 60);
	}
	return out;
}
