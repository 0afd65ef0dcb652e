/* procfs_text.h - words and numbers of one line of /proc. Private to
 * procfs*.c. */
#ifndef LIB_PROCFS_TEXT_H
#define LIB_PROCFS_TEXT_H

#include <stdbool.h>
#include <stddef.h>

/* The next blank-separated word of the line, or length 0 at its end. */
struct word {
	const char *text;
	size_t length;
};
struct word procfs_word(const char **at);

/* Where the next line begins; at the end of the text its end. */
const char *procfs_next_line(const char *at);

bool procfs_word_is(struct word word, const char *text);

/* The whole word as a number that is not negative. */
bool procfs_word_number(struct word word, double *number);

/* The next `count` words as numbers; false when one of them is none. */
bool procfs_numbers(const char **at, double *numbers, size_t count);

#endif
