#define _GNU_SOURCE
#include "lib/net.h"

#include "lib/clock.h"

#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

/* How long an accept that found no descriptor or memory left holds back. */
#define ACCEPT_PAUSE_NS (50 * NS_PER_MS)

/* Addresses */

struct host_port {
	char host[sizeof((struct address *)NULL)->text];
	const char *port;
};

static bool is_port(const char *text)
{
	size_t digits = strspn(text, "0123456789");
	return digits > 0 && digits < 6 && text[digits] == '\0' &&
	       strtoul(text, NULL, 10) <= 65535;
}

/* Takes "host:port" or "[host]:port" apart; false when it is neither. */
static bool split(struct host_port *parts, const char *text)
{
	const char *colon = strrchr(text, ':');
	if (!colon || !is_port(colon + 1))
		return false;
	const char *host = text;
	size_t length = (size_t)(colon - text);
	bool bracketed = length > 1 && host[0] == '[' && colon[-1] == ']';
	if (bracketed) {
		host++;
		length -= 2;
	}
	if (length == 0 || length >= sizeof parts->host ||
	    (!bracketed && memchr(host, ':', length)))
		return false;
	memcpy(parts->host, host, length);
	parts->host[length] = '\0';
	parts->port = colon + 1;
	return true;
}

static bool is_unknown(int lookup_error)
{
	return lookup_error == EAI_NONAME || lookup_error == EAI_NODATA ||
	       lookup_error == EAI_ADDRFAMILY;
}

/* Where a name has both, its IPv4 address: servers listen there by default,
 * while the system lists ::1 first for localhost. */
static const struct addrinfo *choose(const struct addrinfo *all)
{
	for (const struct addrinfo *one = all; one; one = one->ai_next)
		if (one->ai_family == AF_INET)
			return one;
	return all;
}

int address_resolve(struct address *address, const char *text, struct err *err)
{
	struct host_port parts;
	const struct addrinfo hints = { .ai_flags = AI_NUMERICSERV,
		.ai_socktype = SOCK_STREAM };
	struct addrinfo *all = NULL;

	*address = (struct address){ 0 };
	if (strlen(text) >= sizeof address->text)
		return err_set(err,
		    "%s: a server address has at most %zu bytes", text,
		    sizeof address->text - 1);
	if (!split(&parts, text))
		return err_set(err, "%s: a server address is host:port", text);
	int error = getaddrinfo(parts.host, parts.port, &hints, &all);
	if (is_unknown(error))
		return err_set(err, "%s: unknown host", text);
	if (error)
		return err_set(err, "%s: cannot look up the host: %s", text,
		    error == EAI_SYSTEM ? strerror(errno)
		                        : gai_strerror(error));
	assert(all);
	const struct addrinfo *one = choose(all);
	memcpy(&address->socket, one->ai_addr, one->ai_addrlen);
	address->length = one->ai_addrlen;
	memcpy(address->text, text, strlen(text));
	freeaddrinfo(all);
	return 0;
}

/* Connections */

static void no_delay(int fd)
{
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &(int){ 1 }, sizeof(int));
}

