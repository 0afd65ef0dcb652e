/* ssh_session.h - what the parts of ssh.h share: the session, and waiting for
 * it. libssh2 never waits itself; what it could not do yet is called again when
 * the socket is ready. */
#ifndef LIB_SSH_SESSION_H
#define LIB_SSH_SESSION_H

#include "lib/net.h"
#include "lib/ssh.h"
#include "lib/ssh_config.h"
#include "lib/ssh_proxy.h"

#include <errno.h>
#include <libssh2.h>
#include <libssh2_sftp.h>

struct ssh {
	struct ssh_target target;
	struct address where; /* unless there is a proxy */
	struct err unknown;   /* why `where` is empty */
	char *key_name;       /* what known_hosts calls it */
	int64_t connect_timeout_ns;

	struct conn conn;
	struct ssh_proxy proxy;    /* which runs where the target has one */
	LIBSSH2_SESSION *session;  /* NULL: not connected */
	LIBSSH2_SFTP *sftp;        /* when first needed */
	LIBSSH2_SFTP_HANDLE *open; /* the file or folder being read */
};

/* Waits until the session can go on. */
int ssh_wait(struct ssh *ssh, int64_t deadline_ns);

/* Sets `result` to what the call returns in the end; LIBSSH2_ERROR_EAGAIN when
 * the wait failed, errno being ssh_wait's then. */
#define SSH_AWAIT(ssh, deadline_ns, result, call)                              \
	do {                                                                   \
		errno = 0;                                                     \
		(result) = (call);                                             \
	} while ((result) == LIBSSH2_ERROR_EAGAIN &&                           \
	         ssh_wait(ssh, deadline_ns) == 0)

/* The same for calls that return a pointer: NULL when they or the wait fail. */
#define SSH_AWAIT_NEW(ssh, deadline_ns, pointer, call)                         \
	do {                                                                   \
		errno = 0;                                                     \
		(pointer) = (call);                                            \
	} while (!(pointer) &&                                                 \
	         libssh2_session_last_errno((ssh)->session) ==                 \
	             LIBSSH2_ERROR_EAGAIN &&                                   \
	         ssh_wait(ssh, deadline_ns) == 0)

/* Says what failed, in libssh2's words or those for errno, and drops the
 * session, whose state nobody knows any more. Returns -1, errno set. */
int ssh_broken(struct ssh *ssh, const char *what, struct err *err);

/* Steps of ssh_connect. */
int ssh_verify_host(struct ssh *ssh, struct err *err);
int ssh_log_in(struct ssh *ssh, int64_t deadline_ns, struct err *err);

/* A channel on which `command` runs; connects first, also where a session turns
 * out to be lost before the command was sent. */
LIBSSH2_CHANNEL *ssh_open_command(struct ssh *ssh, const char *command,
    int64_t deadline_ns, struct err *err);

#endif
