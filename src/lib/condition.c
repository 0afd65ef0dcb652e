#include "lib/condition.h"

#include "lib/mem.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define BLANKS " \t\r\n"

/* A piece of the text. */
struct piece {
	const char *start;
	size_t length;
};

static struct piece trimmed(const char *start, const char *end)
{
	while (start < end && strchr(BLANKS, *start))
		start++;
	while (end > start && strchr(BLANKS, end[-1]))
		end--;
	return (struct piece){ start, (size_t)(end - start) };
}

static const struct op {
	const char *text;
	enum condition_op op;
} ops[] = {
	/* The longer first, of which a shorter one is the beginning. */
	{ "<=", CONDITION_AT_MOST },
	{ ">=", CONDITION_AT_LEAST },
	{ "==", CONDITION_EQUAL },
	{ "!=", CONDITION_OTHER },
	{ "<", CONDITION_LESS },
	{ ">", CONDITION_MORE },
};

static const struct op *op_at(const char *text)
{
	for (size_t i = 0; i < sizeof ops / sizeof *ops; i++)
		if (strncmp(text, ops[i].text, strlen(ops[i].text)) == 0)
			return &ops[i];
	return NULL;
}

int condition_subject(struct metric *metric, char **scope, const char *text,
    size_t length, struct err *err)
{
	const char *end = text + length;
	const char *open = memchr(text, '[', length);
	struct piece name = trimmed(text, open ? open : end);
	struct piece within = { "", 0 };
	*scope = NULL;
	if (open && end[-1] != ']')
		return err_set(err, "the [ of its scope has no ]");
	if (open)
		within = trimmed(open + 1, end - 1);
	if (open && within.length == 0)
		return err_set(err, "[] names no phase and no operation");
	char *word = mem_text_n(name.start, name.length);
	int result = metric_parse(metric, word, err);
	if (result == 0 && open && metric_is_of_run(metric))
		result = err_set(err,
		    "%s is of a whole run and takes no [phase] or [operation]",
		    word);
	if (result == 0 && open)
		*scope = mem_text_n(within.start, within.length);
	free(word);
	return result;
}

/* A percentage needs its sign: 1 could be meant for 100 %. */
static int parse_number(const char *text, enum unit unit, double *value)
{
	double number;
	if (unit_parse(text, unit, &number) < 0)
		return -1;
	if (unit == UNIT_SHARE && number != 0 && !strchr(text, '%'))
		return -1;
	*value = unit == UNIT_SHARE ? number * 100
	         : unit == UNIT_NS  ? number / 1e6
	                            : number;
	return 0;
}

static int parse_value(struct condition *condition, struct piece piece,
    struct err *err)
{
	enum unit unit = condition->metric.unit;
	char *text = mem_text_n(piece.start, piece.length);
	int result = parse_number(text, unit, &condition->value);
	if (result < 0)
		err_set(err, "'%.40s' is not %s", text,
		    unit == UNIT_SHARE ? "a percentage such as 1%"
		                       : unit_words(unit));
	free(text);
	return result;
}

/* The word "for" between blanks; NULL where there is none. */
static const char *find_for(const char *text)
{
	for (const char *at = text; (at = strstr(at, "for")); at++)
		if (at > text && strchr(BLANKS, at[-1]) &&
		    (at[3] == '\0' || strchr(BLANKS, at[3])))
			return at;
	return NULL;
}

static int parse_for(struct condition *condition, struct piece piece,
    struct err *err)
{
	char *text = mem_text_n(piece.start, piece.length);
	double ns = 0;
	int result = unit_parse(text, UNIT_NS, &ns);
	if (result < 0 || ns > 1e18)
		result = err_set(err, "'for %.40s' is not 'for' %s", text,
		    unit_words(UNIT_NS));
	else
		condition->for_ns = (int64_t)ns;
	free(text);
	return result;
}

static int parse(struct condition *condition, struct err *err)
{
	const char *text = condition->text, *end = text + strlen(text);
	/* A scope may have any character, [ and ] and < too: GET /<id>. */
	const char *scope_end = strrchr(text, ']');
	const char *at = scope_end ? scope_end : text;
	at += strcspn(at, "<>=!");
	const struct op *op = op_at(at);
	if (!op)
		return err_set(err, "there is no < <= > >= == or != in it");
	condition->op = op->op;
	const char *value = at + strlen(op->text);
	const char *hold = find_for(value);
	struct piece subject = trimmed(text, at);
	if (condition_subject(&condition->metric, &condition->scope,
	        subject.start, subject.length, err) < 0 ||
	    parse_value(condition, trimmed(value, hold ? hold : end), err) < 0)
		return -1;
	return hold ? parse_for(condition, trimmed(hold + 3, end), err) : 0;
}

int condition_parse(struct condition *condition, const char *text,
    struct err *err)
{
	struct piece whole = trimmed(text, text + strlen(text));
	struct err why = { "" };
	*condition = (struct condition){
		.text = mem_text_n(whole.start, whole.length),
	};
	if (parse(condition, &why) == 0)
		return 0;
	err_set(err, "'%.80s' is no condition such as 'p99 < 200ms': %s",
	    condition->text, why.text);
	condition_release(condition);
	return -1;
}

bool condition_evaluate(const struct condition *condition, double figure)
{
	double value = condition->value;
	if (isnan(figure))
		return false;
	switch (condition->op) {
	case CONDITION_LESS:
		return figure < value;
	case CONDITION_AT_MOST:
		return figure <= value;
	case CONDITION_MORE:
		return figure > value;
	case CONDITION_AT_LEAST:
		return figure >= value;
	case CONDITION_EQUAL:
		return !(figure < value) && !(figure > value);
	case CONDITION_OTHER:
		return figure < value || figure > value;
	}
	return false;
}

char *condition_words(const struct condition *condition, double figure)
{
	char words[UNIT_TEXT];
	return mem_format("%s: %s", condition->text,
	    metric_words(words, &condition->metric, figure));
}

void condition_release(struct condition *condition)
{
	free(condition->text);
	free(condition->scope);
	*condition = (struct condition){ 0 };
}
