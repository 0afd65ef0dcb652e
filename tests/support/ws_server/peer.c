#include "peer.h"

#include "lib/mem.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>

/* Who takes nothing any more is dropped with this much in store for it. */
#define OUT_MAX ((size_t)256 << 20)

static void hear(struct watch *watch, uint32_t events);

void peer_drop(struct peer *peer)
{
	struct server *server = peer->server;
	if (peer->dead)
		return;
	peer->dead = true;
	if (peer->joined)
		relay_leave(peer);
	conn_close(&peer->conn);
	if (peer->previous)
		peer->previous->next = peer->next;
	else
		server->peers = peer->next;
	if (peer->next)
		peer->next->previous = peer->previous;
	peer->next = server->dead;
	server->dead = peer;
	server->open -= peer->upgraded;
	fiber_unpark(server->reaper);
}

void peers_reap(struct server *server)
{
	while (server->dead) {
		struct peer *peer = server->dead;
		server->dead = peer->next;
		websocket_reader_release(&peer->reader);
		buf_release(&peer->head);
		buf_release(&peer->out);
		free(peer);
	}
}

void peer_reset(struct peer *peer)
{
	struct linger linger = { .l_onoff = 1 };
	if (!peer->dead)
		setsockopt(peer->conn.watch.fd, SOL_SOCKET, SO_LINGER, &linger,
		    sizeof linger);
	peer_drop(peer);
}

/* As much as the socket takes; -1 when the peer is gone. */
static ssize_t transmit(struct peer *peer, const uint8_t *from, size_t size)
{
	size_t done = 0;
	while (done < size) {
		ssize_t sent = send(peer->conn.watch.fd, from + done,
		    size - done, MSG_NOSIGNAL);
		if (sent < 0 && errno == EINTR)
			continue;
		if (sent < 0 && errno == EAGAIN)
			break;
		if (sent < 0) {
			peer_drop(peer);
			return -1;
		}
		done += (size_t)sent;
	}
	return (ssize_t)done;
}

void peer_put(struct peer *peer, const void *bytes, size_t length)
{
	if (peer->dead)
		return;
	bool behind = peer->out.length > 0;
	ssize_t sent = behind ? 0 : transmit(peer, bytes, length);
	if (sent < 0 || (size_t)sent == length)
		return;
	peer->out.ceiling = OUT_MAX;
	if (buf_add(&peer->out, (const uint8_t *)bytes + sent,
	        length - (size_t)sent) < 0)
		peer_drop(peer);
	else if (!behind)
		watch_listen(&peer->conn.watch, EPOLLIN | EPOLLOUT, hear);
}

static void flush(struct peer *peer)
{
	ssize_t sent = transmit(peer, peer->out.data, peer->out.length);
	if (sent < 0)
		return;
	buf_drop(&peer->out, (size_t)sent);
	if (peer->out.length > 0)
		return;
	buf_release(&peer->out);
	watch_listen(&peer->conn.watch, EPOLLIN, hear);
}

static void send_frame(struct peer *peer, unsigned first, const void *payload,
    size_t length)
{
	uint8_t small[WEBSOCKET_HEAD + 1024], *frame = small;
	if (length > 1024)
		frame = mem_new(1, WEBSOCKET_HEAD + length);
	size_t head = websocket_head(frame, first, NULL, length);
	if (length > 0)
		memcpy(frame + head, payload, length);
	peer_put(peer, frame, head + length);
	if (frame != small)
		free(frame);
}

void peer_send(struct peer *peer, unsigned first, const void *payload,
    size_t length)
{
	size_t part = peer->server->settings.fragment;
	const uint8_t *at = payload;
	if (peer->server->silent)
		return;
	while (part > 0 && length > part && !(first & WEBSOCKET_CLOSE)) {
		send_frame(peer, first & ~(unsigned)WEBSOCKET_FIN, at, part);
		first &= WEBSOCKET_FIN;
		at += part;
		length -= part;
	}
	send_frame(peer, first, at, length);
}

void peer_close(struct peer *peer, unsigned code)
{
	const uint8_t bytes[2] = { (uint8_t)(code >> 8), (uint8_t)code };
	peer_send(peer, WEBSOCKET_FIN | WEBSOCKET_CLOSE, bytes,
	    code == WEBSOCKET_NO_CODE ? 0 : sizeof bytes);
	peer_drop(peer);
}

/* Messages */

/* In a chain, or the compiler would see that nobody looks at it. */
static void leak(struct server *server)
{
	size_t length = server->settings.leak_bytes;
	if (length < sizeof(void *))
		return;
	void **leaked = mem_new(1, length);
	memset(leaked, 1, length);
	*leaked = server->leaked;
	server->leaked = leaked;
}

