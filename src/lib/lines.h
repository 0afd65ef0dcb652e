/* lines.h - JSON lines from a file or stdin, one after another, and what could
 * not be used of them: a few are named, the others counted. */
#ifndef LIB_LINES_H
#define LIB_LINES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct lines {
	const char *path; /* borrowed; "stdin" */
	FILE *file;       /* borrowed */
	char *text;       /* the line, with its newline; not NUL-terminated */
	size_t length;
	uint64_t number; /* from 1 */
	bool whole; /* false: the death of its writer may have cut it short */

	uint64_t refused, talk, first_talk;
};

/* { .path, .file } begins. Goes on to the next line that is not blank; false at
 * the end. The text is good until the next call. */
bool lines_next(struct lines *lines);

/* Whether the line holds no JSON at all: the talk of a program. It is counted
 * among those. */
bool lines_is_talk(struct lines *lines);

/* Says that the line could not be used; from the fifth on only counts it. */
void lines_refuse(struct lines *lines, const char *why);

/* Says what was only counted, and frees the memory. */
void lines_end(struct lines *lines);

#endif
