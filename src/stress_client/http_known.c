#define _GNU_SOURCE /* memmem */
#include "stress_client/http_known.h"

#include <stdlib.h>
#include <string.h>

#define KNOWN_MAX 8

/* "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110, 5.6.7) */
#define DATE_BYTES 29

static const char date_field[] = "\r\nDate: ";

/* Where the value of the head's date begins, if it is of the usual form. */
static size_t find_date(const char *bytes, size_t head)
{
	const size_t name = sizeof date_field - 1;
	const char *field = memmem(bytes, head, date_field, name);
	if (!field)
		return 0;
	size_t at = (size_t)(field - bytes) + name;
	bool fits = at + DATE_BYTES + 2 <= head &&
	            memcmp(bytes + at + DATE_BYTES, "\r\n", 2) == 0;
	return fits ? at : 0;
}

bool http_known_wanted(const struct http_known_list *list)
{
	return atomic_load_explicit(&list->count, memory_order_relaxed) <
	       KNOWN_MAX;
}

struct http_known *http_known_new(const struct http_known *like,
    const char *bytes, size_t length)
{
	struct http_known *known = malloc(sizeof *known + length);
	if (!known)
		return NULL;
	*known = *like;
	known->date = find_date(bytes, like->head);
	known->length = length;
	memcpy(known->bytes, bytes, length);
	return known;
}

void http_known_add(struct http_known_list *list, struct http_known *known)
{
	atomic_fetch_add(&list->count, 1);
	known->next = atomic_load(&list->first);
	while (!atomic_compare_exchange_weak(&list->first, &known->next, known))
		continue;
}

/* Not 0 when one of eight bytes is none that can be printed: with the addition
 * the highest bit of 0x7f is set, with the subtraction that of what is below a
 * blank, and of others neither sets it. */
static uint64_t unprintable(const char *at)
{
	uint64_t bytes;
	memcpy(&bytes, at, sizeof bytes);
	return (bytes | (bytes + UINT64_C(0x0101010101010101)) |
	           (bytes - UINT64_C(0x2020202020202020))) &
	       UINT64_C(0x8080808080808080);
}

/* Whatever the date is, it may not end the line. */
static bool is_date(const char *at)
{
	return (unprintable(at) | unprintable(at + 8) | unprintable(at + 16) |
	           unprintable(at + DATE_BYTES - 8)) == 0;
}

static bool begins_with(const struct http_known *known, const char *bytes)
{
	size_t date = known->date, behind = date + DATE_BYTES;
	if (date == 0)
		return memcmp(bytes, known->bytes, known->length) == 0;
	return memcmp(bytes, known->bytes, date) == 0 &&
	       memcmp(bytes + behind, known->bytes + behind,
	           known->length - behind) == 0 &&
	       is_date(bytes + date);
}

const struct http_known *http_known_last(const struct http_known_list *list)
{
	return atomic_load_explicit(&list->first, memory_order_acquire);
}

const struct http_known *http_known_find(const struct http_known_list *list,
    const char *bytes, size_t length)
{
	const struct http_known *known = http_known_last(list);
	while (known && (length < known->length || !begins_with(known, bytes)))
		known = known->next;
	return known;
}

void http_known_release(struct http_known_list *list)
{
	const struct http_known *known = atomic_load(&list->first);
	while (known) {
		const struct http_known *next = known->next;
		free((void *)(uintptr_t)known);
		known = next;
	}
}
