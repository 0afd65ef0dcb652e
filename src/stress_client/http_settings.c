#include "stress_client/http_settings.h"

#include "lib/infile.h"

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
