/* driver_curl.c - any URL that libcurl speaks: https, HTTP/2, through proxies,
 * with certificates, signed for AWS. What is sent and what is right is said as
 * for driver http. */
#include "stress_client/driver_curl.h"

#include "lib/mem.h"
#include "stress_client/plan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROW(...) OPTION_ROW(struct curl_settings, __VA_ARGS__)

static const struct option rows[] = {
	HTTP_ROWS,
	ROW("proxy", OPTION_TEXT, proxy, .words = "URL",
	    .help = "through which all requests go: http://host:3128, "
	            "socks5h://host:1080"),
	ROW("cacert", OPTION_TEXT, cacert, .words = "FILE",
	    .help = "PEM file with the authorities to trust; default: the "
	            "system's"),
	ROW("insecure", OPTION_FLAG, insecure,
	    .help = "take any certificate from a server"),
	ROW("cert", OPTION_TEXT, cert, .words = "FILE",
	    .help = "PEM file with the clients' own certificate"),
	ROW("key", OPTION_TEXT, key, .words = "FILE",
	    .help = "PEM file with its key; default: the certificate's file"),
	ROW("http1", OPTION_FLAG, http1,
	    .help = "keep to HTTP/1.1 where the server has HTTP/2 too"),
	ROW("aws-sigv4", OPTION_TEXT, aws_sigv4, .words = "aws:amz:REGION:NAME",
	    .help = "sign requests as AWS asks, for the service NAME"),
	ROW("aws-credentials", OPTION_TEXT, aws_credentials, .words = "FILE",
	    .help = "with the keys; default: AWS_ACCESS_KEY_ID and "
	            "AWS_SECRET_ACCESS_KEY of the environment"),
};

/* A virtual client's own. */
struct visitor {
	struct http *http; /* NULL: `err` says why */
	struct http_answer answer;
	uint32_t turn;
	struct err err;
};

/* One request */

static void see(void *context, const uint8_t *bytes, size_t length)
{
	http_hearing_add(context, bytes, length);
}

static void judge(const struct curl_target *target,
    const struct http_hearing *hearing, unsigned status,
    struct request *request)
{
	struct outcome *outcome = &request->outcome;
	/* Where there is no status, an answer that came whole is right. */
	if (!target->is_http)
		status = 200;
	if (status >= HTTP_STATUSES) {
		outcome->reason = "bad reply";
		snprintf(request->detail, sizeof request->detail, "status %u",
		    status);
		return;
	}
	outcome->reason = http_hearing_end(hearing, status, request->detail,
	    sizeof request->detail);
	if (!outcome->reason && http_judge_redirects(status))
		outcome->operation = target->redirected;
}

static const char *name_server(struct curl_plan *plan, const char *header)
{
	const char *name = header[0] ? header : "unnamed";
	return http_names_keep(&plan->names, name, strlen(name), NULL);
}

void curl_ask(struct curl_plan *plan, const struct curl_target *target,
    struct http *http, struct http_answer *answer, struct request *request)
{
	struct outcome *outcome = &request->outcome;
	struct http_hearing hearing;

	outcome->operation = target->operation;
	outcome->server = target->authority;
	if (http_hearing_begin(&hearing, &plan->judge) < 0) {
		outcome->reason = "out of memory";
		return;
	}
	answer->context = &hearing;
	if (http_fetch(http, &target->request, answer) == 0) {
		judge(target, &hearing, answer->status, request);
	} else {
		outcome->reason = answer->reason;
		snprintf(request->detail, sizeof request->detail, "%.159s",
		    answer->detail);
	}
	http_hearing_release(&hearing);
	outcome->bytes_sent = answer->bytes_sent;
	outcome->bytes_received = answer->bytes_received;
	if (answer->status && plan->settings->http.server_header)
		outcome->server = name_server(plan, answer->header);
}

static void request(struct user *user, struct request *request)
{
	struct curl_plan *plan = user->plan->driver_state;
	struct visitor *visitor = user->state;
	size_t next = http_mix_next(&plan->mix, &visitor->turn, &user->rng);

	if (visitor->http) {
		curl_ask(plan, &plan->targets[next], visitor->http,
		    &visitor->answer, request);
		return;
	}
	request->outcome.operation = plan->targets[next].operation;
	request->outcome.reason = "out of memory";
	snprintf(request->detail, sizeof request->detail, "%.159s",
	    visitor->err.text);
}

