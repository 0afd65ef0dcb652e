/* tls.h - TLS on a connection of net.h (OpenSSL), for clients on fibers.
 *
 * The one who waits is the caller: what would have to wait says so with EAGAIN,
 * as the socket's own calls do. OpenSSL needs much stack, so that every call of
 * it belongs on the thread's own (fiber_call, or a watch's listener). */
#ifndef LIB_TLS_H
#define LIB_TLS_H

#include "lib/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct tls_setup; /* whom to trust; shared by all threads */
struct tls;       /* one connection */

/* `cacert`: PEM file of those to trust; NULL: those that the system trusts.
 * `insecure` trusts everybody. NULL with `err`. */
struct tls_setup *tls_setup_new(const char *cacert, bool insecure,
    struct err *err);
void tls_setup_free(struct tls_setup *setup);

/* On a connected socket, which stays the caller's. `host` is a name or an
 * address, as it stands in the certificate. NULL: no memory. The thread's
 * SIGPIPE is blocked from its first connection on. */
struct tls *tls_new(struct tls_setup *setup, int fd, const char *host);
void tls_free(struct tls *tls);

/* What a call waits for, when it failed with EAGAIN: EPOLLIN or EPOLLOUT. */
uint32_t tls_wants(const struct tls *tls);

/* Return 0 (of read and write: bytes), or -1 with errno: EAGAIN; EPROTO, with
 * `err` saying what is wrong; else the socket's. Read returns 0 at the end. */
int tls_handshake(struct tls *tls, struct err *err);
ssize_t tls_read(struct tls *tls, void *to, size_t size, struct err *err);
ssize_t tls_write(struct tls *tls, const void *from, size_t size,
    struct err *err);

#endif
