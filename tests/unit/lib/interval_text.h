/* interval_text.h - an interval's record as a line of text. Include it behind
 * cmocka.h. */
#ifndef TESTS_LIB_INTERVAL_TEXT_H
#define TESTS_LIB_INTERVAL_TEXT_H

#include "lib/record.h"

#include <stdio.h>

/* To be freed. */
static char *interval_text(const struct record_interval *interval)
{
	char *text = NULL;
	size_t length;
	FILE *stream = open_memstream(&text, &length);

	assert_non_null(stream);
	assert_int_equal(record_write_interval(stream, interval), 0);
	assert_int_equal(fclose(stream), 0);
	return text;
}

#endif
