#include "lib/http.h"

#include "lib/clock.h"
#include "lib/http_hub.h"
#include "lib/http_reason.h"
#include "lib/mem.h"
#include "lib/net.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

struct http {
	struct http_hub *hub;
	CURL *easy;
	CURLSH *share;                     /* its own connections */
	const struct http_request *latest; /* that `easy` is set up for */
	struct curl_slist *headers;        /* of it */
	struct curl_slist *resolved;
	bool is_signed;
	char error[CURL_ERROR_SIZE];

	/* Of the request under way. */
	const struct http_request *request;
	struct http_answer *answer;
	bool too_large;
};

/* What libcurl calls, on the thread's own stack */

static size_t on_body(char *bytes, size_t one, size_t length, void *user)
{
	(void)one;
	struct http *http = user;
	const struct http_request *request = http->request;
	struct http_answer *answer = http->answer;
	if (request->limit_bytes > 0 &&
	    answer->body_bytes + length > request->limit_bytes) {
		http->too_large = true;
		return 0;
	}
	answer->body_bytes += length;
	size_t room = request->keep_bytes - answer->body.length;
	if (room > 0 &&
	    buf_add(&answer->body, bytes, length < room ? length : room) < 0)
		return 0;
	if (request->see)
		request->see(answer->context, (const uint8_t *)bytes, length);
	return length;
}

static void keep_header(char *out, size_t size, const char *value,
    size_t length)
{
	while (length > 0 && (*value == ' ' || *value == '\t')) {
		value++;
		length--;
	}
	while (length > 0 && strchr(" \t\r\n", value[length - 1]))
		length--;
	if (length >= size)
		length = size - 1;
	memcpy(out, value, length);
	out[length] = '\0';
}

static size_t on_header(char *line, size_t one, size_t length, void *user)
{
	(void)one;
	struct http *http = user;
	const char *wanted = http->request->wanted_header;
	size_t name = wanted ? strlen(wanted) : 0;
	if (name > 0 && length > name && line[name] == ':' &&
	    strncasecmp(line, wanted, name) == 0)
		keep_header(http->answer->header, sizeof http->answer->header,
		    line + name + 1, length - name - 1);
	return length;
}

/* Sessions */

static bool set_text(CURL *easy, CURLoption option, const char *text)
{
	return !text || !curl_easy_setopt(easy, option, text);
}

static bool set_number(CURL *easy, CURLoption option, long number)
{
	return !curl_easy_setopt(easy, option, number);
}

static bool set_general(struct http *http)
{
	CURL *easy = http->easy;
	return set_number(easy, CURLOPT_NOSIGNAL, 1) &&
	       set_number(easy, CURLOPT_TCP_NODELAY, 1) &&
	       set_number(easy, CURLOPT_EXPECT_100_TIMEOUT_MS, 1) &&
	       !curl_easy_setopt(easy, CURLOPT_SHARE, http->share) &&
	       !curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, http->error) &&
	       !curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body) &&
	       !curl_easy_setopt(easy, CURLOPT_WRITEDATA, http);
}

static bool add_to(struct curl_slist **list, const char *text)
{
	struct curl_slist *longer = curl_slist_append(*list, text);
	if (longer)
		*list = longer;
	return longer;
}

static bool set_resolved(struct http *http, const struct http_access *access)
{
	for (size_t i = 0; i < access->resolved_count; i++)
		if (!add_to(&http->resolved, access->resolved[i]))
			return false;
	return !curl_easy_setopt(http->easy, CURLOPT_RESOLVE, http->resolved);
}

static int set_access(struct http *http, const struct http_access *access,
    struct err *err)
{
	CURL *easy = http->easy;
	bool checked = !access->insecure;
	long version = access->only_http1 ? (long)CURL_HTTP_VERSION_1_1
	                                  : (long)CURL_HTTP_VERSION_2TLS;
	/* Without one it would take the environment's. */
	const char *proxy = access->proxy ? access->proxy : "";
	if (set_resolved(http, access) &&
	    set_text(easy, CURLOPT_PROXY, proxy) &&
	    set_text(easy, CURLOPT_SSLCERT, access->cert) &&
	    set_text(easy, CURLOPT_SSLKEY, access->key) &&
	    set_text(easy, CURLOPT_CAINFO, access->cacert) &&
	    set_text(easy, CURLOPT_PROXY_CAINFO, access->cacert) &&
	    set_text(easy, CURLOPT_AWS_SIGV4, access->aws_sigv4) &&
	    set_text(easy, CURLOPT_USERNAME, access->user) &&
	    set_text(easy, CURLOPT_PASSWORD, access->password) &&
	    set_number(easy, CURLOPT_SSL_VERIFYPEER, checked) &&
	    set_number(easy, CURLOPT_SSL_VERIFYHOST, checked ? 2 : 0) &&
	    set_number(easy, CURLOPT_FORBID_REUSE, access->close) &&
	    set_number(easy, CURLOPT_HTTP_VERSION, version))
		return 0;
	return err_set(err,
	    "this libcurl lacks TLS, HTTP/2, proxies or signatures");
}

