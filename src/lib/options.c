#include "lib/options.h"

#include "lib/conf.h"
#include "lib/mem.h"
#include "lib/option_help.h"
#include "lib/option_value.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* Who set a row; the stronger wins, the later among equals. */
enum source { FROM_DEFAULT, FROM_INCLUDED, FROM_CONF, FROM_FLAG };

struct option_state { /* one row's; rows are numbered through all sets */
	enum source source;
	bool set;
};

struct found {
	const struct option *row;
	void *values;
	struct option_state *state;
};

static size_t row_count(const struct options *options)
{
	size_t count = 0;
	for (size_t s = 0; s < options->set_count; s++)
		count += options->sets[s].count;
	return count;
}

static struct found row_at(const struct options *options, size_t number)
{
	struct option_state *state = &options->state[number];
	const struct option_set *set = options->sets;
	for (; number >= set->count; set++)
		number -= set->count;
	return (struct found){ &set->rows[number], set->values, state };
}

/* Flags and keys differ only in case and in '-' for '_'. */
static bool same_name(const char *row, const char *key)
{
	for (; *row && *key; row++, key++)
		if (*key != (*row == '-' ? '_' : toupper((unsigned char)*row)))
			return false;
	return *row == *key;
}

static bool find(const struct options *options, const char *name, bool is_key,
    struct found *found)
{
	size_t count = row_count(options);
	for (size_t i = 0; i < count; i++) {
		*found = row_at(options, i);
		if (is_key ? same_name(found->row->name, name)
		           : strcmp(found->row->name, name) == 0)
			return true;
	}
	return false;
}

/* Levenshtein's distance, of names. */
static size_t distance(const char *a, const char *b)
{
	size_t row[64], width = strlen(b);
	if (width >= sizeof row / sizeof *row)
		return SIZE_MAX;
	for (size_t k = 0; k <= width; k++)
		row[k] = k;
	for (size_t i = 1; *a; a++, i++) {
		size_t diagonal = row[0];
		row[0] = i;
		for (size_t k = 1; k <= width; k++) {
			size_t best = diagonal + (*a != b[k - 1]);
			diagonal = row[k];
			if (row[k] + 1 < best)
				best = row[k] + 1;
			if (row[k - 1] + 1 < best)
				best = row[k - 1] + 1;
			row[k] = best;
		}
	}
	return row[width];
}

/* The name most like the one given, to be freed; NULL when none is near. */
static char *guess(const struct options *options, const char *name, bool is_key)
{
	char *nearest = NULL;
	size_t best = strlen(name) / 3 + 1, count = row_count(options);
	for (size_t i = 0; i < count; i++) {
		const struct option *row = row_at(options, i).row;
		char *candidate =
		    is_key ? option_key(row) : mem_text(row->name);
		size_t apart = distance(name, candidate);
		if (apart <= best && (apart < best || !nearest)) {
			best = apart;
			free(nearest);
			nearest = candidate;
		} else {
			free(candidate);
		}
	}
	return nearest;
}

static int unknown(const struct options *options, const char *place,
    const char *name, bool is_key, struct err *err)
{
	char *nearest = guess(options, name, is_key);
	const char *dashes = is_key ? "" : "--";
	if (nearest)
		err_set(err, "%sunknown %s '%s%s' (did you mean %s%s?)", place,
		    is_key ? "key" : "option", dashes, name, dashes, nearest);
	else
		err_set(err, "%sunknown %s '%s%s' (%s --help lists them)",
		    place, is_key ? "key" : "option", dashes, name,
		    options->program);
	free(nearest);
	return -1;
}

/* Sets a row unless something stronger has. `where` says who wants it:
 * "config/x.conf:12: NUM_CLIENTS" or "--num-clients". */
static int set(const struct found *found, enum source source,
    const struct text_list *texts, const char *where, struct err *err)
{
	if (found->state->set && found->state->source > source)
		return 0;
	struct err words;
	if (option_value_set(found->row, found->values, texts, &words) != 0)
		return err_set(err, "%s=%s: %s", where,
		    texts->count == 1 ? texts->items[0] : "( ... )",
		    words.text);
	*found->state = (struct option_state){ source, true };
	return 0;
}

static int set_defaults(const struct options *options, struct err *err)
{
	size_t count = row_count(options);
	for (size_t i = 0; i < count; i++) {
		struct found found = row_at(options, i);
		if (!found.row->fallback)
			continue;
		char *text = mem_text(found.row->fallback);
		struct text_list texts = { &text, 1 };
		int result =
		    set(&found, FROM_DEFAULT, &texts, found.row->name, err);
		free(text);
		if (result != 0)
			return -1;
	}
	return 0;
}

