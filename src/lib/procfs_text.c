#include "lib/procfs_text.h"

#include <string.h>

#define NUMBER_BYTES 32 /* of a number; a longer word is none */

struct word procfs_word(const char **at)
{
	const char *begin = *at + strspn(*at, " \t");
	size_t length = strcspn(begin, " \t\n");
	*at = begin + length;
	return (struct word){ begin, length };
}

const char *procfs_next_line(const char *at)
{
	const char *end = at + strcspn(at, "\n");
	return *end ? end + 1 : end;
}

bool procfs_word_is(struct word word, const char *text)
{
	return strlen(text) == word.length &&
	       memcmp(word.text, text, word.length) == 0;
}

bool procfs_word_number(struct word word, double *number)
{
	double value = 0, place = 1;
	bool fraction = false;
	if (word.length == 0 || word.length > NUMBER_BYTES)
		return false;
	for (size_t i = 0; i < word.length; i++) {
		char c = word.text[i];
		if (c == '.' && !fraction && i > 0) {
			fraction = true;
			continue;
		}
		if (c < '0' || c > '9')
			return false;
		value = value * 10 + (c - '0');
		place *= fraction ? 10 : 1;
	}
	*number = value / place;
	return true;
}

bool procfs_numbers(const char **at, double *numbers, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (!procfs_word_number(procfs_word(at), &numbers[i]))
			return false;
	return true;
}
