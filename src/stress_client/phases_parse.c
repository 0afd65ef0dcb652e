#include "stress_client/phases.h"

#include "lib/clock.h"
#include "lib/mem.h"
#include "lib/unit.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NAME_MAX_CHARACTERS 40
#define WORDS_MAX           16
#define PARTS_MAX           100000
#define LENGTH_MAX_NS       (720 * 3600 * NS_PER_SECOND)

#define STEPS_USAGE "steps are written 'steps 10%%..50%% by 10%% every 30s'"

/* A phase while it is read. */
struct reader {
	struct phases *phases;
	const struct load_unit *unit;
	const char *text; /* as the user wrote it */
	char *words[WORDS_MAX];
	size_t word_count;
	struct phase_part whole;
	struct err *err;
};

__attribute__((format(printf, 2, 3))) static int refuse(
    const struct reader *reader, const char *format, ...)
{
	char why[320];
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(why, sizeof why, format, arguments);
	va_end(arguments);
	return err_set(reader->err, "phase '%.100s': %s", reader->text, why);
}

bool phases_name_a_rate(const struct text_list *texts)
{
	for (size_t i = 0; i < texts->count; i++)
		if (strchr(texts->items[i], '/'))
			return true;
	return false;
}

static int add_part(struct reader *reader, const struct phase_part *part)
{
	struct phases *phases = reader->phases;
	if (phases->count == PARTS_MAX)
		return refuse(reader, "more than %d steps", PARTS_MAX);
	/* Room for twice as many, whenever it is used up. */
	if ((phases->count & (phases->count - 1)) == 0)
		phases->parts = mem_resize(phases->parts,
		    phases->count ? 2 * phases->count : 1,
		    sizeof *phases->parts);
	phases->parts[phases->count++] = *part;
	return 0;
}

/* Words */

static int split(struct reader *reader, char *text)
{
	char *rest = NULL;
	for (char *word = strtok_r(text, " \t", &rest); word;
	     word = strtok_r(NULL, " \t", &rest)) {
		if (reader->word_count == WORDS_MAX)
			return refuse(reader, "too many words");
		reader->words[reader->word_count++] = word;
	}
	if (reader->word_count < 3)
		return refuse(reader,
		    "a phase is 'NAME TIME LOAD', such as 'rampup 2m "
		    "10%%..100%%'");
	return 0;
}

static int read_name(struct reader *reader)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyz"
	                              "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-";
	struct phases *phases = reader->phases;
	const char *name = reader->words[0];
	size_t length = strlen(name);
	if (strspn(name, allowed) != length || length > NAME_MAX_CHARACTERS)
		return refuse(reader,
		    "'%.50s' is no name: at most %d letters, digits and _ . -",
		    name, NAME_MAX_CHARACTERS);
	for (size_t i = 0; i < phases->name_count; i++)
		if (strcmp(phases->names[i], name) == 0)
			return refuse(reader,
			    "'%s' is the name of phase %zu already; conditions "
			    "and reports tell phases apart by their names",
			    name, i + 1);
	phases->names = mem_resize(phases->names, phases->name_count + 1,
	    sizeof *phases->names);
	phases->names[phases->name_count] = mem_text(name);
	reader->whole.name = phases->names[phases->name_count++];
	return 0;
}

static int read_time(const struct reader *reader, const char *word,
    int64_t *time_ns)
{
	double ns;
	if (unit_parse(word, UNIT_NS, &ns) < 0)
		return refuse(reader,
		    "'%.50s' is no duration (%s); phases follow one another, "
		    "each as long as it says",
		    word, unit_words(UNIT_NS));
	if (ns == 0)
		return refuse(reader, "it lasts for no time");
	ns = round(ns * reader->unit->scale);
	if (ns < (double)NS_PER_MS)
		return refuse(reader, "%.50s is less than 1 ms%s", word,
		    reader->unit->scale < 1 ? " with this SCALE" : "");
	if (ns > (double)LENGTH_MAX_NS)
		return refuse(reader, "%.50s is more than 720 hours", word);
	*time_ns = (int64_t)ns;
	return 0;
}

/* The load */

/* Whether it is "80%" or "300%". */
static bool is_percent(const char *word, double *percent)
{
	char number[UNIT_TEXT];
	size_t length = strlen(word);
	if (length < 2 || length >= sizeof number || word[length - 1] != '%')
		return false;
	memcpy(number, word, length);
	number[length - 1] = '\0';
	return strspn(number, "0123456789.") == length - 1 &&
	       unit_parse(number, UNIT_NONE, percent) == 0;
}

static int read_load(const struct reader *reader, const char *word,
    double *load)
{
	const struct load_unit *unit = reader->unit;
	enum unit kind = unit->open_loop ? UNIT_PER_SECOND : UNIT_NONE;
	double percent;
	if (is_percent(word, &percent)) {
		if (unit->full <= 0)
			return refuse(reader,
			    "%.50s of what? There is no RATE to take it of",
			    word);
		*load = unit->full * percent / 100;
	} else if (unit_parse(word, kind, load) < 0) {
		return refuse(reader,
		    "'%.50s' is no load: a percentage such as 80%%, or %s",
		    word, unit_words(kind));
	}
	if (*load > unit->most)
		return refuse(reader, "%.50s is more than %.0f %s", word,
		    unit->most, unit->open_loop ? "a second" : "clients");
	return 0;
}

