/* span.h - bytes that are being read from the front. Private to wire. */
#ifndef WIRE_SPAN_H
#define WIRE_SPAN_H

#include <stddef.h>
#include <stdint.h>

struct span {
	const uint8_t *at;
	size_t left;
};

/* The next `length` bytes, and past them; NULL when there are not so many. */
static inline const uint8_t *span_take(struct span *span, uint64_t length)
{
	if (length > span->left)
		return NULL;
	const uint8_t *bytes = span->at;
	span->at += length;
	span->left -= (size_t)length;
	return bytes;
}

#endif
