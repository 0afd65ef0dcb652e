/* http_names.h - the names that servers give themselves, each kept once. A
 * service that gives every answer another one does not fill our memory. */
#ifndef STRESS_CLIENT_HTTP_NAMES_H
#define STRESS_CLIENT_HTTP_NAMES_H

#include <pthread.h>
#include <stddef.h>

#define HTTP_NAMES_MAX 256

struct http_names {
	pthread_mutex_t lock;
	char *names[HTTP_NAMES_MAX];
	size_t count;
};

void http_names_init(struct http_names *names);
void http_names_release(struct http_names *names);

/* The name, fit for a terminal, or as much of it as is kept; "others" once
 * there are too many. `last` is what the caller got before: mostly it is the
 * same. Borrowed. */
const char *http_names_keep(struct http_names *names, const char *text,
    size_t length, const char *last);

#endif
