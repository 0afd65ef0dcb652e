/* driver_http.c - HTTP/1.1: one request after another to a URL, or to several
 * in turn, over connections that are kept. */
#include "stress_client/driver.h"

#include "stress_client/http_check.h"
#include "stress_client/http_exchange.h"
#include "stress_client/plan.h"

static const struct option rows[] = {
	HTTP_ROWS,
};

static int prepare(struct plan *plan, struct err *err)
{
	struct http_load *http =
	    http_load_new(plan->driver_values, &plan->settings->url, err);

	if (!http)
		return -1;
	plan->driver_state = http;
	plan->servers = http->origin_count;
	plan->descriptors = http->origin_count;
	return 0;
}

static void release(struct plan *plan)
{
	http_load_free(plan->driver_state);
	plan->driver_state = NULL;
}

static int check(struct plan *plan)
{
	return http_check(plan->driver_state);
}

static void open(struct user *user)
{
	user->state = http_client_new(user->plan->driver_state,
	    (uint32_t)rng_next(&user->rng));
}

static void request(struct user *user, struct request *request)
{
	struct http_load *http = user->plan->driver_state;
	struct http_client *client = user->state;
	size_t next = http_mix_next(&http->mix, &client->turn, &user->rng);

	http_exchange(http, client, &http->targets[next], user->scratch,
	    request);
}

static void close(struct user *user)
{
	http_client_free(user->state, user->plan->driver_state);
	user->state = NULL;
}

extern const struct driver driver_http;
const struct driver driver_http = {
	.name = "http",
	.help = "HTTP/1.1: requests to http:// URLs",
	.options = rows,
	.option_count = sizeof rows / sizeof *rows,
	.values_size = sizeof(struct http_settings),
	.prepare = prepare,
	.release = release,
	.check = check,
	.open = open,
	.request = request,
	.close = close,
};
