#include "lib/conf.h"

#include "lib/buf.h"
#include "lib/infile.h"
#include "lib/mem.h"
#include "lib/utf8.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define CONF_MAX_BYTES   ((size_t)1 << 20)
#define CONF_MAX_ENTRIES 1000

/* Some editors put it in front of UTF-8 text. */
#define BYTE_ORDER_MARK "\xef\xbb\xbf"

#define LETTERS    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_"
#define NAME_BYTES LETTERS "0123456789"

/* The text is NUL-terminated: looking one byte ahead is always allowed. */
struct parser {
	const struct conf *conf;
	const char *at;
	int line;
	struct err *err;
};

void text_list_add(struct text_list *list, const char *text, size_t length)
{
	list->items =
	    mem_resize(list->items, list->count + 1, sizeof *list->items);
	list->items[list->count++] = mem_text_n(text, length);
}

void text_list_clear(struct text_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		free(list->items[i]);
	free(list->items);
	*list = (struct text_list){ 0 };
}

static int complain(const struct parser *p, const char *what)
{
	return err_set(p->err, "%s:%d: %s", p->conf->path, p->line, what);
}

/* "'X' why", X being the next `length` bytes. */
static int refuse(const struct parser *p, size_t length, const char *why)
{
	return err_set(p->err, "%s:%d: '%.*s' %s", p->conf->path, p->line,
	    (int)length, p->at, why);
}

static int refuse_command(const struct parser *p, size_t length)
{
	return refuse(p, length,
	    "would run a command; a conf file is data (write the value "
	    "itself)");
}

static bool at_end(const struct parser *p)
{
	return *p->at == '\0' || *p->at == '\n' ||
	       (*p->at == '\r' && p->at[1] == '\n');
}

static bool at_blank(const struct parser *p)
{
	return *p->at == ' ' || *p->at == '\t';
}

/* Past blanks and a comment: to the next word, or the end of the line. */
static void skip_blanks(struct parser *p)
{
	while (at_blank(p))
		p->at++;
	if (*p->at == '#') {
		while (!at_end(p))
			p->at++;
	}
}

static void skip_line_end(struct parser *p)
{
	p->at += *p->at == '\r';
	p->at += *p->at == '\n';
	p->line++;
}

/* How many bytes from here make a word to show in a message. */
static size_t word_length(const struct parser *p)
{
	size_t length = strcspn(p->at, " \t\r\n");
	return length < 60 ? length : 60;
}

/* At a '$': appends what the variable holds. */
static int read_variable(struct parser *p, struct buf *out)
{
	const char *name = p->at + 1;
	if (*name == '(')
		return refuse_command(p, 2);
	bool braces = *name == '{';
	name += braces;
	size_t length = strspn(name, LETTERS) ? strspn(name, NAME_BYTES) : 0;
	if (length == 0 || (braces && name[length] != '}'))
		return refuse(p, word_length(p),
		    "is no environment variable: write $NAME or ${NAME}, or "
		    "'$' for a dollar sign");
	char *copy = mem_text_n(name, length);
	const char *value = getenv(copy);
	int result = 0;
	if (!value)
		result = err_set(p->err,
		    "%s:%d: the environment variable %.60s is not set",
		    p->conf->path, p->line, copy);
	else if (buf_add_text(out, value) != 0)
		result = complain(p, "the value is too long");
	free(copy);
	p->at = name + length + braces;
	return result;
}

/* Appends the byte here and steps over it. */
static int take(struct parser *p, struct buf *out)
{
	if (buf_add(out, p->at, 1) != 0)
		return complain(p, "the value is too long");
	p->at++;
	return 0;
}

/* Past the opening quote; steps over the closing one. */
static int read_single_quoted(struct parser *p, struct buf *out)
{
	while (*p->at != '\'') {
		if (at_end(p))
			return complain(p, "a ' is not closed on its line");
		if (take(p, out) != 0)
			return -1;
	}
	p->at++;
	return 0;
}