static void take_message(struct peer *peer,
    const struct websocket_message *message)
{
	struct server *server = peer->server;
	if (message->type == WEBSOCKET_CLOSE) {
		peer_close(peer, message->code);
	} else if (message->type == WEBSOCKET_PING) {
		peer_send(peer, WEBSOCKET_FIN | WEBSOCKET_PONG, message->data,
		    message->length);
	} else if (message->type == WEBSOCKET_PONG) {
		server->pongs++;
		peer->pinged = false;
	} else {
		server->messages++;
		peer->messages++;
		leak(server);
		if (!fault_spares(peer, message))
			return;
		if (server->settings.role == ROLE_TONK)
			relay_message(peer, message);
		else
			peer_send(peer, WEBSOCKET_FIN | (unsigned)message->type,
			    message->data, message->length);
	}
}

static void take(struct peer *peer, uint8_t *bytes, size_t length)
{
	enum websocket_progress progress = WEBSOCKET_MESSAGE;
	while (!peer->dead && progress == WEBSOCKET_MESSAGE) {
		struct websocket_message message;
		size_t used = length;
		progress =
		    websocket_read(&peer->reader, bytes, &used, &message);
		bytes += used;
		length -= used;
		if (progress == WEBSOCKET_MESSAGE)
			take_message(peer, &message);
		else if (progress == WEBSOCKET_BAD)
			peer_close(peer, peer->reader.close);
	}
}

/* The handshake */

static void refuse(struct peer *peer, uint64_t status)
{
	struct buf buf = { 0 };
	buf_add_format(&buf,
	    "HTTP/1.1 %u No\r\nContent-Length: 0\r\n"
	    "Connection: close\r\n\r\n",
	    (unsigned)status);
	peer->server->refused++;
	peer_put(peer, buf.data, buf.length);
	buf_release(&buf);
	peer_drop(peer);
}

static void accept_upgrade(struct peer *peer,
    const struct websocket_request *request)
{
	struct server *server = peer->server;
	struct websocket_request answered = *request;
	struct buf answer = { 0 };
	if (server->settings.bad_accept)
		answered.key_length--;
	websocket_write_answer(&answer, &answered,
	    server->settings.subprotocol);
	peer->upgraded = true;
	peer->reader.server = true;
	server->open++;
	peer_put(peer, answer.data, answer.length);
	buf_release(&answer);
}

static void take_head(struct peer *peer)
{
	struct settings *settings = &peer->server->settings;
	struct websocket_request request;
	struct err err;
	size_t length = websocket_head_end(peer->head.data, peer->head.length);
	if (length == 0 || settings->mute)
		return;
	if (websocket_read_request(&request, peer->head.data, length, &err) <
	    0) {
		peer->head.data[length - 1] = '\0';
		http_answer(peer, (const char *)peer->head.data);
		peer_drop(peer);
		return;
	}
	if (settings->status > 0) {
		refuse(peer, settings->status);
		return;
	}
	accept_upgrade(peer, &request);
	if (!peer->dead)
		take(peer, peer->head.data + length,
		    peer->head.length - length);
	if (!peer->dead)
		buf_release(&peer->head);
}

static void receive(struct peer *peer)
{
	struct server *server = peer->server;
	ssize_t got = recv(peer->conn.watch.fd, server->scratch,
	    sizeof server->scratch, 0);
	if (got < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (got <= 0) {
		peer_drop(peer);
		return;
	}
	if (peer->upgraded) {
		take(peer, server->scratch, (size_t)got);
		return;
	}
	peer->head.ceiling = WEBSOCKET_HANDSHAKE_MAX;
	if (buf_add(&peer->head, server->scratch, (size_t)got) < 0)
		peer_drop(peer);
	else
		take_head(peer);
}

static void hear(struct watch *watch, uint32_t events)
{
	struct peer *peer = (struct peer *)watch;
	if (peer->out.length > 0)
		flush(peer);
	if (!peer->dead && (events & EPOLLIN))
		receive(peer);
}

void peer_begin(struct server *server, struct conn *conn)
{
	struct peer *peer = mem_new(1, sizeof *peer);
	peer->server = server;
	peer->conn = *conn;
	peer->next = server->peers;
	if (peer->next)
		peer->next->previous = peer;
	server->peers = peer;
	server->connections++;
	if (watch_listen(&peer->conn.watch, EPOLLIN, hear) < 0)
		peer_drop(peer);
}
