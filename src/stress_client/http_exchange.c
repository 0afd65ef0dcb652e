#include "stress_client/http_exchange.h"

#include "lib/clock.h"
#include "lib/mem.h"
#include "stress_client/http_answer.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct http_client *http_client_new(const struct http_load *http, uint32_t turn)
{
	struct http_client *client = mem_new(1,
	    sizeof *client + http->origin_count * sizeof client->links[0]);
	const struct http_link closed = HTTP_LINK_CLOSED;

	client->turn = turn;
	for (size_t i = 0; i < http->origin_count; i++)
		client->links[i] = closed;
	return client;
}

void http_client_free(struct http_client *client, const struct http_load *http)
{
	for (size_t i = 0; client && i < http->origin_count; i++)
		http_link_close(&client->links[i]);
	free(client);
}

static void take_traffic(struct http_link *link, struct outcome *outcome)
{
	outcome->bytes_sent += link->conn.bytes_sent;
	outcome->bytes_received += link->conn.bytes_received;
	link->conn.bytes_sent = 0;
	link->conn.bytes_received = 0;
}

static void hang_up(struct http_link *link, struct outcome *outcome)
{
	take_traffic(link, outcome);
	http_link_close(link);
}

static const char *reason_for(int error)
{
	return error == ECANCELED ? "interrupted" : net_reason(error);
}

/* Makes sure of a connection. Returns 0, or -1 with the outcome filled in. */
static int get_link(struct http_link *link, const struct address *origin,
    struct request *request)
{
	enum http_link_state state = http_link_look(link);

	if (state == HTTP_LINK_READY)
		return 0;
	if (state != HTTP_LINK_NONE)
		hang_up(link, &request->outcome);
	if (state == HTTP_LINK_LOUD) {
		request->outcome.reason = "bad reply";
		snprintf(request->detail, sizeof request->detail,
		    "bytes came that no request had asked for");
		return -1;
	}
	if (http_link_connect(link, origin) == 0)
		return 0;
	request->outcome.reason = reason_for(errno);
	return -1;
}

/* The server may end an idle connection just when the next request is on its
 * way (RFC 9112, 9.3.1): that is nobody's failure. */
static bool may_repeat(const struct http_load *http,
    const struct http_link *link, const struct http_answer *answer)
{
	return http->repeatable && link->used && answer->received == 0 &&
	       (answer->error == ENODATA || answer->error == ECONNRESET ||
	           answer->error == EPIPE);
}

/* One attempt; true when it is to be repeated. */
static bool attempt(struct http_answer *answer, struct http_link *link,
    const struct address *origin, int64_t begin_ns)
{
	const struct http_load *http = answer->http;
	struct request *request = answer->request;
	const struct buf *bytes = &answer->target->request;
	int64_t connect_by_ns = begin_ns + http->settings->connect_timeout_ns;

	if (connect_by_ns > answer->deadline_ns)
		connect_by_ns = answer->deadline_ns;
	if (get_link(link, origin, request) < 0)
		return false;
	answer->link = link;
	bool is_sent = http_link_send(link, bytes->data, bytes->length,
	                   connect_by_ns, answer->deadline_ns) == 0;
	if (!is_sent && !http_link_is_refused(link)) {
		answer->error = errno;
	} else if (http_answer_read(answer) == 0) {
		answer->keep_alive &= is_sent;
		return false;
	}
	bool again = may_repeat(http, link, answer);
	hang_up(link, &request->outcome);
	if (!again && answer->error)
		request->outcome.reason = reason_for(answer->error);
	return again;
}

/* The answer is whole; what comes after it is not part of its time. */
static void end(struct http_answer *answer, int64_t begin_ns)
{
	struct outcome *outcome = &answer->request->outcome;
	struct http_link *link = answer->link;

	link->used = true;
	take_traffic(link, outcome);
	if (answer->keep_alive &&
	    answer->http->settings->connection != HTTP_CLOSE)
		return;
	outcome->service_us = (clock_now_ns() - begin_ns) / NS_PER_US;
	http_link_part(link);
}

unsigned http_exchange(struct http_load *http, struct http_client *client,
    struct http_target *target, uint8_t *scratch, struct request *request)
{
	struct http_link *link = &client->links[target->origin];
	const struct address *origin = &http->origins[target->origin];
	int64_t begin_ns = request->begin_ns;
	struct http_answer answer = {
		.http = http,
		.target = target,
		.client = client,
		.scratch = scratch,
		.request = request,
		.deadline_ns = begin_ns + http->settings->timeout_ns,
	};

	request->outcome.operation = target->operation;
	request->outcome.server = origin->text;
	if (attempt(&answer, link, origin, begin_ns)) {
		request->outcome.retries++;
		answer.error = 0;
		attempt(&answer, link, origin, begin_ns);
	}
	if (answer.whole)
		end(&answer, begin_ns);
	return answer.whole ? answer.status : 0;
}