static int read_double_quoted(struct parser *p, struct buf *out)
{
	while (*p->at != '"') {
		if (at_end(p))
			return complain(p, "a \" is not closed on its line");
		if (*p->at == '`')
			return refuse_command(p, 1);
		if (*p->at == '$') {
			if (read_variable(p, out) != 0)
				return -1;
			continue;
		}
		if (*p->at == '\\' && p->at[1] && strchr("$`\"\\", p->at[1]))
			p->at++;
		if (take(p, out) != 0)
			return -1;
	}
	p->at++;
	return 0;
}

/* What a shell would not take as it stands. */
static int refuse_unquoted(const struct parser *p, bool in_list)
{
	if (strchr("`;&|<>", *p->at))
		return refuse_command(p, 1);
	if (strchr("()", *p->at) || (in_list && strchr("*?[{", *p->at)))
		return refuse(p, 1, "means something in a shell; quote it");
	return 0;
}

/* One word of quoted and unquoted parts, up to a blank. */
static int read_word(struct parser *p, bool in_list, struct buf *out)
{
	int result = 0;
	if (*p->at == '~')
		return refuse(p, 1, "is not expanded; write $HOME");
	while (result == 0 && !at_end(p) && !at_blank(p)) {
		if (in_list && *p->at == ')')
			break;
		if (*p->at == '\'' || *p->at == '"') {
			char quote = *p->at++;
			result = quote == '"' ? read_double_quoted(p, out)
			                      : read_single_quoted(p, out);
		} else if (*p->at == '$') {
			result = read_variable(p, out);
		} else {
			result = refuse_unquoted(p, in_list);
			p->at += result == 0 && *p->at == '\\';
			if (result == 0 && at_end(p))
				return complain(p,
				    "a \\ does not continue a line");
			result = result == 0 ? take(p, out) : result;
		}
	}
	return result;
}

static int read_value(struct parser *p, struct conf_entry *entry)
{
	struct buf word = { .ceiling = CONF_MAX_BYTES };
	int result = read_word(p, entry->list, &word);
	if (result == 0)
		text_list_add(&entry->values,
		    word.data ? (const char *)word.data : "", word.length);
	buf_release(&word);
	return result;
}

/* Past the opening parenthesis; steps over the closing one. */
static int read_list(struct parser *p, struct conf_entry *entry)
{
	for (;;) {
		skip_blanks(p);
		if (*p->at == '\0')
			return err_set(p->err,
			    "%s:%d: the list %.60s is not closed: ) is missing",
			    p->conf->path, entry->line, entry->key);
		if (at_end(p)) {
			skip_line_end(p);
			continue;
		}
		if (*p->at == ')') {
			p->at++;
			return 0;
		}
		if (read_value(p, entry) != 0)
			return -1;
	}
}

static int read_key(struct parser *p, struct conf_entry *entry)
{
	size_t length = strspn(p->at, LETTERS) ? strspn(p->at, NAME_BYTES) : 0;
	if (length == strlen("export") &&
	    strncmp(p->at, "export", length) == 0 && p->at[length] != '=')
		return refuse(p, length, "is not needed: write KEY=value");
	if (length == 0 || p->at[length] != '=') {
		size_t blanks = strspn(p->at + length, " \t");
		if (length && blanks && p->at[length + blanks] == '=')
			return refuse(p, length,
			    "is followed by a blank: write KEY=value without "
			    "blanks around =");
		return refuse(p, word_length(p),
		    "is no setting: write KEY=value; a conf file is data, "
		    "never code");
	}
	entry->key = mem_text_n(p->at, length);
	p->at += length + 1;
	return 0;
}

static int refuse_repeated(const struct parser *p, const struct conf_entry *new)
{
	for (const struct conf_entry *e = p->conf->entries; e != new; e++) {
		if (strcmp(e->key, new->key) == 0)
			return err_set(p->err,
			    "%s:%d: %.60s is set in line %d already; keep one "
			    "of the two",
			    p->conf->path, new->line, new->key, e->line);
	}
	return 0;
}

