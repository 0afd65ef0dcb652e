#include "stress_client/http_names.h"

#include "lib/mem.h"
#include "lib/printable.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define NAME_BYTES 64

void http_names_init(struct http_names *names)
{
	*names = (struct http_names){ 0 };
	pthread_mutex_init(&names->lock, NULL);
}

void http_names_release(struct http_names *names)
{
	for (size_t i = 0; i < names->count; i++)
		free(names->names[i]);
	pthread_mutex_destroy(&names->lock);
}

static bool is(const char *name, const char *text, size_t length)
{
	return strncmp(name, text, length) == 0 && name[length] == '\0';
}

static const char *keep(struct http_names *names, const char *text)
{
	for (size_t i = 0; i < names->count; i++)
		if (strcmp(names->names[i], text) == 0)
			return names->names[i];
	if (names->count == HTTP_NAMES_MAX)
		return "others";
	return names->names[names->count++] = mem_text(text);
}

const char *http_names_keep(struct http_names *names, const char *text,
    size_t length, const char *last)
{
	if (length > NAME_BYTES)
		length = NAME_BYTES;
	if (last && is(last, text, length))
		return last;
	char shown[NAME_BYTES + 1];
	memcpy(shown, text, length);
	shown[length] = '\0';
	printable(shown);
	pthread_mutex_lock(&names->lock);
	const char *name = keep(names, shown);
	pthread_mutex_unlock(&names->lock);
	return name;
}