/* Cuts "a..b" in two; `by` is what stands between. -1: it is not there. */
static int cut(char *text, const char *by, char **end)
{
	char *found = strstr(text, by);
	if (!found)
		return -1;
	*found = '\0';
	*end = found + strlen(by);
	return 0;
}

/* "a..b", "a*b", or "a". */
static int read_course(struct reader *reader, char *word)
{
	struct phase_part *whole = &reader->whole;
	char *end = word;
	if (cut(word, "*", &end) == 0)
		whole->grows = true;
	else if (cut(word, "..", &end) < 0)
		end = word;
	if (read_load(reader, word, &whole->begin) < 0 ||
	    read_load(reader, end, &whole->end) < 0)
		return -1;
	if (whole->grows && (whole->begin <= 0 || whole->end <= 0))
		return refuse(reader, "nothing grows from or to 0 by a factor; "
		                      "begin above it, or write a..b");
	return 0;
}

static int read_steps(struct reader *reader)
{
	struct phase_part *whole = &reader->whole;
	char **words = reader->words;
	double by;
	int64_t every_ns;
	if (reader->word_count != 8 || strcmp(words[4], "by") != 0 ||
	    strcmp(words[6], "every") != 0 || !strstr(words[3], ".."))
		return refuse(reader, STEPS_USAGE);
	if (read_course(reader, words[3]) < 0 ||
	    read_load(reader, words[5], &by) < 0 ||
	    read_time(reader, words[7], &every_ns) < 0)
		return -1;
	if (whole->grows)
		return refuse(reader, STEPS_USAGE);
	if (by <= 0)
		return refuse(reader, "steps by nothing lead nowhere");

	double steps = ceil(fabs(whole->end - whole->begin) / by - 1e-9);
	if (steps * (double)every_ns >= (double)whole->length_ns)
		return refuse(reader,
		    "it ends before its last step, the %.0fth, begins",
		    steps + 1);
	if (steps > PARTS_MAX)
		return refuse(reader, "more than %d steps", PARTS_MAX);
	double sign = whole->end < whole->begin ? -1 : 1;
	int64_t end_ns = whole->from_ns + whole->length_ns;
	struct phase_part part = *whole;
	for (double i = 0; i <= steps; i++) {
		part.begin =
		    i < steps ? whole->begin + sign * i * by : whole->end;
		part.end = part.begin;
		part.length_ns = i < steps ? every_ns : end_ns - part.from_ns;
		if (add_part(reader, &part) < 0)
			return -1;
		part.from_ns += every_ns;
	}
	return 0;
}

static int read_phase(struct reader *reader, char *text)
{
	struct phases *phases = reader->phases;
	char load[128] = "";
	if (split(reader, text) < 0 || read_name(reader) < 0 ||
	    read_time(reader, reader->words[1], &reader->whole.length_ns) < 0)
		return -1;
	reader->whole.from_ns = phases->length_ns;
	phases->length_ns += reader->whole.length_ns;
	if (phases->length_ns > LENGTH_MAX_NS)
		return refuse(reader, "all phases are more than 720 hours");
	if (strcmp(reader->words[2], "steps") == 0)
		return read_steps(reader);

	/* Blanks around the dots do no harm. */
	size_t length = 0;
	for (size_t i = 2; i < reader->word_count; i++)
		length += (size_t)snprintf(load + length, sizeof load - length,
		    "%s", reader->words[i]);
	if (length >= sizeof load)
		return refuse(reader, "too many words");
	if (read_course(reader, load) < 0)
		return -1;
	return add_part(reader, &reader->whole);
}

/* What has arrived until each part begins. */
static void add_up(struct phases *phases)
{
	for (size_t i = 1; i < phases->count; i++) {
		struct phases until = { .parts = phases->parts,
			.count = i,
			.length_ns = phases->parts[i].from_ns };
		phases->parts[i].before =
		    phases_arrivals(&until, until.length_ns);
	}
}

/* Several phases may stand in one text, with commas between them. */
static int read_text(struct phases *phases, const char *text,
    const struct load_unit *unit, struct err *err)
{
	for (;;) {
		size_t length = strcspn(text, ",");
		char *one = mem_text_n(text, length), *words = mem_text(one);
		struct reader reader = { .phases = phases,
			.unit = unit,
			.text = one,
			.err = err };
		int result = read_phase(&reader, words);
		free(one);
		free(words);
		if (result < 0 || text[length] == '\0')
			return result;
		text += length + 1;
	}
}

int phases_parse(struct phases *phases, const struct text_list *texts,
    const struct load_unit *unit, struct err *err)
{
	*phases = (struct phases){ 0 };
	for (size_t i = 0; i < texts->count; i++)
		if (read_text(phases, texts->items[i], unit, err) < 0)
			goto refused;
	add_up(phases);
	if (phases_peak(phases) > 0)
		return 0;
	err_set(err, "PHASES: no phase has any load");
refused:
	phases_release(phases);
	return -1;
}
