#include "collect_metrics/names.h"

#include <ctype.h>
#include <stddef.h>
#include <string.h>

#define NAME_LENGTH 120

/* '#' is a number, '+' a word; everything else stands for itself. */
static const char *const patterns[] = {
	"machine_#_client_#.json",
	"machine_#_client_#.log",
	"machine_#_timeline.jsonl",
	"machine_#_run.json",
	"client_#.json",
	"host_+.jsonl",
	"probe_+.jsonl",
};

/* The word is greedy, so the ending of the pattern is taken off it first. */
static bool is_word(const char *text, const char *ending)
{
	size_t length = strlen(text), tail = strlen(ending);
	if (length <= tail || strcmp(text + length - tail, ending) != 0)
		return false;
	if (!isalnum((unsigned char)*text))
		return false;
	for (size_t i = 0; i < length - tail; i++)
		if (!isalnum((unsigned char)text[i]) && !strchr("_.-", text[i]))
			return false;
	return true;
}

static bool matches(const char *pattern, const char *name)
{
	for (; *pattern; pattern++) {
		if (*pattern == '+')
			return is_word(name, pattern + 1);
		size_t length = *pattern == '#' ? strspn(name, "0123456789")
		                                : *pattern == *name;
		if (length == 0)
			return false;
		name += length;
	}
	return *name == '\0';
}

bool name_is_metrics(const char *name)
{
	if (strlen(name) > NAME_LENGTH)
		return false;
	for (size_t i = 0; i < sizeof patterns / sizeof *patterns; i++)
		if (matches(patterns[i], name))
			return true;
	return false;
}

bool name_is_machine(const char *name)
{
	return strlen(name) <= NAME_LENGTH && matches("machine_#", name);
}

bool name_is_hostile(const char *name)
{
	for (; *name; name++)
		if (*name == '/' || iscntrl((unsigned char)*name))
			return true;
	return false;
}
