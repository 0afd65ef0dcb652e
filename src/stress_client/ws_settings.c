#include "stress_client/ws_settings.h"

#include "lib/mem.h"
#include "stress_client/header_list.h"
#include "stress_client/url_item.h"
#include "wire/http1_url.h"

#include <stdlib.h>
#include <string.h>

/* OpenSSL wants an IPv6 address without its brackets. */
static char *bare_host(const char *host)
{
	if (host[0] != '[')
		return mem_text(host);
	return mem_text_n(host + 1, strlen(host) - 2);
}

static int init_target(struct ws_target *target, const char *text,
    const struct ws_settings *settings, const struct text_list *headers,
    struct err *err)
{
	struct http1_url url;
	char host[sizeof url.authority];

	if (http1_url_parse(&url, text, err) < 0)
		return -1;
	int result = 0;
	if (strcmp(url.scheme, "ws") != 0 && strcmp(url.scheme, "wss") != 0)
		result = err_set(err,
		    "%s: this driver wants ws:// or wss:// (--driver chooses "
		    "another)",
		    text);
	else
		result = address_resolve(&target->address, url.authority, err);
	http1_url_host(&url, host);
	target->secure = strcmp(url.scheme, "wss") == 0;
	target->host = bare_host(url.host);
	target->host_header = mem_text(host);
	target->path = url.target;
	target->protocol = settings->subprotocol;
	target->headers = (const char *const *)headers->items;
	target->header_count = headers->count;
	target->message_max = settings->message_max;
	return result;
}

int ws_targets_init(struct ws_targets *targets, const struct text_list *urls,
    const struct ws_settings *settings, struct err *err)
{
	double sum = 0;
	bool secure = false;

	if (urls->count == 0)
		return err_set(err, "no server is named; give --url "
		                    "ws://HOST:PORT/PATH");
	if (settings->reconnect_max_ns < settings->reconnect_min_ns)
		return err_set(err, "--reconnect-max is less than "
		                    "--reconnect-min");
	if (header_list_read(&targets->headers, &settings->headers, err) < 0)
		return -1;
	for (size_t i = 0; i < targets->headers.count; i++)
		if (websocket_check_header(targets->headers.items[i], err) < 0)
			return -1;
	targets->all = mem_new(urls->count, sizeof *targets->all);
	targets->until = mem_new(urls->count, sizeof *targets->until);
	for (size_t i = 0; i < urls->count; i++) {
		double weight;
		char *url = url_item_split(urls->items[i], &weight, err);
		if (!url)
			return -1;
		targets->count++;
		int result = init_target(&targets->all[i], url, settings,
		    &targets->headers, err);
		free(url);
		if (result < 0)
			return -1;
		targets->until[i] = sum += weight > 0 ? weight : 1;
		secure |= targets->all[i].secure;
	}
	if (!secure)
		return 0;
	targets->tls = tls_setup_new(settings->cacert, settings->insecure, err);
	for (size_t i = 0; i < targets->count; i++)
		targets->all[i].tls =
		    targets->all[i].secure ? targets->tls : NULL;
	return targets->tls ? 0 : -1;
}

void ws_targets_release(struct ws_targets *targets)
{
	for (size_t i = 0; i < targets->count; i++) {
		free(targets->all[i].host);
		free(targets->all[i].host_header);
		free(targets->all[i].path);
	}
	header_list_release(&targets->headers);
	free(targets->all);
	free(targets->until);
	tls_setup_free(targets->tls);
	*targets = (struct ws_targets){ 0 };
}

const struct ws_target *ws_targets_choose(const struct ws_targets *targets,
    uint64_t number)
{
	/* Steps of the golden ratio fill the circle evenly, however many
	 * clients there are. */
	double place = (double)number * 0.6180339887498949;
	double total = targets->until[targets->count - 1];
	size_t i = 0;

	place = (place - (double)(uint64_t)place) * total;
	while (i + 1 < targets->count && targets->until[i] <= place)
		i++;
	return &targets->all[i];
}
