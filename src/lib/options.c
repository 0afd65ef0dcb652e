#include "lib/options.h"

#include "lib/conf.h"
#include "lib/mem.h"
#include "lib/option_table.h"
#include "lib/option_value.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* A flag as it stands on the command line. */
struct given_flag {
	char name[OPTION_NAME];
	const char *value;
};

/* What the command line says, before any of it is applied. */
struct command_line {
	struct given_flag *flags;
	size_t flag_count;
	struct text_list confs; /* --conf, in order */
	enum { DO_RUN, DO_HELP, DO_VERSION, DO_PRINT } action;
};

static int refuse_flag(const struct options *options, const char *flag,
    struct err *err)
{
	size_t length = strcspn(flag, "=");
	char *name = mem_text_n(flag, length);
	struct option_slot nearest =
	    option_nearest(options, name + strspn(name, "-"));
	if (nearest.row)
		err_set(err, "unknown flag %.80s (did you mean --%s?)", name,
		    nearest.name);
	else
		err_set(err, "unknown flag %.80s; see %s --help", name,
		    options->program);
	free(name);
	return -1;
}

static const struct option *find_common(const char *name)
{
	for (size_t i = 0; i < option_common_count; i++) {
		if (strcmp(option_common[i].name, name) == 0)
			return &option_common[i];
	}
	return NULL;
}

/* The row that a flag's name (without "--" and "=VALUE") means. `yes` says
 * which way a flag without a value goes. */
static const struct option *flag_row(const struct options *options,
    const char *name, bool *yes)
{
	*yes = true;
	const struct option *row = find_common(name);
	if (!row)
		row = option_find(options, name).row;
	if (!row && strncmp(name, "no-", 3) == 0) {
		*yes = false;
		row = option_find(options, name + 3).row;
		if (row && row->type != OPTION_FLAG)
			row = NULL;
	}
	return row;
}

/* Notes one flag; `next` is the argument behind it. Returns how many arguments
 * it took, or -1. */
static int note_flag(const struct options *options, struct command_line *line,
    const char *flag, const char *next, struct err *err)
{
	char name[OPTION_NAME];
	bool yes;
	size_t length =
	    strncmp(flag, "--", 2) == 0 ? strcspn(flag + 2, "=") : 0;
	if (length == 0 || length >= sizeof name)
		return refuse_flag(options, flag, err);
	memcpy(name, flag + 2, length);
	name[length] = '\0';
	const char *value = flag[2 + length] ? flag + 3 + length : NULL;
	const struct option *row = flag_row(options, name, &yes);
	if (!row)
		return refuse_flag(options, flag, err);
	int taken = 1;
	if (row->type == OPTION_FLAG) {
		if (value && (!yes || find_common(name)))
			return err_set(err, "--%s takes no value", name);
		if (!value)
			value = yes ? "true" : "false";
	} else if (!value) {
		if (!next || strncmp(next, "--", 2) == 0)
			return err_set(err, "--%s needs a value", name);
		value = next;
		taken = 2;
	}
	if (strcmp(row->name, "conf") == 0 && find_common(name)) {
		text_list_add(&line->confs, value, strlen(value));
	} else if (find_common(name)) {
		line->action = strcmp(name, "help") == 0      ? DO_HELP
		               : strcmp(name, "version") == 0 ? DO_VERSION
		                                              : DO_PRINT;
	} else {
		line->flags = mem_resize(line->flags, line->flag_count + 1,
		    sizeof *line->flags);
		struct given_flag *given = &line->flags[line->flag_count++];
		given->value = value;
		snprintf(given->name, sizeof given->name, "%s",
		    yes ? name : name + 3);
	}
	return taken;
}

