#include "fault_ring/schedule.h"

#include "lib/mem.h"
#include "lib/unit.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MOST_BYTES ((size_t)1 << 20)
#define MOST_WORDS 7
#define DAY_NS     (24.0 * 3600e9)

struct line {
	char *words[MOST_WORDS];
	size_t count;
};

static void split(struct line *line, char *text)
{
	line->count = 0;
	text[strcspn(text, "#")] = '\0';
	while (line->count < MOST_WORDS) {
		text += strspn(text, " \t\r");
		if (!*text)
			break;
		line->words[line->count++] = text;
		text += strcspn(text, " \t\r");
		if (*text)
			*text++ = '\0';
	}
}

static int read_time(const char *text, int64_t *ns, struct err *err)
{
	double value;

	if (unit_parse(text, UNIT_NS, &value) != 0 || value > DAY_NS)
		return err_set(err,
		    "'%.40s' is no time of at most a day, such "
		    "as 30s or 1500ms",
		    text);
	*ns = llround(value);
	return 0;
}

static int read_server(const char *text, const unsigned *servers, size_t count,
    unsigned *id, struct err *err)
{
	for (size_t i = 0; i < count; i++) {
		char number[16];
		snprintf(number, sizeof number, "%u", servers[i]);
		if (strcmp(number, text) == 0) {
			*id = servers[i];
			return 0;
		}
	}
	return err_set(err, "there is no server '%.40s'", text);
}

static int read_line(const struct line *line, struct planned *planned,
    const struct settings *settings, const unsigned *servers, size_t count,
    struct err *err)
{
	char *const *words = line->words;

	if ((line->count != 4 && line->count != 6) ||
	    strcmp(words[0], "at") != 0 || *words[1] != '+' ||
	    (line->count == 6 && strcmp(words[4], "for") != 0))
		return err_set(err, "a line reads: at +30s kill 2 for 10s");
	planned->cycle = 1;
	planned->length_ns = settings->restart_delay_ns;
	planned->fault = fault_find(words[2], err);
	if (!planned->fault ||
	    read_time(words[1] + 1, &planned->at_ns, err) != 0 ||
	    read_server(words[3], servers, count, &planned->server, err) != 0)
		return -1;
	if (planned->fault->no_length)
		planned->length_ns = 0;
	if (line->count == 6)
		return read_time(words[5], &planned->length_ns, err);
	return 0;
}

/* Keeps lines of one moment in their order. */
static void insert(struct plan *lines, const struct planned *planned)
{
	size_t at = lines->count;

	plan_add(lines, planned);
	for (; at > 0 && lines->items[at - 1].at_ns > planned->at_ns; at--)
		lines->items[at] = lines->items[at - 1];
	lines->items[at] = *planned;
}

static void number_groups(struct plan *plan, const struct plan *lines)
{
	for (size_t i = 0; i < lines->count; i++) {
		struct planned next = lines->items[i];
		bool same = i > 0 && lines->items[i - 1].at_ns == next.at_ns;
		next.group = plan->groups - same;
		plan_add(plan, &next);
	}
}

int schedule_parse(struct plan *plan, const char *path, const char *text,
    const struct settings *settings, const unsigned *servers, size_t count,
    struct err *err)
{
	struct plan lines = { 0 };
	char *copy = mem_text(text), *next = copy;
	int result = 0;

	for (int number = 1; result == 0 && next; number++) {
		struct planned planned = { 0 };
		struct line line;
		struct err why;
		char *end = strchr(next, '\n');
		if (end)
			*end++ = '\0';
		split(&line, next);
		next = end;
		if (line.count == 0)
			continue;
		if (read_line(&line, &planned, settings, servers, count,
		        &why) != 0)
			result =
			    err_set(err, "%s:%d: %s", path, number, why.text);
		else
			insert(&lines, &planned);
	}
	if (result == 0 && lines.count == 0)
		result = err_set(err, "%s: no fault is in it", path);
	if (result == 0)
		number_groups(plan, &lines);
	plan_release(&lines);
	free(copy);
	return result;
}

int schedule_read(struct plan *plan, const struct settings *settings,
    const unsigned *servers, size_t count, struct err *err)
{
	const char *path = settings->schedule;
	char *text;
	size_t length;
	FILE *file;
	int result;

	if (!path)
		return err_set(err, "PATTERN=schedule needs SCHEDULE, the file "
		                    "with its lines");
	file = fopen(path, "r");
	if (!file)
		return err_system(err, "cannot open %s", path);
	text = mem_new(MOST_BYTES + 1, 1);
	length = fread(text, 1, MOST_BYTES, file);
	if (ferror(file))
		result = err_system(err, "cannot read %s", path);
	else if (length == MOST_BYTES || strlen(text) != length)
		result = err_set(err, "%s is no schedule", path);
	else
		result = schedule_parse(plan, path, text, settings, servers,
		    count, err);
	fclose(file);
	free(text);
	return result;
}
