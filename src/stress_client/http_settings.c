#include "stress_client/http_settings.h"

#include "lib/infile.h"
#include "lib/mem.h"

#include <string.h>

/* What of a path is part of an operation's name. */
#define PATH_SHOWN 48

/* Every request carries it. */
#define BODY_MAX ((size_t)1 << 30)

int http_settings_body(const struct http_settings *settings, struct buf *body,
    struct err *err)
{
	if (settings->body && settings->body_file)
		return err_set(err, "--body and --body-file are both given; "
		                    "leave one out");
	if (settings->body && buf_add_text(body, settings->body) < 0)
		return err_system(err, "cannot hold the body");
	if (!settings->body_file)
		return 0;
	body->ceiling = BODY_MAX;
	if (infile_read(body, settings->body_file) < 0)
		return err_system(err, "cannot read the body %s",
		    settings->body_file);
	return 0;
}

const char *http_settings_method(const struct http_settings *settings)
{
	if (settings->method)
		return settings->method;
	return settings->body || settings->body_file ? "POST" : "GET";
}

/* The query is left out: it would make too many names. */
char *http_settings_operation(const struct http_settings *settings,
    const char *target)
{
	size_t path = strcspn(target, "?");
	const char *more = path > PATH_SHOWN ? "..." : "";
	return mem_format("%s %.*s%s", http_settings_method(settings),
	    (int)(path > PATH_SHOWN ? PATH_SHOWN : path), target, more);
}