static int set_entry(const struct options *options, const char *path,
    const struct conf_entry *entry, enum source source, struct err *err)
{
	struct found found;
	char *where = mem_format("%s:%u: ", path, entry->line);
	int result;
	if (find(options, entry->key, true, &found)) {
		char *full = mem_format("%s%s", where, entry->key);
		result = set(&found, source, &entry->values, full, err);
		free(full);
	} else {
		result = unknown(options, where, entry->key, true, err);
	}
	free(where);
	return result;
}

static int set_from_conf(const struct options *options, const char *path,
    enum source source, struct err *err)
{
	struct conf conf;
	int result = conf_read(&conf, path, err);
	for (size_t i = 0; result == 0 && i < conf.count; i++)
		result =
		    set_entry(options, path, &conf.entries[i], source, err);
	conf_release(&conf);
	return result;
}

/* The files that OPTION_CONF rows name. */
static int set_from_included(const struct options *options, struct err *err)
{
	size_t count = row_count(options);
	for (size_t i = 0; i < count; i++) {
		struct found found = row_at(options, i);
		if (found.row->type != OPTION_CONF || !found.state->set)
			continue;
		char *path = mem_text(
		    *(char **)((char *)found.values + found.row->offset));
		int result = set_from_conf(options, path, FROM_INCLUDED, err);
		free(path);
		if (result != 0)
			return -1;
	}
	return 0;
}

/* "a,b" as a list; an empty text is an empty list. */
static void split(char *text, struct text_list *list)
{
	while (*text) {
		size_t length = strcspn(text, ",");
		list->items = mem_resize(list->items, list->count + 1,
		    sizeof *list->items);
		list->items[list->count++] = text;
		text += length;
		if (*text)
			*text++ = '\0';
	}
}

static int set_from_flag(const struct found *found, const char *name,
    const char *value, struct err *err)
{
	char *where = mem_format("--%s", name);
	char *copy = mem_text(value);
	struct text_list texts = { 0 };
	if (found->row->type == OPTION_LIST) {
		split(copy, &texts);
	} else {
		texts.items = mem_new(1, sizeof *texts.items);
		texts.items[texts.count++] = copy;
	}
	int result = set(found, FROM_FLAG, &texts, where, err);
	free(texts.items);
	free(copy);
	free(where);
	return result;
}

/* The command line as it is walked through, twice: once for --conf and its
 * like, once for the rows. */
struct walk {
	char **argv;
	int argc, at;
	char *name;        /* of the flag, without dashes; freed by the walk */
	const char *value; /* behind its '=', or NULL */
};

static bool next_flag(struct walk *walk)
{
	free(walk->name);
	walk->name = NULL;
	if (walk->at >= walk->argc)
		return false;
	const char *word = walk->argv[walk->at];
	if (strncmp(word, "--", 2) != 0 && strcmp(word, "-h") != 0)
		return false;
	walk->at++;
	if (strcmp(word, "--") == 0)
		return false;
	word = strcmp(word, "-h") == 0 ? "help" : word + 2;
	size_t length = strcspn(word, "=");
	walk->name = mem_text_n(word, length);
	walk->value = word[length] ? word + length + 1 : NULL;
	return true;
}

static int take_value(struct walk *walk, struct err *err)
{
	if (walk->value)
		return 0;
	if (walk->at >= walk->argc)
		return err_set(err, "--%s needs a value", walk->name);
	walk->value = walk->argv[walk->at++];
	return 0;
}

enum common {
	COMMON_NONE,
	COMMON_CONF,
	COMMON_PRINT,
	COMMON_HELP,
	COMMON_VERSION
};

static enum common common_flag(const char *name)
{
	static const char *const names[] = {
		[COMMON_CONF] = "conf",
		[COMMON_PRINT] = "print-conf",
		[COMMON_HELP] = "help",
		[COMMON_VERSION] = "version",
	};
	for (size_t i = COMMON_CONF; i < sizeof names / sizeof *names; i++)
		if (strcmp(name, names[i]) == 0)
			return (enum common)i;
	return COMMON_NONE;
}

/* Finds the row of a flag and takes its value: --name, --name=value, --name
 * value, and --name or --no-name for a FLAG. */
