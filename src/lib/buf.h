/* buf.h - bytes that grow, with a ceiling. */
#ifndef LIB_BUF_H
#define LIB_BUF_H

#include <stddef.h>
#include <stdint.h>

/* {0} is an empty buffer without a ceiling. */
struct buf {
	uint8_t *data; /* owned */
	size_t length, capacity;
	size_t ceiling; /* 0: none */
};

/* Room for `more` bytes behind the end. Returns where they go, or NULL when
 * there is no memory (ENOMEM) or they would pass the ceiling (EMSGSIZE). */
uint8_t *buf_room(struct buf *buf, size_t more);

/* Appends. Returns 0, or -1 as buf_room. */
int buf_add(struct buf *buf, const void *bytes, size_t length);
int buf_add_text(struct buf *buf, const char *text);
int buf_add_format(struct buf *buf, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Drops the first `length` bytes. */
void buf_drop(struct buf *buf, size_t length);

void buf_release(struct buf *buf);

#endif
