/* http_link.h - a client's connection to one origin: made when it is needed,
 * kept as long as the server keeps it. */
#ifndef STRESS_CLIENT_HTTP_LINK_H
#define STRESS_CLIENT_HTTP_LINK_H

#include "lib/net.h"

#include <stdbool.h>

struct http_link {
	struct conn conn;
	bool connected; /* else the socket, if there is one, can be used again
	                 */
	bool used;      /* has served a request */
	bool more;      /* not all that has come may have been received */
};

#define HTTP_LINK_CLOSED                                                       \
	{                                                                      \
		.conn = CONN_CLOSED                                            \
	}

/* What has become of a connection since it was last used. */
enum http_link_state {
	HTTP_LINK_NONE,  /* there is none */
	HTTP_LINK_READY, /* as far as can be known without asking */
	HTTP_LINK_GONE,  /* the server has ended it, in good order or not */
	HTTP_LINK_LOUD,  /* bytes came that nobody asked for */
};
enum http_link_state http_link_look(struct http_link *link);

/* Each returns 0 (or a number of bytes), or -1 with errno as in net.h. */

/* Begins a connection; the first send ends it. */
int http_link_connect(struct http_link *link, const struct address *address);

/* Sends everything; `connect_by_ns` is the deadline for the connection, where
 * it is not yet made. */
int http_link_send(struct http_link *link, const void *bytes, size_t length,
    int64_t connect_by_ns, int64_t deadline_ns);

/* Of a send that failed, with its errno, which stays: whether the server has
 * answered what it got of the request, and closed (RFC 9112, 9.6). */
bool http_link_is_refused(struct http_link *link);

/* Waits first: an answer is hardly there yet. With MSG_TRUNC in `flags` the
 * bytes are received and dropped, and `to` may be NULL. 0: the peer closed. */
ssize_t http_link_receive(struct http_link *link, void *to, size_t size,
    int flags, int64_t deadline_ns);

/* At once. */
void http_link_close(struct http_link *link);

/* After the whole answer to a request that was the connection's last. The
 * server closes first, for which this waits a little: so its end of the
 * connection does not wait for ours, ours takes up no port for a minute, and
 * the socket can be used again. */
void http_link_part(struct http_link *link);

#endif
