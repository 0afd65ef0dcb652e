#include "lib/buf.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BUF_LEAST 64

uint8_t *buf_room(struct buf *buf, size_t more)
{
	if (more > SIZE_MAX - buf->length ||
	    (buf->ceiling && buf->length + more > buf->ceiling)) {
		errno = EMSGSIZE;
		return NULL;
	}
	size_t needed = buf->length + more;
	if (needed > buf->capacity || !buf->data) {
		size_t capacity = buf->capacity ? buf->capacity : BUF_LEAST;
		while (capacity < needed)
			capacity =
			    capacity > SIZE_MAX / 2 ? needed : capacity * 2;
		uint8_t *data = realloc(buf->data, capacity);
		if (!data)
			return NULL;
		buf->data = data;
		buf->capacity = capacity;
	}
	return buf->data + buf->length;
}

int buf_add(struct buf *buf, const void *bytes, size_t length)
{
	uint8_t *to = buf_room(buf, length);
	if (!to)
		return -1;
	if (length)
		memcpy(to, bytes, length);
	buf->length += length;
	return 0;
}

int buf_add_text(struct buf *buf, const char *text)
{
	return buf_add(buf, text, strlen(text));
}

int buf_add_format(struct buf *buf, const char *format, ...)
{
	va_list args, again;
	va_start(args, format);
	va_copy(again, args);
	int length = vsnprintf(NULL, 0, format, args);
	va_end(args);
	uint8_t *to = length < 0 ? NULL : buf_room(buf, (size_t)length + 1);
	if (to) {
		vsnprintf((char *)to, (size_t)length + 1, format, again);
		buf->length += (size_t)length;
	}
	va_end(again);
	return to ? 0 : -1;
}

void buf_drop(struct buf *buf, size_t length)
{
	if (length >= buf->length) {
		buf->length = 0;
		return;
	}
	memmove(buf->data, buf->data + length, buf->length - length);
	buf->length -= length;
}

void buf_release(struct buf *buf)
{
	free(buf->data);
	*buf = (struct buf){ .ceiling = buf->ceiling };
}