static int stream_socket(const struct address *address)
{
	return socket(address->socket.ss_family,
	    SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
}

static int close_with(struct conn *conn, int error)
{
	conn_close(conn);
	errno = error;
	return -1;
}

static struct conn *opened(struct conn *conn, int fd)
{
	*conn = (struct conn){ 0 };
	watch_add(&conn->watch, fd);
	return conn;
}

int conn_begin(struct conn *conn, const struct address *address)
{
	int fd = stream_socket(address);
	opened(conn, fd);
	if (fd < 0)
		return -1;
	no_delay(fd);
	stamp_init(&conn->stamp, fd);
	if (connect(fd, (const struct sockaddr *)&address->socket,
	        address->length) < 0 &&
	    errno != EINPROGRESS && errno != EINTR)
		return close_with(conn, errno);
	return 0;
}

/* Where nobody listens on a local port from which the kernel also chooses, a
 * socket can be connected to itself. */
static bool is_own_echo(int fd)
{
	struct sockaddr_storage here = { 0 }, there = { 0 };
	socklen_t here_length = sizeof here, there_length = sizeof there;
	return getsockname(fd, (struct sockaddr *)&here, &here_length) == 0 &&
	       getpeername(fd, (struct sockaddr *)&there, &there_length) == 0 &&
	       memcmp(&here, &there, sizeof here) == 0;
}

int conn_finish(struct conn *conn)
{
	int error = 0;
	socklen_t length = sizeof error;
	if (getsockopt(conn->watch.fd, SOL_SOCKET, SO_ERROR, &error, &length) <
	    0)
		error = errno;
	if (error == 0 && is_own_echo(conn->watch.fd))
		error = ECONNREFUSED;
	return error ? close_with(conn, error) : 0;
}

int conn_connect(struct conn *conn, const struct address *address,
    int64_t deadline_ns)
{
	if (conn_begin(conn, address) < 0)
		return -1;
	if (watch_wait(&conn->watch, EPOLLOUT, deadline_ns) < 0)
		return close_with(conn, errno == ETIME ? ETIMEDOUT : errno);
	return conn_finish(conn);
}

void conn_close(struct conn *conn)
{
	if (conn->watch.fd < 0)
		return;
	watch_remove(&conn->watch);
	close(conn->watch.fd);
	conn->watch = (struct watch){ .fd = -1 };
}

/* After a transfer that was refused: 0 when it may be tried again. */
static int wait_if_full(struct conn *conn, uint32_t event, int64_t deadline_ns)
{
	if (errno == EINTR)
		return 0;
	if (errno != EAGAIN)
		return -1;
	return watch_wait(&conn->watch, event, deadline_ns);
}

/* Takes `sent` bytes off the front; returns the first part left. */
static struct iovec *advance(struct iovec *part, int *count, size_t sent)
{
	while (*count > 0 && sent >= part->iov_len) {
		sent -= part->iov_len;
		part->iov_len = 0;
		part++;
		(*count)--;
	}
	if (*count > 0) {
		part->iov_base = (char *)part->iov_base + sent;
		part->iov_len -= sent;
	}
	return part;
}

int conn_send(struct conn *conn, struct iovec *parts, int count,
    int64_t deadline_ns)
{
	struct msghdr message = { .msg_iov = advance(parts, &count, 0) };
	while (count > 0) {
		if (fiber_share() < 0)
			return -1;
		message.msg_iovlen =
		    (size_t)(count < IOV_MAX ? count : IOV_MAX);
		ssize_t sent = sendmsg(conn->watch.fd, &message, MSG_NOSIGNAL);
		if (sent < 0) {
			if (wait_if_full(conn, EPOLLOUT, deadline_ns) < 0)
				return -1;
			continue;
		}
		conn->bytes_sent += (uint64_t)sent;
		message.msg_iov =
		    advance(message.msg_iov, &count, (size_t)sent);
	}
	return 0;
}

ssize_t conn_receive(struct conn *conn, void *to, size_t size,
    int64_t deadline_ns)
{
	bool has_waited = false;
	if (fiber_share() < 0)
		return -1;
	for (;;) {
		ssize_t got = has_waited ? stamp_receive(&conn->stamp,
		                               conn->watch.fd, to, size, 0)
		                         : recv(conn->watch.fd, to, size, 0);
		if (got >= 0) {
			conn->bytes_received += (uint64_t)got;
			return got;
		}
		if (wait_if_full(conn, EPOLLIN, deadline_ns) < 0)
			return -1;
		has_waited = true;
	}
}

int conn_receive_all(struct conn *conn, void *to, size_t size,
    int64_t deadline_ns)
{
	char *next = to;
	while (size > 0) {
		ssize_t got = conn_receive(conn, next, size, deadline_ns);
		if (got < 0)
			return -1;
		if (got == 0) {
			errno = ENODATA;
			return -1;
		}
		next += got;
		size -= (size_t)got;
	}
	return 0;
}

/* Servers */

/* The address as it was given, with the port that the kernel chose. */
static void note_port(struct address *address)
{
	const struct sockaddr *socket = (const void *)&address->socket;
	char host[sizeof address->text], port[6];
	char *colon = strrchr(address->text, ':');

	if (getnameinfo(socket, address->length, host, sizeof host, port,
	        sizeof port, NI_NUMERICHOST | NI_NUMERICSERV) == 0) {
		size_t left =
		    (size_t)(address->text + sizeof address->text - colon - 1);
		snprintf(colon + 1, left, "%s", port);
	}
}

int net_listen(struct conn *listener, struct address *address)
{
	int fd = stream_socket(address);
	opened(listener, fd);
	if (fd < 0)
		return -1;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &(int){ 1 }, sizeof(int));
	struct sockaddr *socket = (struct sockaddr *)&address->socket;
	socklen_t length = sizeof address->socket;
	if (bind(fd, socket, address->length) < 0 ||
	    listen(fd, SOMAXCONN) < 0 || getsockname(fd, socket, &length) < 0)
		return close_with(listener, errno);
	note_port(address);
	return 0;
}

