#include "wire/http1_request.h"

#include "wire/http1_chars.h"

#include <string.h>
#include <strings.h>

/* What we say ourselves, so that it is true. */
static const char *const ours[] = { "Content-Length", "Transfer-Encoding",
	"Connection", "Expect", "Upgrade", "TE", "Trailer" };

static bool is_token(const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if (!http1_is_token(text[i]))
			return false;
	return length > 0;
}

bool http1_field_is(const char *field, const char *name)
{
	size_t length = strlen(name);
	return strncasecmp(field, name, length) == 0 && field[length] == ':';
}

int http1_field_check(const char *field, struct err *err)
{
	size_t name = strcspn(field, ":");
	if (field[name] != ':' || !is_token(field, name))
		return err_set(err, "'%.*s': a header is 'Name: value'",
		    (int)(name < 80 ? name : 80), field);
	for (const char *at = field; *at; at++)
		if (!http1_is_text(*at))
			return err_set(err,
			    "'%.*s': a header has no control characters",
			    (int)name, field);
	for (size_t i = 0; i < sizeof ours / sizeof *ours; i++)
		if (http1_field_is(field, ours[i]))
			return err_set(err,
			    "the header %s is not yours to give; it follows "
			    "from what is sent",
			    ours[i]);
	return 0;
}

static int check(const struct http1_request *request, struct err *err)
{
	if (!is_token(request->method, strlen(request->method)) ||
	    strcasecmp(request->method, "CONNECT") == 0)
		return err_set(err, "'%.40s' is no method such as GET",
		    request->method);
	for (size_t i = 0; i < request->field_count; i++)
		if (http1_field_check(request->fields[i], err) < 0)
			return -1;
	return 0;
}

static bool has_field(const struct http1_request *request, const char *name)
{
	for (size_t i = 0; i < request->field_count; i++)
		if (http1_field_is(request->fields[i], name))
			return true;
	return false;
}

static bool means_body(const char *method)
{
	return strcmp(method, "POST") == 0 || strcmp(method, "PUT") == 0 ||
	       strcmp(method, "PATCH") == 0;
}

static int add_head(struct buf *to, const struct http1_request *request)
{
	char host[sizeof request->url->authority];
	int failed = 0;

	http1_url_host(request->url, host);
	failed |= buf_add_format(to, "%s %s HTTP/1.1\r\n", request->method,
	    request->url->target);
	if (!has_field(request, "Host"))
		failed |= buf_add_format(to, "Host: %s\r\n", host);
	if (!has_field(request, "User-Agent"))
		failed |= buf_add_text(to,
		    "User-Agent: ringstorm/" RINGSTORM_VERSION "\r\n");
	for (size_t i = 0; i < request->field_count; i++)
		failed |= buf_add_format(to, "%s\r\n", request->fields[i]);
	if (request->body_length > 0 || means_body(request->method))
		failed |= buf_add_format(to, "Content-Length: %zu\r\n",
		    request->body_length);
	if (request->close)
		failed |= buf_add_text(to, "Connection: close\r\n");
	return failed | buf_add_text(to, "\r\n");
}

int http1_request_build(struct buf *to, const struct http1_request *request,
    struct err *err)
{
	if (check(request, err) < 0)
		return -1;
	if (add_head(to, request) != 0 ||
	    buf_add(to, request->body, request->body_length) < 0)
		return err_system(err, "cannot hold the request");
	return 0;
}