static void release(void *arg)
{
	struct http *http = arg;
	curl_easy_cleanup(http->easy);
	curl_share_cleanup(http->share);
	curl_slist_free_all(http->headers);
	curl_slist_free_all(http->resolved);
	http_hub_leave(http->hub);
	free(http);
}

struct make {
	const struct http_access *access;
	struct err *err;
	struct http *http;
};

static void make(void *arg)
{
	struct make *make = arg;
	struct http_hub *hub = http_hub_join(make->err);
	if (!hub)
		return;
	struct http *http = mem_new(1, sizeof *http);
	http->hub = hub;
	http->is_signed = make->access->aws_sigv4;
	http->easy = curl_easy_init();
	http->share = curl_share_init();
	if (!http->easy || !http->share ||
	    curl_share_setopt(http->share, CURLSHOPT_SHARE,
	        CURL_LOCK_DATA_CONNECT) ||
	    !set_general(http))
		err_set(make->err, "libcurl cannot make a session");
	else if (set_access(http, make->access, make->err) == 0)
		make->http = http;
	if (!make->http)
		release(http);
}

static void on_large_stack(void (*work)(void *), void *arg)
{
	if (fiber_self())
		fiber_call(work, arg);
	else
		work(arg);
}

struct http *http_new(const struct http_access *access, struct err *err)
{
	struct make arguments = { .access = access, .err = err };
	on_large_stack(make, &arguments);
	return arguments.http;
}

void http_free(struct http *http)
{
	if (http)
		on_large_stack(release, http);
}

/* Setting a request up */

static bool names(const struct http_request *request, const char *name)
{
	size_t length = strlen(name);
	for (size_t i = 0; i < request->header_count; i++) {
		const char *header = request->headers[i];
		if (strncasecmp(header, name, length) == 0 &&
		    header[length] == ':')
			return true;
	}
	return false;
}

/* libcurl adds some of its own to a body, unless it is told not to. Signed
 * they would be missing. */
static bool set_headers(struct http *http, const struct http_request *request)
{
	curl_slist_free_all(http->headers);
	http->headers = NULL;
	for (size_t i = 0; i < request->header_count; i++)
		if (!add_to(&http->headers, request->headers[i]))
			return false;
	if (request->body && !http->is_signed &&
	    ((!names(request, "Content-Type") &&
	         !add_to(&http->headers, "Content-Type:")) ||
	        (!names(request, "Expect") &&
	            !add_to(&http->headers, "Expect:"))))
		return false;
	return !curl_easy_setopt(http->easy, CURLOPT_HTTPHEADER, http->headers);
}

static bool set_body(CURL *easy, const struct http_request *request)
{
	return set_number(easy, CURLOPT_POST, 1) &&
	       !curl_easy_setopt(easy, CURLOPT_POSTFIELDS,
	           request->body ? request->body : "") &&
	       !curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE,
	           (curl_off_t)request->body_length);
}

static bool set_method(CURL *easy, const struct http_request *request)
{
	const char *method = request->method;
	bool head = method && strcmp(method, "HEAD") == 0;
	bool post = request->body || (method && strcmp(method, "POST") == 0);
	if (!set_number(easy, CURLOPT_NOBODY, head))
		return false;
	if (post ? !set_body(easy, request)
	         : !head && !set_number(easy, CURLOPT_HTTPGET, 1))
		return false;
	return !curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, method);
}

static bool prepare(struct http *http, const struct http_request *request)
{
	if (http->latest == request)
		return true;
	http->latest = NULL;
	if (curl_easy_setopt(http->easy, CURLOPT_URL, request->url) ||
	    !set_number(http->easy, CURLOPT_CONNECTTIMEOUT_MS,
	        (long)(request->connect_timeout_ns / NS_PER_MS)) ||
	    !set_method(http->easy, request) || !set_headers(http, request) ||
	    curl_easy_setopt(http->easy, CURLOPT_HEADERFUNCTION,
	        request->wanted_header ? on_header : NULL) ||
	    curl_easy_setopt(http->easy, CURLOPT_HEADERDATA,
	        request->wanted_header ? http : NULL))
		return false;
	http->latest = request;
	return true;
}

