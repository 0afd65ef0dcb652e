/* utf8.h - whether bytes that come in pieces are UTF-8 (RFC 3629). */
#ifndef WIRE_UTF8_H
#define WIRE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Where the last piece ended; {0} begins. */
struct utf8 {
	uint8_t due;       /* bytes that the character still lacks */
	uint8_t low, high; /* bounds of the next one */
};

/* Takes a piece; false as soon as no continuation can mend it. */
bool utf8_take(struct utf8 *utf8, const uint8_t *bytes, size_t length);

/* Whether what was taken may end here. */
static inline bool utf8_is_whole(const struct utf8 *utf8)
{
	return utf8->due == 0;
}

/* Whether these bytes are a whole text. */
bool utf8_is_valid(const uint8_t *bytes, size_t length);

#endif
