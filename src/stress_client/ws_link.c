#include "stress_client/ws_link.h"

#include "stress_client/driver.h"
#include "stress_client/ws_link_io.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>

/* Frames up to this length are made on the stack. */
#define SMALL 512

/* A peer that has not taken so much, apart from the message that came last,
 * counts as stuck. */
#define OUT_MAX ((size_t)1 << 20)

/* Reads at once: then it is the turn of the others, and of their time-outs,
 * however much more a peer has to say. */
#define READS_MOST 16

int ws_fail(struct ws_failure *failure, const char *reason, const char *detail)
{
	failure->reason = reason;
	snprintf(failure->detail, sizeof failure->detail, "%.*s",
	    (int)sizeof failure->detail - 1, detail);
	return -1;
}

const char *ws_reason(int error)
{
	if (error == ECANCELED)
		return "interrupted";
	return error == EPROTO ? "tls error" : net_reason(error);
}

void ws_link_release(struct ws_link *link)
{
	tls_free(link->tls);
	link->tls = NULL;
	conn_close(&link->conn);
	websocket_reader_release(&link->reader);
	buf_release(&link->out);
	link->pong.waits = false;
	link->up = false;
}

static void go_down(struct ws_link *link, const char *reason,
    const char *detail)
{
	struct ws_failure failure;
	if (!link->up)
		return;
	ws_link_release(link);
	ws_fail(&failure, reason, detail);
	link->handlers->down(link, &failure);
}

/* Bytes */

ssize_t ws_link_receive(struct ws_link *link, void *to, size_t size,
    struct err *err)
{
	ssize_t got = link->tls ? tls_read(link->tls, to, size, err)
	                        : recv(link->conn.watch.fd, to, size, 0);
	if (got > 0)
		link->bytes_received += (uint64_t)got;
	return got;
}

ssize_t ws_link_transmit(struct ws_link *link, const void *from, size_t size,
    struct err *err)
{
	ssize_t sent =
	    link->tls ? tls_write(link->tls, from, size, err)
	              : send(link->conn.watch.fd, from, size, MSG_NOSIGNAL);
	if (sent > 0)
		link->bytes_sent += (uint64_t)sent;
	return sent;
}

/* As much as the socket takes; how much that was, or -1 when it is broken. */
static ssize_t transmit_some(struct ws_link *link, const uint8_t *from,
    size_t size)
{
	struct err err = { "" };
	size_t done = 0;
	while (done < size) {
		ssize_t sent =
		    ws_link_transmit(link, from + done, size - done, &err);
		if (sent < 0 && errno == EINTR)
			continue;
		if (sent < 0 && errno == EAGAIN)
			break;
		if (sent < 0) {
			go_down(link, ws_reason(errno), err.text);
			return -1;
		}
		done += (size_t)sent;
	}
	return (ssize_t)done;
}

static void hear(struct watch *watch, uint32_t events);

static void listen_for(struct ws_link *link, uint32_t events)
{
	if (watch_listen(&link->conn.watch, events, hear) < 0)
		go_down(link, net_reason(errno), "");
}

/* Behind what is still to be sent, if there is any. */
static void put(struct ws_link *link, const uint8_t *bytes, size_t length)
{
	bool behind = link->out.length > 0;
	ssize_t sent = behind ? 0 : transmit_some(link, bytes, length);
	if (sent < 0 || (size_t)sent == length)
		return;
	bool is_control = bytes[0] & 0x08; /* they are short and few */
	if (link->out.length > OUT_MAX && !is_control)
		go_down(link, "request timed out",
		    "the server takes nothing any more");
	else if (buf_add(&link->out, bytes + sent, length - (size_t)sent) < 0)
		go_down(link, "out of memory", "");
	else if (!behind)
		listen_for(link, EPOLLIN | EPOLLOUT);
}

void ws_link_send(struct ws_link *link, enum websocket_opcode opcode,
    const void *payload, size_t length)
{
	uint8_t small[WEBSOCKET_HEAD + SMALL], *frame = small;
	uint64_t random = rng_next(link->rng);
	uint8_t mask[4];

	if (!link->up)
		return;
	memcpy(mask, &random, sizeof mask);
	if (length > SMALL)
		frame = malloc(WEBSOCKET_HEAD + length);
	if (!frame) {
		go_down(link, "out of memory", "");
		return;
	}
	size_t head =
	    websocket_head(frame, WEBSOCKET_FIN | opcode, mask, length);
	websocket_mask(frame + head, payload, length, mask, 0);
	put(link, frame, head + length);
	if (frame != small)
		free(frame);
}