/* Fetching */

static void fill_in(struct http *http)
{
	CURL *easy = http->easy;
	struct http_answer *answer = http->answer;
	long status = 0, connects = 0, port = 0, head = 0, request = 0;
	curl_off_t up = 0, down = 0;
	const char *ip = NULL;
	curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
	curl_easy_getinfo(easy, CURLINFO_NUM_CONNECTS, &connects);
	curl_easy_getinfo(easy, CURLINFO_REQUEST_SIZE, &request);
	curl_easy_getinfo(easy, CURLINFO_HEADER_SIZE, &head);
	curl_easy_getinfo(easy, CURLINFO_SIZE_UPLOAD_T, &up);
	curl_easy_getinfo(easy, CURLINFO_SIZE_DOWNLOAD_T, &down);
	curl_easy_getinfo(easy, CURLINFO_PRIMARY_IP, &ip);
	curl_easy_getinfo(easy, CURLINFO_PRIMARY_PORT, &port);
	answer->status = (unsigned)status;
	answer->connects = (unsigned)connects;
	answer->bytes_sent = (uint64_t)(request + up);
	answer->bytes_received = (uint64_t)(head + down);
	if (ip && ip[0])
		snprintf(answer->server, sizeof answer->server,
		    strchr(ip, ':') ? "[%s]:%ld" : "%s:%ld", ip, port);
}

static int fail(struct http *http, const char *reason, const char *detail)
{
	struct http_answer *answer = http->answer;
	answer->reason = reason;
	snprintf(answer->detail, sizeof answer->detail, "%s", detail);
	return -1;
}

static int judge(struct http *http, CURLcode result)
{
	if (result == CURLE_OK)
		return 0;
	if (http->too_large)
		return fail(http, "message too large",
		    "the body is longer than allowed");
	long error = 0;
	curl_easy_getinfo(http->easy, CURLINFO_OS_ERRNO, &error);
	return fail(http, http_reason(result, error, http->error),
	    http->error[0] ? http->error : curl_easy_strerror(result));
}

/* Before the request is sent there is no connection yet. */
static int give_up(struct http *http, int error)
{
	curl_off_t sending_us = 0;
	curl_easy_getinfo(http->easy, CURLINFO_PRETRANSFER_TIME_T, &sending_us);
	if (error != ETIME)
		return fail(http, "interrupted", "");
	return fail(http, net_reason(sending_us > 0 ? ETIME : ETIMEDOUT), "");
}

static void begin(struct http *http, const struct http_request *request,
    struct http_answer *answer)
{
	struct buf body = answer->body;
	body.length = 0;
	*answer =
	    (struct http_answer){ .context = answer->context, .body = body };
	http->request = request;
	http->answer = answer;
	http->too_large = false;
	http->error[0] = '\0';
}

/* Waits until it is done: 0, or an errno when it was taken back. */
static int await(struct http *http, struct transfer *transfer,
    int64_t deadline_ns)
{
	if (transfer->done) {
		/* A server that is quick must not keep the others waiting. */
		fiber_yield();
		return 0;
	}
	transfer->waiting = fiber_self();
	while (!transfer->done) {
		if (fiber_park(deadline_ns) == 0)
			continue;
		int error = errno;
		if (!transfer->done) {
			http_hub_abort(http->hub, transfer);
			return error;
		}
		/* Done just then: takes the wake-up that was for us. */
		fiber_park(deadline_ns);
	}
	return 0;
}

int http_fetch(struct http *http, const struct http_request *request,
    struct http_answer *answer)
{
	struct transfer transfer = { .easy = http->easy };
	int64_t deadline_ns = CLOCK_NEVER;
	if (request->timeout_ns > 0)
		deadline_ns = clock_now_ns() + request->timeout_ns;
	begin(http, request, answer);
	if (!prepare(http, request))
		return fail(http, "out of memory", "");
	http_hub_start(http->hub, &transfer);
	int error = await(http, &transfer, deadline_ns);
	int result =
	    error ? give_up(http, error) : judge(http, transfer.result);
	fill_in(http);
	return result;
}

void http_answer_release(struct http_answer *answer)
{
	buf_release(&answer->body);
}