static int find_flag(const struct options *options, struct walk *walk,
    struct found *found, struct err *err)
{
	bool known = find(options, walk->name, false, found);
	if (!known && strncmp(walk->name, "no-", 3) == 0 &&
	    find(options, walk->name + 3, false, found) &&
	    found->row->type == OPTION_FLAG && !walk->value) {
		walk->value = "false";
		return 0;
	}
	if (!known)
		return unknown(options, "", walk->name, false, err);
	if (found->row->type == OPTION_FLAG) {
		if (!walk->value)
			walk->value = "true";
		return 0;
	}
	return take_value(walk, err);
}

static int walk_flags(const struct options *options, struct walk *walk,
    bool set_rows, bool asked[], struct err *err)
{
	int result = 0;
	while (result == 0 && next_flag(walk)) {
		struct found found;
		enum common common = common_flag(walk->name);
		if (common != COMMON_NONE) {
			asked[common] = true;
			if (common == COMMON_CONF)
				result = take_value(walk, err);
			if (result == 0 && common == COMMON_CONF && !set_rows)
				result = set_from_conf(options, walk->value,
				    FROM_CONF, err);
		} else {
			result = find_flag(options, walk, &found, err);
			if (result == 0 && set_rows)
				result = set_from_flag(&found, walk->name,
				    walk->value, err);
		}
	}
	free(walk->name);
	walk->name = NULL;
	return result;
}

static bool asks_for(int argc, char **argv, enum common what)
{
	struct walk walk = { .argv = argv, .argc = argc, .at = 1 };
	bool asked = false;
	while (walk.at < argc && strcmp(argv[walk.at], "--") != 0) {
		if (next_flag(&walk))
			asked = asked || common_flag(walk.name) == what;
		else
			walk.at++;
	}
	free(walk.name);
	return asked;
}

static int check_operands(const struct options *options, int argc, char **argv,
    int operand, struct err *err)
{
	if (operand < argc && !options->operands)
		return err_set(err,
		    "'%s' is not expected; %s --help lists what is",
		    argv[operand], options->program);
	for (int i = operand; i < argc; i++)
		if (strcmp(argv[i], "--") == 0)
			break;
		else if (argv[i][0] == '-' && argv[i][1] != '\0' &&
		         strcmp(argv[operand - 1], "--") != 0)
			return err_set(err,
			    "'%s': options stand before the operands, with two "
			    "dashes",
			    argv[i]);
	return 0;
}

enum options_result options_read(struct options *options, int argc, char **argv,
    int *operand, struct err *err)
{
	if (asks_for(argc, argv, COMMON_HELP)) {
		option_help_print(options, stdout);
		return OPTIONS_DONE;
	}
	if (asks_for(argc, argv, COMMON_VERSION)) {
		printf("%s (ringstorm) %s\n", options->program,
		    RINGSTORM_VERSION);
		return OPTIONS_DONE;
	}
	free(options->state);
	options->state = mem_new(row_count(options), sizeof *options->state);
	struct walk first = { .argv = argv, .argc = argc, .at = 1 };
	struct walk second = first;
	bool asked[COMMON_VERSION + 1] = { false };
	if (set_defaults(options, err) != 0 ||
	    walk_flags(options, &first, false, asked, err) != 0 ||
	    walk_flags(options, &second, true, asked, err) != 0 ||
	    set_from_included(options, err) != 0 ||
	    check_operands(options, argc, argv, second.at, err) != 0)
		return OPTIONS_BAD;
	*operand = second.at;
	if (!asked[COMMON_PRINT])
		return OPTIONS_RUN;
	options_print(options, stdout);
	return OPTIONS_DONE;
}

bool options_given(const struct options *options, const char *name)
{
	struct found found;
	return find(options, name, false, &found) && found.state->set &&
	       found.state->source != FROM_DEFAULT;
}

void options_print(const struct options *options, FILE *to)
{
	size_t count = row_count(options);
	for (size_t i = 0; i < count; i++) {
		struct found found = row_at(options, i);
		if (!found.state->set && found.row->type != OPTION_FLAG)
			continue;
		char *key = option_key(found.row);
		struct buf value = { 0 };
		option_value_print(found.row, found.values, &value);
		fprintf(to, "%s=%.*s\n", key, (int)value.length,
		    (const char *)value.data);
		buf_release(&value);
		free(key);
	}
}

void options_release(struct options *options)
{
	if (!options->state)
		return;
	size_t count = row_count(options);
	for (size_t i = 0; i < count; i++) {
		struct found found = row_at(options, i);
		option_value_release(found.row, found.values);
	}
	free(options->state);
	options->state = NULL;
}
