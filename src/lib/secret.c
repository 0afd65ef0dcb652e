#define _GNU_SOURCE /* strcasestr */
#include "lib/secret.h"

#include <stddef.h>
#include <string.h>

/* "http://user:password@host/" */
static bool has_user(const char *text)
{
	while ((text = strstr(text, "://"))) {
		text += strlen("://");
		if (text[strcspn(text, "@/?# '\"")] == '@')
			return true;
	}
	return false;
}

bool secret_in(const char *text)
{
	static const char *const words[] = { "token", "secret", "password",
		"authorization", "cookie", "api-key", "api_key", "apikey" };
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (strcasestr(text, words[i]))
			return true;
	return has_user(text);
}