/* Sorts argv: flags first, then the operands, each in their order. */
static int read_command_line(const struct options *options,
    struct command_line *line, int argc, char **argv, int *operand,
    struct err *err)
{
	char **operands = mem_new((size_t)argc + 1, sizeof *operands);
	size_t count = 0;
	int kept = 1, result = 0, i = 1;
	while (
	    i < argc && line->action != DO_HELP && line->action != DO_VERSION) {
		if (strcmp(argv[i], "--") == 0) {
			argv[kept++] = argv[i++];
			while (i < argc)
				operands[count++] = argv[i++];
			break;
		}
		if (argv[i][0] != '-' || argv[i][1] == '\0') {
			operands[count++] = argv[i++];
			continue;
		}
		int taken = note_flag(options, line, argv[i],
		    i + 1 < argc ? argv[i + 1] : NULL, err);
		if (taken < 0) {
			result = -1;
			goto out;
		}
		while (taken-- > 0)
			argv[kept++] = argv[i++];
	}
	if (count > 0 && !options->operands) {
		result = err_set(err,
		    "'%.80s' is no flag, and %s takes nothing else; see %s "
		    "--help",
		    operands[0], options->program, options->program);
		goto out;
	}
	memcpy(&argv[kept], operands, count * sizeof *operands);
	*operand = kept;
out:
	free(operands);
	return result;
}

/* Whether the flag at this place of the command line stands before it, too. */
static bool came_before(const struct command_line *line, size_t place)
{
	for (size_t i = 0; i < place; i++) {
		if (strcmp(line->flags[i].name, line->flags[place].name) == 0)
			return true;
	}
	return false;
}

static int apply_flag(const struct options *options,
    const struct command_line *line, size_t place, struct err *err)
{
	const struct given_flag *flag = &line->flags[place];
	bool again = came_before(line, place);
	struct option_slot slot;
	for (size_t i = 0; (slot = option_slot(options, i)).row; i++) {
		struct err expected;
		if (strcmp(slot.name, flag->name) != 0)
			continue;
		int result = again ? option_value_add(slot.row, slot.value,
		                         flag->value, &expected)
		                   : option_value_set(slot.row, slot.value,
		                         flag->value, &expected);
		if (result != 0)
			return err_set(err, "--%s=%.80s: %s", slot.name,
			    flag->value, expected.text);
		*slot.given = *flag->value != '\0';
	}
	return 0;
}

static int unknown_key(const struct options *options, const struct conf *conf,
    const struct conf_entry *entry, struct err *err)
{
	char key[OPTION_NAME];
	struct option_slot nearest = option_nearest(options, entry->key);
	bool like_ours = nearest.row && !find_common(nearest.name);
	if (!like_ours && options->shares_conf)
		return 0;
	if (!like_ours)
		return err_set(err, "%s:%d: unknown key '%.80s'; see %s --help",
		    conf->path, entry->line, entry->key, options->program);
	return err_set(err, "%s:%d: unknown key '%.80s' (did you mean %s?)",
	    conf->path, entry->line, entry->key, option_key(key, nearest.name));
}

static int apply_entry(const struct options *options, const struct conf *conf,
    const struct conf_entry *entry, struct err *err)
{
	char key[OPTION_NAME];
	struct option_slot slot;
	bool known = false;
	const char *text = entry->list ? "( ... )" : entry->values.items[0];
	for (size_t i = 0; (slot = option_slot(options, i)).row; i++) {
		struct err expected;
		if (strcmp(option_key(key, slot.name), entry->key) != 0)
			continue;
		known = true;
		int result = entry->list
		                 ? option_value_set_list(slot.row, slot.value,
		                       &entry->values, &expected)
		                 : option_value_set(slot.row, slot.value, text,
		                       &expected);
		if (result != 0)
			return err_set(err, "%s:%d: %s=%.80s: %s", conf->path,
			    entry->line, key, text, expected.text);
		*slot.given = entry->list ? entry->values.count > 0 : *text;
	}
	return known ? 0 : unknown_key(options, conf, entry, err);
}

static int apply_conf(const struct options *options, const struct conf *conf,
    struct err *err)
{
	for (size_t i = 0; i < conf->count; i++) {
		if (apply_entry(options, conf, &conf->entries[i], err) != 0)
			return -1;
	}
	return 0;
}

/* Which file a CONF row names once everything is applied: flags are the
 * strongest, then the last --conf file with that key, then the default. */
static const char *named_file(const struct option *row,
    const struct command_line *line, const struct conf *confs, size_t count)
{
	char key[OPTION_NAME];
	option_key(key, row->name);
	for (size_t i = line->flag_count; i-- > 0;) {
		if (strcmp(line->flags[i].name, row->name) == 0)
			return line->flags[i].value;
	}
	for (size_t i = count; i-- > 0;) {
		for (size_t j = 0; j < confs[i].count; j++) {
			const struct conf_entry *entry = &confs[i].entries[j];
			if (strcmp(entry->key, key) == 0 && !entry->list)
				return entry->values.items[0];
		}
	}
	return row->fallback ? row->fallback : "";
}

