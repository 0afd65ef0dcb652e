#include "wire/prometheus.h"

#include "lib/printable.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SHOWN_BYTES 40 /* of a page that is something else */

/* What "# TYPE" said last: of the samples that follow. */
struct declared {
	const char *name;
	size_t length;
	enum { UNTYPED, COUNTER, DISTRIBUTION } type;
};

/* Between two places; the end is not part of it. */
struct span {
	const char *at, *end;
};

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static void skip_blanks(struct span *line)
{
	while (line->at < line->end && is_blank(*line->at))
		line->at++;
}

/* The next word that blanks end; empty at the end of the line. */
static struct span take_word(struct span *line)
{
	skip_blanks(line);
	struct span word = { line->at, line->at };
	while (word.end < line->end && !is_blank(*word.end))
		word.end++;
	line->at = word.end;
	return word;
}

static bool span_is(struct span span, const char *text)
{
	size_t length = strlen(text);
	return (size_t)(span.end - span.at) == length &&
	       memcmp(span.at, text, length) == 0;
}

static bool is_name(char c, bool first)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
	       c == ':' || (!first && c >= '0' && c <= '9');
}

/* Types */

static void take_comment(struct span line, struct declared *declared)
{
	line.at++;
	if (!span_is(take_word(&line), "TYPE"))
		return;
	struct span name = take_word(&line), type = take_word(&line);
	*declared =
	    (struct declared){ name.at, (size_t)(name.end - name.at), UNTYPED };
	if (span_is(type, "counter"))
		declared->type = COUNTER;
	else if (span_is(type, "histogram") || span_is(type, "summary"))
		declared->type = DISTRIBUTION;
}

/* A counter x is x, or in OpenMetrics x_total; of a histogram or summary x
 * itself is a quantile, which goes up and down. */
static enum reading_kind kind_of(const struct declared *declared,
    const char *name, size_t length)
{
	static const char *const endings[] = { "_bucket", "_count", "_sum" };
	if (declared->type == UNTYPED || length < declared->length ||
	    memcmp(name, declared->name, declared->length) != 0)
		return READING_NOW;
	struct span ending = { name + declared->length, name + length };
	if (declared->type == COUNTER)
		return ending.at == ending.end || span_is(ending, "_total")
		           ? READING_COUNTER
		           : READING_NOW;
	for (size_t i = 0; i < sizeof endings / sizeof *endings; i++)
		if (span_is(ending, endings[i]))
			return READING_COUNTER;
	return READING_NOW;
}

/* Samples */

struct name {
	char text[METRICS_NAME_BYTES];
	size_t length;
	size_t base; /* without the labels */
};

static bool put(struct name *name, char c)
{
	if (name->length == sizeof name->text)
		return false;
	name->text[name->length++] = c;
	return true;
}

static bool take_label_value(struct span *line, struct name *name)
{
	bool escaped = false;
	if (line->at == line->end || *line->at != '"' || !put(name, '"'))
		return false;
	for (line->at++; line->at < line->end; line->at++) {
		char c = *line->at;
		if (!put(name, c))
			return false;
		if (c == '"' && !escaped) {
			line->at++;
			return true;
		}
		escaped = c == '\\' && !escaped;
	}
	return false;
}

static bool take_label(struct span *line, struct name *name)
{
	bool first = true;
	for (; line->at < line->end && is_name(*line->at, first); first = false)
		if (!put(name, *line->at++))
			return false;
	skip_blanks(line);
	if (first || line->at == line->end || *line->at != '=' ||
	    !put(name, '='))
		return false;
	line->at++;
	skip_blanks(line);
	return take_label_value(line, name);
}

/* {a="x", b="y",} as {a="x",b="y"}; no labels as nothing. */
static bool take_labels(struct span *line, struct name *name)
{
	bool any = false;
	for (line->at++;; any = true) {
		skip_blanks(line);
		if (line->at == line->end)
			return false;
		if (*line->at == '}')
			break;
		if (!put(name, any ? ',' : '{') || !take_label(line, name))
			return false;
		skip_blanks(line);
		if (line->at < line->end && *line->at == ',')
			line->at++;
		else if (line->at == line->end || *line->at != '}')
			return false;
	}
	line->at++;
	return !any || put(name, '}');
}

static bool take_name(struct span *line, struct name *name)
{
	while (line->at < line->end && is_name(*line->at, name->length == 0))
		if (!put(name, *line->at++))
			return false;
	name->base = name->length;
	skip_blanks(line);
	if (name->length == 0 || line->at == line->end)
		return false;
	return *line->at != '{' || take_labels(line, name);
}

/* Whole numbers of a few digits without the cost of strtod. */
static bool take_value(struct span *line, double *value)
{
	struct span word = take_word(line);
	size_t length = (size_t)(word.end - word.at), digits = 0;
	long whole = 0;
	char *end;
	while (digits < length && digits < 9 && word.at[digits] >= '0' &&
	       word.at[digits] <= '9')
		whole = whole * 10 + (word.at[digits++] - '0');
	*value = (double)whole;
	if (digits == length)
		return length > 0;
	*value = strtod(word.at, &end);
	return end == word.end;
}

/* Behind the value: nothing, a time stamp, an exemplar ("# {...} 1"). */
static bool is_ending(struct span line)
{
	double stamp;
	skip_blanks(&line);
	if (line.at < line.end && *line.at != '#' && !take_value(&line, &stamp))
		return false;
	skip_blanks(&line);
	return line.at == line.end || *line.at == '#';
}

static bool take_sample(struct metrics *metrics, struct span line,
    const struct declared *declared)
{
	struct name name;
	double value;
	name.length = name.base = 0;
	if (!take_name(&line, &name) || !take_value(&line, &value) ||
	    !is_ending(line))
		return false;
	metrics_add(metrics, kind_of(declared, name.text, name.base), value,
	    name.text, name.length);
	return true;
}

static int is_something_else(const char *page, struct err *err)
{
	char shown[SHOWN_BYTES + 1];
	snprintf(shown, sizeof shown, "%s", page);
	printable(shown);
	return err_set(err,
	    "the page is neither JSON nor Prometheus' text nor nginx' status; "
	    "it begins with '%s'",
	    shown);
}

int prometheus_read(struct metrics *metrics, const char *page, size_t length,
    struct err *err)
{
	struct declared declared = { .name = "" };
	const char *end = page + length;
	bool any = false;
	for (const char *at = page; at < end;) {
		const char *newline = memchr(at, '\n', (size_t)(end - at));
		struct span line = { at, newline ? newline : end };
		at = newline ? newline + 1 : end;
		skip_blanks(&line);
		if (line.at == line.end)
			continue;
		if (*line.at == '#')
			take_comment(line, &declared);
		else if (take_sample(metrics, line, &declared))
			any = true;
		else
			metrics->malformed++;
	}
	return any ? 0 : is_something_else(page, err);
}
