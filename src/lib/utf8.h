/* utf8.h - UTF-8 (RFC 3629): whether bytes are, also those that come in pieces,
 * and a text's characters one by one. */
#ifndef LIB_UTF8_H
#define LIB_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What stands for a byte that belongs to no character. */
#define UTF8_REPLACEMENT 0xfffd

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

/* How many bytes the character at the begin of so many takes; 0: it is none,
 * or not all of it is there. */
size_t utf8_length(const char *text, size_t length);

/* Takes the next character off *text; 0 at its end. What is none is taken byte
 * by byte, each as UTF8_REPLACEMENT. */
uint32_t utf8_next(const char **text);

/* Writes a character, at most 4 bytes; returns how many. */
size_t utf8_put(uint32_t character, char *to);

/* The most bytes of a text, at most `length`, that end with a character. One
 * more than `length` are there to be read. */
size_t utf8_cut(const char *text, size_t length);

/* Whether a byte of valid text is within a character. */
static inline bool utf8_continues(char byte)
{
	return ((unsigned char)byte & 0xc0) == 0x80;
}

#endif
