/* source.h - a file in memory, for what reads one piece by piece. */
#ifndef TESTS_SOURCE_H
#define TESTS_SOURCE_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct source {
	const uint8_t *at;
	size_t left;
};

/* For picture_reader_open; `context` is the source. */
static int read_source(void *context, void *to, size_t length)
{
	struct source *source = context;

	if (length > source->left)
		return -1;
	memcpy(to, source->at, length);
	source->at += length;
	source->left -= length;
	return 0;
}

#endif
