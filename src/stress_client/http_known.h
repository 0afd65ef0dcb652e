/* http_known.h - answers that were right and may come again byte by byte, but
 * for the date: they are recognised without being parsed once more. */
#ifndef STRESS_CLIENT_HTTP_KNOWN_H
#define STRESS_CLIENT_HTTP_KNOWN_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One of them. It never changes, so that all threads may look at it. */
struct http_known {
	const struct http_known *next;
	const char *server;    /* who answered; borrowed */
	const char *operation; /* what it counts as; borrowed */
	bool keep_alive;
	unsigned status;
	uint64_t body_length; /* of which `bytes` may have none, or all */
	size_t head;
	size_t date;   /* where the date's value begins; 0: none */
	size_t length; /* of `bytes`: the head, and the body where that counts
	                */
	char bytes[];
};

/* {.first = NULL} is empty. Few are kept: what always differs is not worth it.
 */
struct http_known_list {
	_Atomic(const struct http_known *) first;
	atomic_size_t count;
};

/* Whether there is room for more. */
bool http_known_wanted(const struct http_known_list *list);

/* A copy of `like` with these bytes, whose first like->head are the head; NULL
 * without memory. Add it or free it. */
struct http_known *http_known_new(const struct http_known *like,
    const char *bytes, size_t length);
void http_known_add(struct http_known_list *list, struct http_known *known);

/* The one that was added last, as a guess at what will come; or NULL. */
const struct http_known *http_known_last(const struct http_known_list *list);

/* The one with which these bytes begin; NULL when there is none. */
const struct http_known *http_known_find(const struct http_known_list *list,
    const char *bytes, size_t length);

void http_known_release(struct http_known_list *list);

#endif
