#include "stress_client/http_link.h"

#include "lib/clock.h"

#include <errno.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>

/* How long a server may take to close what it said it would. */
#define PART_NS (100 * NS_PER_MS)

/* An idle server that gives up waiting says so (RFC 9110, 15.5.9). */
static bool is_farewell(const char *bytes, ssize_t length)
{
	return length >= 12 && memcmp(bytes, "HTTP/1.", 7) == 0 &&
	       memcmp(bytes + 8, " 408", 4) == 0;
}

/* The loop tells what has come; that spares looking at every connection. */
enum http_link_state http_link_look(struct http_link *link)
{
	struct watch *watch = &link->conn.watch;
	char bytes[12];

	if (!link->connected)
		return HTTP_LINK_NONE;
	if (!link->used || (!watch->missed && !watch->ended && !link->more))
		return HTTP_LINK_READY;
	ssize_t got =
	    recv(watch->fd, bytes, sizeof bytes, MSG_PEEK | MSG_DONTWAIT);
	watch->missed = false;
	link->more = false;
	if (got < 0 && (errno == EAGAIN || errno == EINTR))
		return HTTP_LINK_READY;
	if (got <= 0 || is_farewell(bytes, got))
		return HTTP_LINK_GONE;
	return HTTP_LINK_LOUD;
}

int http_link_connect(struct http_link *link, const struct address *address)
{
	link->used = false;
	link->more = false;
	watch_sharpen(&link->conn.watch);
	if (link->conn.watch.fd < 0) {
		if (conn_begin(&link->conn, address) < 0)
			return -1;
		watch_sharpen(&link->conn.watch);
	} else if (connect(link->conn.watch.fd,
	               (const struct sockaddr *)&address->socket,
	               address->length) < 0 &&
	           errno != EINPROGRESS && errno != EINTR) {
		int error = errno;
		conn_close(&link->conn);
		errno = error;
		return -1;
	}
	link->connected = true;
	return 0;
}

static ssize_t try_send(struct http_link *link, const char *bytes,
    size_t length)
{
	ssize_t sent;
	do
		sent = send(link->conn.watch.fd, bytes, length, MSG_NOSIGNAL);
	while (sent < 0 && errno == EINTR);
	if (sent > 0)
		link->conn.bytes_sent += (uint64_t)sent;
	return sent;
}

static int wait_to_send(struct http_link *link, bool connecting,
    int64_t connect_by_ns, int64_t deadline_ns)
{
	if (watch_wait(&link->conn.watch, EPOLLOUT,
	        connecting ? connect_by_ns : deadline_ns) == 0)
		return connecting ? conn_finish(&link->conn) : 0;
	if (connecting && errno == ETIME)
		errno = ETIMEDOUT;
	return -1;
}

/* Mostly the first send takes all of it, on loopback even before the system has
 * said that the connection is made. */
int http_link_send(struct http_link *link, const void *bytes, size_t length,
    int64_t connect_by_ns, int64_t deadline_ns)
{
	const char *next = bytes;
	bool connecting = !link->used;

	while (length > 0) {
		ssize_t sent = try_send(link, next, length);
		if (sent < 0 && errno != EAGAIN)
			return -1;
		if (sent < 0 && wait_to_send(link, connecting, connect_by_ns,
		                    deadline_ns) < 0)
			return -1;
		connecting = false;
		next += sent > 0 ? sent : 0;
		length -= sent > 0 ? (size_t)sent : 0;
	}
	return 0;
}

bool http_link_is_refused(struct http_link *link)
{
	int error = errno;
	char byte;

	if (error != EPIPE && error != ECONNRESET)
		return false;
	link->more = recv(link->conn.watch.fd, &byte, 1, MSG_PEEK) > 0;
	errno = error;
	return link->more;
}

ssize_t http_link_receive(struct http_link *link, void *to, size_t size,
    int flags, int64_t deadline_ns)
{
	for (;;) {
		if (!link->more &&
		    watch_wait(&link->conn.watch, EPOLLIN, deadline_ns) < 0)
			return -1;
		ssize_t got = stamp_receive(&link->conn.stamp,
		    link->conn.watch.fd, to, size, flags);
		link->more =
		    got < 0 ? errno == EINTR : got > 0 && (size_t)got == size;
		if (got >= 0) {
			link->conn.bytes_received += (uint64_t)got;
			return got;
		}
		if (errno != EAGAIN && errno != EINTR)
			return -1;
	}
}

void http_link_close(struct http_link *link)
{
	conn_close(&link->conn);
	link->connected = false;
}

enum end { END_SEEN, END_TO_COME, END_OTHER };

/* Whether the server has closed, and all it sent was received. */
static enum end see_end(struct http_link *link)
{
	char byte;
	ssize_t got = recv(link->conn.watch.fd, &byte, 1, 0);
	if (got == 0)
		return END_SEEN;
	return got < 0 && errno == EAGAIN ? END_TO_COME : END_OTHER;
}

void http_link_part(struct http_link *link)
{
	const struct sockaddr nobody = { .sa_family = AF_UNSPEC };
	enum end end = see_end(link);

	int64_t give_up_ns = end == END_TO_COME ? clock_now_ns() + PART_NS : 0;
	while (end == END_TO_COME &&
	       watch_wait(&link->conn.watch, EPOLLIN, give_up_ns) == 0)
		end = see_end(link);
	if (end != END_SEEN ||
	    connect(link->conn.watch.fd, &nobody, sizeof nobody) < 0) {
		http_link_close(link);
		return;
	}
	link->connected = false;
}