/* Reads and applies the file that a CONF row names, if it names one. */
static int apply_named_file(const struct options *options,
    const struct option *row, const char *path, struct err *err)
{
	struct conf conf = { 0 };
	char key[OPTION_NAME], inner[OPTION_NAME];
	if (*path == '\0')
		return 0;
	int result = conf_read(&conf, path, err);
	for (size_t i = 0; result == 0 && i < conf.count; i++) {
		const struct conf_entry *entry = &conf.entries[i];
		struct option_slot slot =
		    option_find(options, option_name(inner, entry->key));
		if (slot.row && slot.row->type == OPTION_CONF)
			result = err_set(err,
			    "%s:%d: %s: a file that %s names may not name "
			    "another",
			    path, entry->line, entry->key,
			    option_key(key, row->name));
	}
	if (result == 0)
		result = apply_conf(options, &conf, err);
	conf_release(&conf);
	return result;
}

/* Weakest first: what comes later overwrites. */
static int apply_all(const struct options *options,
    const struct command_line *line, struct err *err)
{
	size_t count = line->confs.count;
	struct conf *confs = mem_new(count, sizeof *confs);
	struct option_slot slot;
	int result = 0;
	for (size_t i = 0; result == 0 && i < count; i++)
		result = conf_read(&confs[i], line->confs.items[i], err);
	for (size_t i = 0; result == 0; i++) {
		slot = option_slot(options, i);
		if (!slot.row)
			break;
		if (slot.row->type == OPTION_CONF)
			result = apply_named_file(options, slot.row,
			    named_file(slot.row, line, confs, count), err);
	}
	for (size_t i = 0; result == 0 && i < count; i++)
		result = apply_conf(options, &confs[i], err);
	for (size_t i = 0; result == 0 && i < line->flag_count; i++)
		result = apply_flag(options, line, i, err);
	for (size_t i = 0; i < count; i++)
		conf_release(&confs[i]);
	free(confs);
	return result;
}

/* Every value at its default, none given. */
static void start_from_defaults(struct options *options)
{
	size_t count = option_slot_count(options);
	free(options->state);
	options->state = mem_new(count, sizeof *options->state);
	for (size_t i = 0; i < count; i++) {
		struct option_slot slot = option_slot(options, i);
		option_value_default(slot.row, slot.value);
	}
}

enum options_result options_read(struct options *options, int argc, char **argv,
    int *operand, struct err *err)
{
	struct command_line line = { 0 };
	enum options_result result = OPTIONS_DONE;
	start_from_defaults(options);
	if (read_command_line(options, &line, argc, argv, operand, err) != 0)
		result = OPTIONS_BAD;
	else if (line.action == DO_HELP)
		option_help(options, stdout);
	else if (line.action == DO_VERSION)
		printf("%s %s\n", options->program, RINGSTORM_VERSION);
	else if (apply_all(options, &line, err) != 0)
		result = OPTIONS_BAD;
	else if (line.action == DO_PRINT)
		options_print(options, stdout);
	else
		result = OPTIONS_RUN;
	free(line.flags);
	text_list_clear(&line.confs);
	return result;
}

bool options_start(struct options *options, int argc, char **argv, int *operand,
    int *code)
{
	struct err err;
	err_program(argv[0]);
	enum options_result result =
	    options_read(options, argc, argv, operand, &err);
	*code =
	    result == OPTIONS_BAD ? err_fail(&err, EXIT_USAGE) : EXIT_PASSED;
	return result == OPTIONS_RUN;
}

bool options_given(const struct options *options, const char *name)
{
	struct option_slot slot = option_find(options, name);
	assert(slot.row);
	return slot.row && slot.given && *slot.given;
}

void options_release(struct options *options)
{
	struct option_slot slot;
	for (size_t i = 0; (slot = option_slot(options, i)).row; i++)
		option_value_release(slot.row, slot.value);
	free(options->state);
	options->state = NULL;
}
