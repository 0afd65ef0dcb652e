#include "stress_client/http_load.h"

#include "lib/mem.h"
#include "stress_client/header_list.h"
#include "wire/http1_request.h"

#include <netdb.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

/* A name may stand for several addresses; the load goes to one of them. */
static void tell_of_others(const struct http1_url *url,
    const struct address *address)
{
	const struct addrinfo hints = { .ai_socktype = SOCK_STREAM };
	struct addrinfo *all = NULL;
	size_t count = 0;
	char chosen[INET6_ADDRSTRLEN];

	if (url->host[0] == '[' ||
	    getaddrinfo(url->host, NULL, &hints, &all) != 0)
		return;
	for (struct addrinfo *one = all; one; one = one->ai_next)
		count++;
	freeaddrinfo(all);
	if (count > 1 && getnameinfo((const struct sockaddr *)&address->socket,
	                     address->length, chosen, sizeof chosen, NULL, 0,
	                     NI_NUMERICHOST) == 0)
		err_warn("%s has %zu addresses; all requests go to %s",
		    url->host, count, chosen);
}

static int find_origin(struct http_load *http, const struct http1_url *url,
    size_t *origin, struct err *err)
{
	for (size_t i = 0; i < http->origin_count; i++) {
		*origin = i;
		if (strcmp(http->origins[i].text, url->authority) == 0)
			return 0;
	}
	*origin = http->origin_count;
	struct address *address = &http->origins[*origin];
	if (address_resolve(address, url->authority, err) < 0)
		return -1;
	http->origin_count++;
	tell_of_others(url, address);
	return 0;
}

static int make_target(struct http_load *http, struct http_target *target,
    const struct http1_url *url, struct err *err)
{
	const struct http_settings *settings = http->settings;
	struct http1_request request = {
		.method = http_settings_method(settings),
		.url = url,
		.fields = http->headers.items,
		.field_count = http->headers.count,
		.body = http->body.data,
		.body_length = http->body.length,
		.close = settings->connection == HTTP_CLOSE,
	};
	if (strcmp(url->scheme, "http") != 0)
		return err_set(err,
		    "%s: the driver http speaks http:// only; without "
		    "--driver the right one is chosen",
		    target->url);
	target->operation = http_settings_operation(settings, url->target);
	target->redirected = mem_format("%s redirected", target->operation);
	if (find_origin(http, url, &target->origin, err) < 0)
		return -1;
	return http1_request_build(&target->request, &request, err);
}

static int make_targets(struct http_load *http, struct err *err)
{
	size_t count = http->mix.count;
	http->targets = mem_new(count, sizeof *http->targets);
	http->origins = mem_new(count, sizeof *http->origins);
	for (size_t i = 0; i < count; i++) {
		struct http_target *target = &http->targets[i];
		struct http1_url url;
		target->url = http->mix.urls[i];
		if (http1_url_parse(&url, target->url, err) < 0)
			return -1;
		int result = make_target(http, target, &url, err);
		http1_url_release(&url);
		if (result < 0)
			return -1;
	}
	return 0;
}

static bool is_repeatable(const char *method)
{
	static const char *const methods[] = { "GET", "HEAD", "PUT", "DELETE",
		"OPTIONS", "TRACE" };
	for (size_t i = 0; i < sizeof methods / sizeof *methods; i++)
		if (strcmp(methods[i], method) == 0)
			return true;
	return false;
}

struct http_load *http_load_new(const struct http_settings *settings,
    const struct text_list *urls, struct err *err)
{
	struct http_load *http = mem_new(1, sizeof *http);
	const char *method = http_settings_method(settings);

	http->settings = settings;
	http->to_head = strcmp(method, "HEAD") == 0;
	http->repeatable = is_repeatable(method);
	http_names_init(&http->names);
	if (urls->count == 0) {
		err_set(err, "no URL is given; name one with --url http://...");
		goto failed;
	}
	if (http_judge_init(&http->judge, settings, err) < 0 ||
	    http_settings_body(settings, &http->body, err) < 0 ||
	    header_list_read(&http->headers, &settings->headers, err) < 0 ||
	    http_mix_read(&http->mix, urls, err) < 0 ||
	    make_targets(http, err) < 0)
		goto failed;
	return http;
failed:
	http_load_free(http);
	return NULL;
}

void http_load_free(struct http_load *http)
{
	if (!http)
		return;
	for (size_t i = 0; http->targets && i < http->mix.count; i++) {
		struct http_target *target = &http->targets[i];
		http_known_release(&target->known);
		buf_release(&target->request);
		free(target->operation);
		free(target->redirected);
	}
	free(http->targets);
	free(http->origins);
	http_mix_release(&http->mix);
	http_judge_release(&http->judge);
	http_names_release(&http->names);
	header_list_release(&http->headers);
	buf_release(&http->body);
	free(http);
}