static void send_close(struct ws_link *link, unsigned code)
{
	const uint8_t bytes[2] = { (uint8_t)(code >> 8), (uint8_t)code };
	ws_link_send(link, WEBSOCKET_CLOSE, bytes,
	    code == WEBSOCKET_NO_CODE ? 0 : sizeof bytes);
}

void ws_link_close(struct ws_link *link, unsigned code)
{
	if (link->up)
		send_close(link, code);
	ws_link_release(link);
}

/* Messages */

static void take_close(struct ws_link *link,
    const struct websocket_message *message)
{
	char detail[WEBSOCKET_CONTROL + 40];
	if (message->code == WEBSOCKET_NO_CODE)
		snprintf(detail, sizeof detail, "closed without a code");
	else
		snprintf(detail, sizeof detail, "close code %u %.*s",
		    message->code, (int)message->length, message->data);
	send_close(link, message->code);
	go_down(link, "closed by peer", detail);
}

/* Only the newest ping needs an answer (RFC 6455, section 5.5.3): while
 * anything is still to be sent one pong waits for that, however many pings
 * come. */
static void send_pong(struct ws_link *link, const void *bytes, size_t length)
{
	link->pong.waits = link->out.length > 0;
	if (link->pong.waits) {
		memcpy(link->pong.bytes, bytes, length);
		link->pong.length = (uint8_t)length;
		return;
	}
	ws_link_send(link, WEBSOCKET_PONG, bytes, length);
}

static void flush(struct ws_link *link)
{
	ssize_t sent = transmit_some(link, link->out.data, link->out.length);
	if (sent < 0)
		return;
	buf_drop(&link->out, (size_t)sent);
	if (link->out.length == 0 && link->pong.waits)
		send_pong(link, link->pong.bytes, link->pong.length);
	if (!link->up || link->out.length > 0)
		return;
	buf_release(&link->out);
	listen_for(link, EPOLLIN);
	if (link->up && link->handlers->sent)
		link->handlers->sent(link);
}

static void take_message(struct ws_link *link,
    const struct websocket_message *message)
{
	if (message->type == WEBSOCKET_CLOSE)
		take_close(link, message);
	else if (message->type == WEBSOCKET_PING)
		send_pong(link, message->data, message->length);
	else
		link->handlers->message(link, message);
}

static void break_off(struct ws_link *link)
{
	const char *fault = link->reader.fault;
	send_close(link, link->reader.close);
	go_down(link, "bad reply", fault);
}

static void take(struct ws_link *link, uint8_t *bytes, size_t length)
{
	enum websocket_progress progress = WEBSOCKET_MESSAGE;
	while (link->up && progress == WEBSOCKET_MESSAGE) {
		struct websocket_message message;
		size_t used = length;
		progress =
		    websocket_read(&link->reader, bytes, &used, &message);
		bytes += used;
		length -= used;
		if (progress == WEBSOCKET_MESSAGE)
			take_message(link, &message);
		else if (progress == WEBSOCKET_BAD)
			break_off(link);
	}
}

/* What there is; a plain socket that gave less than it could has no more for
 * the moment. What is left makes another event: no read leaves a part of a TLS
 * record behind. */
static void take_all(struct ws_link *link)
{
	for (size_t reads = 0; link->up && reads < READS_MOST; reads++) {
		struct err err = { "" };
		ssize_t got =
		    ws_link_receive(link, link->scratch, DRIVER_SCRATCH, &err);
		if (got < 0 && errno == EAGAIN)
			return;
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0) {
			go_down(link,
			    got < 0 ? ws_reason(errno) : "closed by peer",
			    got < 0 ? err.text : "no close frame");
			return;
		}
		take(link, link->scratch, (size_t)got);
		if (!link->tls && (size_t)got < DRIVER_SCRATCH)
			return;
	}
}

static void hear(struct watch *watch, uint32_t events)
{
	struct ws_link *link = (struct ws_link *)watch;
	if (link->out.length > 0)
		flush(link);
	if (link->up && (events & EPOLLIN))
		take_all(link);
}

void ws_link_begin(struct ws_link *link, uint8_t *rest, size_t length)
{
	link->reader =
	    (struct websocket_reader){ .limit = link->target->message_max };
	link->up = true;
	listen_for(link, EPOLLIN);
	take(link, rest, length);
	/* What else was in the same TLS record makes no event any more. */
	if (link->tls)
		take_all(link);
}
