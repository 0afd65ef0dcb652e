/* address_book.h - addresses that servers have named, resolved once for all
 * threads. */
#ifndef STRESS_CLIENT_ADDRESS_BOOK_H
#define STRESS_CLIENT_ADDRESS_BOOK_H

#include "lib/net.h"

#include <pthread.h>

struct address_book {
	pthread_mutex_t lock;
	struct address **entries; /* each stays where it is */
	size_t count;
};

void address_book_init(struct address_book *book);
void address_book_release(struct address_book *book);

/* Borrowed until the book is released; NULL when it is none or unknown, or the
 * book is full. */
const struct address *address_book_find(struct address_book *book,
    const char *text);

#endif
