/* drivers.c - the list of drivers. A new one is a file and a row. */
#include "stress_client/driver.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

extern const struct driver driver_cloudp2p, driver_curl, driver_http,
    driver_null, driver_tonk, driver_ws;

const struct driver *const drivers[] = {
	&driver_cloudp2p,
	&driver_http,
	&driver_curl,
	&driver_null,
	&driver_tonk,
	&driver_ws,
};
const size_t driver_count = sizeof(drivers) / sizeof(*drivers);

const struct driver *driver_find(const char *name, struct err *err)
{
	char known[256];
	size_t length = 0;

	for (size_t i = 0; i < driver_count; i++) {
		if (strcmp(drivers[i]->name, name) == 0)
			return drivers[i];
		length +=
		    (size_t)snprintf(known + length, sizeof(known) - length,
		        "%s%s", i == 0 ? "" : ", ", drivers[i]->name);
	}
	err_set(err, "there is no driver '%s' (there are: %s)", name, known);
	return NULL;
}

/* "http" of "http://...". */
static bool has_scheme(const char *url, const char *scheme)
{
	size_t length = strlen(scheme);
	return strncasecmp(url, scheme, length) == 0 &&
	       strncmp(url + length, "://", 3) == 0;
}

const char *driver_name_for(const struct text_list *urls)
{
	if (urls->count == 0)
		return "cloudp2p";
	const char *first = urls->items[0];
	if (has_scheme(first, "ws") || has_scheme(first, "wss"))
		return "ws";
	for (size_t i = 0; i < urls->count; i++)
		if (!has_scheme(urls->items[i], "http"))
			return "curl";
	return "http";
}

void user_log(const struct user *user, const char *format, ...)
{
	char text[320];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	user->log(user->log_context, text);
}