/* Accept reports what befell a connection before we took it as its own error;
 * the next one may be sound. */
static bool concerns_one_peer(int error)
{
	switch (error) {
	case ECONNABORTED:
	case EINTR:
	case EPROTO:
	case ENETDOWN:
	case ENETUNREACH:
	case EHOSTDOWN:
	case EHOSTUNREACH:
	case ENONET:
	case ENOPROTOOPT:
	case EOPNOTSUPP:
	case ETIMEDOUT:
	case EPERM:
		return true;
	default:
		return false;
	}
}

int net_accept(struct conn *listener, struct conn *accepted)
{
	opened(accepted, -1);
	for (;;) {
		if (fiber_share() < 0)
			return -1;
		int fd = accept4(listener->watch.fd, NULL, NULL,
		    SOCK_NONBLOCK | SOCK_CLOEXEC);
		if (fd >= 0) {
			no_delay(fd);
			opened(accepted, fd);
			return 0;
		}
		if (concerns_one_peer(errno))
			continue;
		if (errno != EAGAIN)
			break;
		if (watch_wait(&listener->watch, EPOLLIN, CLOCK_NEVER) < 0)
			return -1;
	}
	int error = errno;
	if (error == EMFILE || error == ENFILE || error == ENOBUFS ||
	    error == ENOMEM)
		fiber_sleep_until(clock_now_ns() + ACCEPT_PAUSE_NS);
	errno = error;
	return -1;
}

const char *net_reason(int error)
{
	static const struct {
		int error;
		const char *reason;
	} reasons[] = {
		{ ETIME, "request timed out" },
		{ ENODATA, "closed by peer" },
		{ ECONNREFUSED, "connection refused" },
		{ ECONNRESET, "connection reset" },
		{ ECONNABORTED, "connection reset" },
		{ EPIPE, "connection reset" },
		{ ETIMEDOUT, "connection timed out" },
		{ EADDRNOTAVAIL, "out of local ports" },
		{ EADDRINUSE, "out of local ports" },
		{ EMFILE, "out of file descriptors" },
		{ ENFILE, "out of file descriptors" },
		{ EHOSTUNREACH, "host unreachable" },
		{ EHOSTDOWN, "host unreachable" },
		{ ENETUNREACH, "network unreachable" },
		{ ENETDOWN, "network unreachable" },
		{ EACCES, "connection not permitted" },
		{ EPERM, "connection not permitted" },
		{ ENOMEM, "out of memory" },
		{ ENOBUFS, "out of memory" },
		{ EMSGSIZE, "message too large" },
		{ ECANCELED, "cancelled" },
	};
	for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++)
		if (reasons[i].error == error)
			return reasons[i].reason;
	return "network error";
}
