/* format_text.h - text from outside, character by character, for writers that
 * escape what their format must not hold as it is. */
#ifndef AGGREGATE_FORMAT_TEXT_H
#define AGGREGATE_FORMAT_TEXT_H

#include "aggregate/faults.h"

#include <stdint.h>
#include <stdio.h>

/* Takes the next character off *text; 0 at its end. A control character is
 * '?', and what is no UTF-8, or no character that XML 1.0 may hold, is U+FFFD.
 */
uint32_t text_next(const char **text);

/* Writes it in UTF-8. */
void text_put(uint32_t c, FILE *to);

/* "fault 3: kill of server 1, the leader", to be freed. */
char *fault_title(const struct fault *fault);

#endif
