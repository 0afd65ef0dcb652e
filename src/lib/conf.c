#include "lib/conf.h"

#include "lib/buf.h"
#include "lib/mem.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct parser {
	const char *name, *at, *end;
	const char *(*variable)(const char *);
	unsigned line;
	struct err *err;
};

static int fail(struct parser *p, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static int fail(struct parser *p, const char *format, ...)
{
	char words[400];
	va_list args;
	va_start(args, format);
	vsnprintf(words, sizeof words, format, args);
	va_end(args);
	return err_set(p->err, "%s:%u: %s", p->name, p->line, words);
}

static int peek(const struct parser *p)
{
	return p->at < p->end ? (unsigned char)*p->at : -1;
}

static int peek_second(const struct parser *p)
{
	return p->end - p->at > 1 ? (unsigned char)p->at[1] : -1;
}

static bool name_starts(int c)
{
	return c == '_' || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

static bool in_name(int c)
{
	return name_starts(c) || (c >= '0' && c <= '9');
}

static void skip_blanks(struct parser *p)
{
	while (peek(p) == ' ' || peek(p) == '\t' || peek(p) == '\r')
		p->at++;
}

static void skip_comment(struct parser *p)
{
	if (peek(p) == '#')
		while (p->at < p->end && *p->at != '\n')
			p->at++;
}

/* Blanks, comments and ends of line. */
static void skip_space(struct parser *p)
{
	for (;;) {
		skip_blanks(p);
		skip_comment(p);
		if (peek(p) != '\n')
			return;
		p->line++;
		p->at++;
	}
}

static char *take_name(struct parser *p)
{
	const char *start = p->at;
	while (in_name(peek(p)))
		p->at++;
	return mem_text_n(start, (size_t)(p->at - start));
}

static int would_run(struct parser *p, const char *what)
{
	return fail(p,
	    "'%s' would run a command; a conf file is data "
	    "(write the value itself)",
	    what);
}

/* $NAME or ${NAME}, appended to `to`. */
static int expand(struct parser *p, struct buf *to)
{
	p->at++;
	if (peek(p) == '(')
		return would_run(p, "$(");
	bool braces = peek(p) == '{';
	if (braces)
		p->at++;
	if (!name_starts(peek(p)))
		return fail(p, "'$' is followed by no variable's name "
		               "(in single quotes it stands for itself)");
	char *name = take_name(p);
	int result = 0;
	const char *value = p->variable(name);
	if (braces && peek(p) != '}')
		result = fail(p, "'${%s' is not closed by '}'", name);
	else if (!value)
		result = fail(p, "the variable %s is not set", name);
	else
		result = buf_add_text(to, value);
	if (braces && result == 0)
		p->at++;
	free(name);
	return result;
}

static int take_single_quoted(struct parser *p, struct buf *to)
{
	const char *start = ++p->at;
	while (p->at < p->end && *p->at != '\'' && *p->at != '\n')
		p->at++;
	if (peek(p) != '\'')
		return fail(p, "the quote ' is not closed on its line");
	return buf_add(to, start, (size_t)(p->at++ - start));
}

static int take_double_quoted(struct parser *p, struct buf *to)
{
	p->at++;
	for (;;) {
		int c = peek(p);
		if (c == -1 || c == '\n')
			return fail(p,
			    "the quote \" is not closed on its line");
		if (c == '`')
			return would_run(p, "`");
		if (c == '$') {
			if (expand(p, to) != 0)
				return -1;
			continue;
		}
		if (c == '\\' && peek_second(p) > 0 &&
		    strchr("\\\"$`", peek_second(p)))
			p->at++;
		else if (c == '"')
			break;
		if (buf_add(to, p->at++, 1) != 0)
			return fail(p, "the value is too long");
	}
	p->at++;
	return 0;
}

static int refuse_operator(struct parser *p, int c)
{
	char text[2] = { (char)c, '\0' };
	if (strchr("(){}", c))
		return fail(p, "'%s' in a value must stand in quotes", text);
	return would_run(p, text);
}

/* One value: quoted and bare pieces without blanks between them. */
static int take_value(struct parser *p, struct buf *to, bool in_array)
{
	for (;;) {
		int c = peek(p), result = 0;
		if (c == -1 || isspace(c) || (in_array && c == ')'))
			return 0;
		if (c == '\'')
			result = take_single_quoted(p, to);
		else if (c == '"')
			result = take_double_quoted(p, to);
		else if (c == '$')
			result = expand(p, to);
		else if (strchr("`;&|<>(){}", c))
			result = refuse_operator(p, c);
		else if (c == '\\')
			result =
			    fail(p, "'\\' in a value must stand in quotes");
		else
			result = buf_add(to, p->at++, 1);
		if (result != 0)
			return -1;
	}
}

static int add_value(struct parser *p, struct text_list *list, bool in_array)
{
	struct buf value = { 0 };
	int result = take_value(p, &value, in_array);
	if (result == 0) {
		list->items = mem_resize(list->items, list->count + 1,
		    sizeof *list->items);
		list->items[list->count++] =
		    mem_text_n((const char *)value.data, value.length);
	}
	buf_release(&value);
	return result;
}

static int take_array(struct parser *p, struct text_list *list)
{
	unsigned opened = p->line;
	p->at++;
	for (;;) {
		skip_space(p);
		if (peek(p) == ')')
			break;
		if (p->at >= p->end) {
			p->line = opened;
			return fail(p, "the array is not closed by ')'");
		}
		if (add_value(p, list, true) != 0)
			return -1;
	}
	p->at++;
	return 0;
}

static int check_repeated(struct parser *p, const struct conf *conf,
    const char *key, unsigned line)
{
	for (size_t i = 0; i < conf->count; i++) {
		if (strcmp(conf->entries[i].key, key) != 0)
			continue;
		p->line = line;
		return fail(p, "%s is set twice, first in line %u", key,
		    conf->entries[i].line);
	}
	return 0;
}

static int take_entry(struct parser *p, struct conf *conf)
{
	if (!name_starts(peek(p)))
		return fail(p, "expected KEY=value");
	conf->entries =
	    mem_resize(conf->entries, conf->count + 1, sizeof *conf->entries);
	struct conf_entry *entry = &conf->entries[conf->count];
	*entry = (struct conf_entry){ .key = take_name(p), .line = p->line };
	int result = check_repeated(p, conf, entry->key, p->line);
	conf->count++;
	if (result != 0)
		return -1;
	if (peek(p) != '=')
		return fail(p, "expected %s=value, without blanks around '='",
		    entry->key);
	p->at++;
	entry->array = peek(p) == '(';
	result = entry->array ? take_array(p, &entry->values)
	                      : add_value(p, &entry->values, false);
	if (result != 0)
		return -1;
	skip_blanks(p);
	skip_comment(p);
	if (peek(p) != '\n' && peek(p) != -1)
		return fail(p,
		    "the value of %s has blanks; put it in quotes: %s=\"...\"",
		    entry->key, entry->key);
	return 0;
}

/* Only text: no NUL and no other control characters than blanks. */
static int check_text(struct parser *p, const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		unsigned char c = (unsigned char)text[i];
		if (c == '\n')
			p->line++;
		else if ((c < ' ' && c != '\t' && c != '\r') || c == 0x7f)
			return fail(p,
			    "byte 0x%02x is no text; a conf file is text", c);
	}
	p->line = 1;
	return 0;
}

int conf_parse(struct conf *conf, const char *name, const char *text,
    size_t length, const char *(*variable)(const char *), struct err *err)
{
	*conf = (struct conf){ 0 };
	struct parser p = { name, text, text + length, variable, 1, err };
	if (length > CONF_MAX_BYTES)
		return fail(&p, "the file is larger than 1 MiB; is it a conf "
		                "file?");
	if (check_text(&p, text, length) != 0)
		return -1;
	for (skip_space(&p); p.at < p.end; skip_space(&p))
		if (take_entry(&p, conf) != 0)
			return -1;
	return 0;
}

static const char *environment(const char *name)
{
	return getenv(name);
}

int conf_read(struct conf *conf, const char *path, struct err *err)
{
	*conf = (struct conf){ 0 };
	FILE *file = fopen(path, "re");
	if (!file)
		return err_system(err, "cannot open %s", path);
	/* One byte more than allowed tells that there is more. */
	char *text = mem_new(CONF_MAX_BYTES + 1, 1);
	size_t length = fread(text, 1, CONF_MAX_BYTES + 1, file);
	int result = ferror(file) ? err_system(err, "cannot read %s", path)
	                          : conf_parse(conf, path, text, length,
	                                environment, err);
	free(text);
	fclose(file);
	return result;
}

void conf_release(struct conf *conf)
{
	for (size_t i = 0; i < conf->count; i++) {
		struct conf_entry *entry = &conf->entries[i];
		free(entry->key);
		for (size_t k = 0; k < entry->values.count; k++)
			free(entry->values.items[k]);
		free(entry->values.items);
	}
	free(conf->entries);
	*conf = (struct conf){ 0 };
}

char *conf_quote(const char *value)
{
	struct buf out = { 0 };
	buf_add_text(&out, "\"");
	for (const char *c = value; *c; c++) {
		if (strchr("\\\"$`", *c))
			buf_add_text(&out, "\\");
		buf_add(&out, c, 1);
	}
	buf_add(&out, "\"", 2);
	return (char *)out.data;
}
