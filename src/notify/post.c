#include "notify/post.h"

#include "lib/buf.h"
#include "lib/clock.h"
#include "lib/fiber.h"
#include "lib/http.h"
#include "lib/rng.h"
#include "lib/unit.h"

#include <stdlib.h>

#define ASKED_WAIT_MAX_NS (300 * NS_PER_SECOND)
#define REPLY_BYTES       200

enum verdict { POST_TAKEN, POST_AGAIN, POST_REFUSED };

static enum verdict judge(const struct http_answer *answer)
{
	unsigned status = answer->status;
	if (answer->reason || status == 408 || status == 429 || status >= 500)
		return POST_AGAIN;
	return status >= 200 && status < 300 ? POST_TAKEN : POST_REFUSED;
}

/* Twice as long each time, and up to a quarter more, so that many who failed
 * together do not come back together; longer where Retry-After says so. */
static int64_t wait_ns(const struct settings *settings, uint64_t attempt,
    const struct http_answer *answer, struct rng *rng)
{
	int64_t wait = settings->backoff_ns << (attempt - 1);
	long asked = strtol(answer->header, NULL, 10);
	wait += (int64_t)(rng_unit(rng) * (double)wait / 4);
	if (asked < 0)
		return wait;
	int64_t asked_ns = asked > ASKED_WAIT_MAX_NS / NS_PER_SECOND
	                       ? ASKED_WAIT_MAX_NS
	                       : asked * NS_PER_SECOND;
	return asked_ns > wait ? asked_ns : wait;
}

static void tell(struct post *post, const char *host,
    const struct http_answer *answer)
{
	if (answer->reason)
		err_set(&post->err, "%s: %s", host, answer->reason);
	else if (answer->status >= 300 && answer->status < 400)
		err_set(&post->err,
		    "%s answers %u, a redirect, which is not followed; set "
		    "NOTIFY_URL to where it leads",
		    host, answer->status);
	else
		err_set(&post->err, "%s answers %u%s%.*s", host, answer->status,
		    answer->body.length ? ": " : "", (int)answer->body.length,
		    (const char *)answer->body.data);
}

static void deliver(struct post *post, struct http *http, const char *host)
{
	const struct settings *settings = post->settings;
	char type[] = "Content-Type: application/json; charset=utf-8";
	char *headers[] = { type };
	struct http_request request = {
		.url = settings->url,
		.headers = headers,
		.header_count = 1,
		.body = post->body->data,
		.body_length = post->body->length,
		.wanted_header = "Retry-After",
		.timeout_ns = settings->timeout_ns,
		.connect_timeout_ns = settings->timeout_ns,
		.keep_bytes = REPLY_BYTES,
	};
	struct http_answer answer = { 0 };
	struct rng rng;
	rng_init(&rng, rng_system_seed(), 0);
	for (uint64_t attempt = 1; attempt <= settings->attempts; attempt++) {
		http_fetch(http, &request, &answer);
		enum verdict verdict = judge(&answer);
		post->taken = verdict == POST_TAKEN;
		if (post->taken)
			break;
		tell(post, host, &answer);
		if (verdict == POST_REFUSED || attempt == settings->attempts)
			break;
		int64_t wait = wait_ns(settings, attempt, &answer, &rng);
		err_warn("%s; trying again in %s", post->err.text,
		    unit_duration((char[UNIT_TEXT]){ 0 }, wait));
		if (fiber_sleep_until(clock_now_ns() + wait) < 0)
			break;
	}
	http_answer_release(&answer);
}

void post_run(void *arg)
{
	struct post *post = arg;
	const struct http_access access = { .proxy = post->settings->proxy,
		.cacert = post->settings->cacert };
	char *host = http_url_authority(post->settings->url);
	struct http *http = http_new(&access, &post->err);
	if (http)
		deliver(post, http, host ? host : "the web hook");
	http_free(http);
	free(host);
}
