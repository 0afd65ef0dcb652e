/* ws_link_open.c - how a link is made: TCP, TLS, the upgrade; see ws_link.h. */
#include "stress_client/ws_link.h"

#include "stress_client/ws_link_io.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>

/* One try at something, on the thread's own stack. */
struct attempt {
	struct ws_link *link;
	int (*work)(struct attempt *attempt);
	struct buf *buf;
	size_t done;
	int result, error;
	struct err err;
};

static void try(void *arg)
{
	struct attempt *attempt = arg;
	attempt->result = attempt->work(attempt);
	attempt->error = errno;
}

/* Again and again until it does not have to wait. */
static int persist(struct attempt *attempt, uint32_t event, int64_t deadline_ns)
{
	struct ws_link *link = attempt->link;
	for (;;) {
		fiber_call(try, attempt);
		if (attempt->result == 0)
			return 0;
		if (attempt->error == EINTR)
			continue;
		if (attempt->error != EAGAIN)
			break;
		if (link->tls)
			event = tls_wants(link->tls);
		if (watch_wait(&link->conn.watch, event, deadline_ns) < 0) {
			attempt->error = errno;
			break;
		}
	}
	errno = attempt->error;
	return -1;
}

static int try_tls(struct attempt *attempt)
{
	return tls_handshake(attempt->link->tls, &attempt->err);
}

static int try_request(struct attempt *attempt)
{
	while (attempt->done < attempt->buf->length) {
		ssize_t sent = ws_link_transmit(attempt->link,
		    attempt->buf->data + attempt->done,
		    attempt->buf->length - attempt->done, &attempt->err);
		if (sent < 0)
			return -1;
		attempt->done += (size_t)sent;
	}
	return 0;
}

/* Until the head's end is there; `done` is then its length. */
static int try_answer(struct attempt *attempt)
{
	struct buf *buf = attempt->buf;
	while (!(attempt->done = websocket_head_end(buf->data, buf->length))) {
		uint8_t *to = buf_room(buf, 1024);
		if (!to)
			return -1;
		ssize_t got =
		    ws_link_receive(attempt->link, to, 1024, &attempt->err);
		if (got == 0)
			errno = ENODATA;
		if (got <= 0)
			return -1;
		buf->length += (size_t)got;
	}
	return 0;
}

static int failed(struct ws_failure *failure, const struct attempt *attempt)
{
	return ws_fail(failure,
	    attempt->error == EMSGSIZE ? "bad reply"
	                               : ws_reason(attempt->error),
	    attempt->err.text);
}

static int secure(struct ws_link *link, int64_t deadline_ns,
    struct ws_failure *failure)
{
	const struct ws_target *target = link->target;
	struct attempt attempt = { .link = link, .work = try_tls };

	if (!target->tls)
		return 0;
	link->tls = tls_new(target->tls, link->conn.watch.fd, target->host);
	if (!link->tls)
		return ws_fail(failure, "out of memory", "");
	if (persist(&attempt, EPOLLIN, deadline_ns) < 0)
		return failed(failure, &attempt);
	return 0;
}

static int judge(struct ws_failure *failure, enum websocket_answer answer,
    unsigned status, const struct err *err)
{
	static const char *const refusals[] = { "http 400", "http 401",
		"http 403", "http 404", "http 429", "http 500", "http 502",
		"http 503", "http 504" };
	char text[16];

	if (answer == WEBSOCKET_ACCEPTED)
		return 0;
	snprintf(text, sizeof text, "http %u", status);
	for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++)
		if (answer == WEBSOCKET_REFUSED &&
		    strcmp(text, refusals[i]) == 0)
			return ws_fail(failure, refusals[i], err->text);
	return ws_fail(failure, "bad reply", err->text);
}

/* What stands behind the answer's head is the first of the frames. */
static int understand(struct attempt *attempt,
    const struct websocket_offer *offer, struct ws_failure *failure)
{
	struct ws_link *link = attempt->link;
	struct buf *buf = attempt->buf;
	struct err err = { "" };
	unsigned status = 0;
	enum websocket_answer answer = websocket_read_answer(buf->data,
	    attempt->done, offer, &status, &err);
	if (judge(failure, answer, status, &err) < 0)
		return -1;
	ws_link_begin(link, buf->data + attempt->done,
	    buf->length - attempt->done);
	return 0;
}

static int upgrade(struct ws_link *link, int64_t deadline_ns,
    struct ws_failure *failure)
{
	const struct ws_target *target = link->target;
	const uint64_t random[2] = { rng_next(link->rng), rng_next(link->rng) };
	char key[WEBSOCKET_KEY];
	struct websocket_offer offer = {
		.host = target->host_header,
		.path = target->path,
		.key = key,
		.protocol = target->protocol,
		.headers = target->headers,
		.header_count = target->header_count,
	};
	struct buf buf = { 0 };
	struct attempt attempt = { .link = link,
		.work = try_request,
		.buf = &buf };
	int result = -1;

	websocket_key(key, (const uint8_t *)random);
	if (websocket_write_offer(&buf, &offer) < 0) {
		ws_fail(failure, "out of memory", "");
		goto out;
	}
	if (persist(&attempt, EPOLLOUT, deadline_ns) < 0)
		goto broken;
	buf.length = 0;
	buf.ceiling = WEBSOCKET_HANDSHAKE_MAX;
	attempt.work = try_answer;
	if (persist(&attempt, EPOLLIN, deadline_ns) < 0)
		goto broken;
	result = understand(&attempt, &offer, failure);
	goto out;
broken:
	failed(failure, &attempt);
out:
	buf_release(&buf);
	return result;
}

int ws_link_open(struct ws_link *link, int64_t deadline_ns,
    struct ws_failure *failure)
{
	*failure = (struct ws_failure){ 0 };
	if (conn_connect(&link->conn, &link->target->address, deadline_ns) < 0)
		return ws_fail(failure, ws_reason(errno), "");
	if (secure(link, deadline_ns, failure) < 0 ||
	    upgrade(link, deadline_ns, failure) < 0) {
		ws_link_release(link);
		return -1;
	}
	return 0;
}