/* At the first byte of a key. */
static int read_entry(struct parser *p, struct conf_entry *entry)
{
	entry->line = p->line;
	if (read_key(p, entry) != 0 || refuse_repeated(p, entry) != 0)
		return -1;
	entry->list = *p->at == '(';
	p->at += entry->list;
	if (at_blank(p) && strspn(p->at, " \t") != strcspn(p->at, "#\r\n") &&
	    !entry->list)
		return complain(p, "a blank follows the =: write KEY=value");
	if ((entry->list ? read_list(p, entry) : read_value(p, entry)) != 0)
		return -1;
	bool apart = at_blank(p);
	if (apart)
		skip_blanks(p);
	if (at_end(p))
		return 0;
	if (strchr("`;&|<>", *p->at))
		return refuse_command(p, 1);
	return refuse(p, word_length(p),
	    "stands behind the value; quote a value with blanks in it");
}

/* Conf files are text: no control characters but tab and line end, and bytes
 * beyond ASCII only as UTF-8 has them. */
static int check_text(struct parser *p, size_t length)
{
	const char *s = p->at, *end = s + length;
	while (s < end) {
		size_t taken = utf8_length(s, (size_t)(end - s));
		unsigned char first = (unsigned char)*s;
		bool is_control =
		    (first < ' ' && !memchr("\t\r\n", first, 3)) ||
		    first == 0x7f;
		if (taken == 0 || is_control)
			return err_set(p->err,
			    "%s:%d: byte 0x%02x is no text; a conf file is "
			    "UTF-8 text",
			    p->conf->path, p->line, first);
		p->line += first == '\n';
		s += taken;
	}
	p->line = 1;
	return 0;
}

int conf_parse(struct conf *conf, const char *path, const char *text,
    size_t length, struct err *err)
{
	*conf = (struct conf){ .path = mem_text(path) };
	char *copy = mem_text_n(text, length);
	struct parser p = { .conf = conf, .at = copy, .line = 1, .err = err };
	int result = check_text(&p, length);
	if (strncmp(p.at, BYTE_ORDER_MARK, strlen(BYTE_ORDER_MARK)) == 0)
		p.at += strlen(BYTE_ORDER_MARK);
	while (result == 0) {
		skip_blanks(&p);
		if (*p.at == '\0')
			break;
		if (at_end(&p)) {
			skip_line_end(&p);
			continue;
		}
		if (conf->count == CONF_MAX_ENTRIES) {
			result = complain(&p, "more than 1,000 settings");
			break;
		}
		conf->entries = mem_resize(conf->entries, conf->count + 1,
		    sizeof *conf->entries);
		struct conf_entry *entry = &conf->entries[conf->count++];
		*entry = (struct conf_entry){ 0 };
		result = read_entry(&p, entry);
	}
	free(copy);
	return result;
}

int conf_read(struct conf *conf, const char *path, struct err *err)
{
	struct buf text = { .ceiling = CONF_MAX_BYTES };
	int result = -1;
	*conf = (struct conf){ 0 };
	if (infile_read(&text, path) == 0)
		result = conf_parse(conf, path, (const char *)text.data,
		    text.length, err);
	else if (errno == EISDIR)
		err_set(err, "%s is a folder, no conf file", path);
	else if (errno == EMSGSIZE)
		err_set(err, "%s is no conf file: it is over 1 MiB", path);
	else
		err_system(err, "cannot open %s", path);
	buf_release(&text);
	return result;
}

void conf_release(struct conf *conf)
{
	for (size_t i = 0; i < conf->count; i++) {
		free(conf->entries[i].key);
		text_list_clear(&conf->entries[i].values);
	}
	free(conf->entries);
	free(conf->path);
	*conf = (struct conf){ 0 };
}