static void open_user(struct user *user)
{
	const struct curl_plan *plan = user->plan->driver_state;
	struct visitor *visitor = mem_new(1, sizeof *visitor);
	visitor->turn = (uint32_t)rng_next(&user->rng);
	visitor->http = http_new(&plan->access, &visitor->err);
	user->state = visitor;
}

static void close_user(struct user *user)
{
	struct visitor *visitor = user->state;
	http_free(visitor->http);
	http_answer_release(&visitor->answer);
	free(visitor);
	user->state = NULL;
}

/* Before the start */

static void make_target(const struct curl_plan *plan,
    struct curl_target *target, const char *url)
{
	const struct http_settings *http = &plan->settings->http;
	bool has_body = http->body || http->body_file;
	target->authority = http_url_authority(url);
	char *path = http_url_path(url);
	target->operation = http_settings_operation(http, path ? path : "");
	free(path);
	target->redirected = mem_format("%s redirected", target->operation);
	target->is_http = http_url_is_http(url);
	target->request = (struct http_request){
		.url = url,
		.method = target->is_http ? http_settings_method(http) : NULL,
		.headers = plan->headers.items,
		.header_count = plan->headers.count,
		.body = has_body ? (const void *)plan->body.data : NULL,
		.body_length = plan->body.length,
		.wanted_header = http->server_header,
		.timeout_ns = http->timeout_ns,
		.connect_timeout_ns = http->connect_timeout_ns,
		.see = see,
	};
}

static int read_settings(struct curl_plan *own, const struct settings *general,
    struct err *err)
{
	const struct http_settings *http = &own->settings->http;
	if (general->url.count == 0)
		return err_set(err, "driver curl needs --url URL");
	if (http_mix_read(&own->mix, &general->url, err) < 0 ||
	    http_judge_init(&own->judge, http, err) < 0 ||
	    http_settings_body(http, &own->body, err) < 0 ||
	    header_list_read(&own->headers, &http->headers, err) < 0)
		return -1;
	for (size_t i = 0; i < own->mix.count; i++)
		if (http_check_url(own->mix.urls[i], err) < 0)
			return -1;
	/* The server may then close first, and keep the port for a while. */
	if (http->connection == HTTP_CLOSE && !own->settings->aws_sigv4)
		header_list_take(&own->headers, mem_text("Connection: close"));
	return 0;
}

/* A client keeps a connection to each. */
static size_t count_hosts(const struct curl_plan *plan)
{
	size_t count = 0;
	for (size_t i = 0; i < plan->mix.count; i++) {
		const char *host = plan->targets[i].authority;
		size_t earlier = 0;
		while (host && earlier < i &&
		       (!plan->targets[earlier].authority ||
		           strcmp(plan->targets[earlier].authority, host) != 0))
			earlier++;
		count += host && earlier == i;
	}
	return count;
}

static int prepare(struct plan *plan, struct err *err)
{
	struct curl_plan *own = mem_new(1, sizeof *own);
	plan->driver_state = own;
	own->settings = plan->driver_values;
	http_names_init(&own->names);
	if (read_settings(own, plan->settings, err) < 0 ||
	    curl_access_prepare(own, err) < 0)
		return -1;
	own->targets = mem_new(own->mix.count, sizeof *own->targets);
	for (size_t i = 0; i < own->mix.count; i++)
		make_target(own, &own->targets[i], own->mix.urls[i]);
	plan->servers = plan->descriptors = count_hosts(own);

	/* What libcurl refuses is said now. */
	struct http *http = http_new(&own->access, err);
	http_free(http);
	return http ? 0 : -1;
}

static void release(struct plan *plan)
{
	struct curl_plan *own = plan->driver_state;
	if (!own)
		return;
	for (size_t i = 0; own->targets && i < own->mix.count; i++) {
		free(own->targets[i].authority);
		free(own->targets[i].operation);
		free(own->targets[i].redirected);
	}
	free(own->targets);
	http_mix_release(&own->mix);
	http_judge_release(&own->judge);
	http_names_release(&own->names);
	buf_release(&own->body);
	curl_access_release(own);
	free(own);
	plan->driver_state = NULL;
}

extern const struct driver driver_curl;
const struct driver driver_curl = {
	.name = "curl",
	.help = "Driver curl: any URL that libcurl speaks",
	.options = rows,
	.option_count = sizeof rows / sizeof *rows,
	.values_size = sizeof(struct curl_settings),
	.prepare = prepare,
	.release = release,
	.check = curl_check,
	.open = open_user,
	.request = request,
	.close = close_user,
};
