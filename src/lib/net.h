/* net.h - TCP for fibers: resolve once, connect, send, receive, deadlines.
 *
 * Functions return 0 or -1 with errno. Beside the system's own numbers:
 * ETIME, our deadline passed while a peer was silent; ETIMEDOUT, the connection
 * was not made in time; ENODATA, the peer closed in the middle; ECANCELED. */
#ifndef LIB_NET_H
#define LIB_NET_H

#include "lib/err.h"
#include "lib/fiber.h"
#include "lib/stamp.h"

#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <sys/uio.h>

struct address {
	struct sockaddr_storage socket;
	socklen_t length;
	char text[256]; /* as it was given: "server1:8001" */
};

/* "host:port", "[::1]:port". Blocks; call it before the clock starts. */
int address_resolve(struct address *address, const char *text, struct err *err);

struct conn {
	struct watch watch; /* watch.fd is -1 when closed */
	uint64_t bytes_sent, bytes_received;
	struct stamp stamp;
};

#define CONN_CLOSED                                                            \
	{                                                                      \
		.watch = {.fd = -1 }                                           \
	}

/* Connects with TCP_NODELAY. */
int conn_connect(struct conn *conn, const struct address *address,
    int64_t deadline_ns);

/* The same in two steps, to wait for several with watch_wait_any: begin, wait
 * for EPOLLOUT, finish (0, or -1 with why it failed). */
int conn_begin(struct conn *conn, const struct address *address);
int conn_finish(struct conn *conn);

/* Sends everything; `parts` is used up. */
int conn_send(struct conn *conn, struct iovec *parts, int count,
    int64_t deadline_ns);

/* Up to `size` bytes, at least one; 0 when the peer has closed. */
ssize_t conn_receive(struct conn *conn, void *to, size_t size,
    int64_t deadline_ns);

/* Exactly `size` bytes; closed before the first or between is ENODATA. */
int conn_receive_all(struct conn *conn, void *to, size_t size,
    int64_t deadline_ns);

/* At once; what was sent is still delivered. Harmless when closed. */
void conn_close(struct conn *conn);

/* Listens (SO_REUSEADDR), also outside loop_run. Port 0 lets the kernel choose;
 * `address` then has the real one, in its text too. */
int net_listen(struct conn *listener, struct address *address);

/* Waits for the next connection. Without a descriptor or memory for it
 * (EMFILE, ...) it fails after a pause: say so and call it again. */
int net_accept(struct conn *listener, struct conn *accepted);

/* The normalised failure reason for an errno: "connection refused", "connection
 * reset", "connection timed out", "request timed out", "closed by peer", "out
 * of local ports", "out of file descriptors", "host unreachable", ... */
const char *net_reason(int error);

#endif
