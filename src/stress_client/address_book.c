#include "stress_client/address_book.h"

#include "lib/mem.h"

#include <stdlib.h>
#include <string.h>

/* Servers may name as many addresses as they like; we remember so many. */
#define BOOK_MAX 256

void address_book_init(struct address_book *book)
{
	*book = (struct address_book){ 0 };
	pthread_mutex_init(&book->lock, NULL);
}

void address_book_release(struct address_book *book)
{
	for (size_t i = 0; i < book->count; i++)
		free(book->entries[i]);
	free(book->entries);
	pthread_mutex_destroy(&book->lock);
}

static const struct address *look(const struct address_book *book,
    const char *text)
{
	for (size_t i = 0; i < book->count; i++) {
		if (strcmp(book->entries[i]->text, text) == 0)
			return book->entries[i];
	}
	return NULL;
}

static const struct address *add(struct address_book *book, const char *text)
{
	struct address *address = mem_new(1, sizeof(*address));

	if (book->count == BOOK_MAX ||
	    address_resolve(address, text, NULL) == -1) {
		free(address);
		return NULL;
	}
	book->entries =
	    mem_resize(book->entries, book->count + 1, sizeof(*book->entries));
	book->entries[book->count++] = address;
	return address;
}

const struct address *address_book_find(struct address_book *book,
    const char *text)
{
	const struct address *address;

	pthread_mutex_lock(&book->lock);
	address = look(book, text);
	if (address == NULL)
		address = add(book, text);
	pthread_mutex_unlock(&book->lock);
	return address;
}
