/* ssh_proxy.h - the command through which a session goes to a host that is not
 * reached directly: ProxyJump and ProxyCommand of ssh_config(5). */
#ifndef LIB_SSH_PROXY_H
#define LIB_SSH_PROXY_H

#include "lib/net.h"
#include "lib/ssh_config.h"

#include <sys/types.h>

/* {0}: none runs. */
struct ssh_proxy {
	pid_t pid;
	struct watch stderr_watch;
	char said[256]; /* the end of what it wrote there */
	size_t length;
	int status; /* its exit status, once it has ended; -1: a signal */
};

/* Runs `command` by sh, where it can ask nobody; `conn` gets our end of what it
 * reads and writes. On a fiber. Returns 0, or -1 with errno. */
int ssh_proxy_start(struct ssh_proxy *proxy, const char *command,
    struct conn *conn);

/* Ends it with all that it started, and waits for that. Harmless when none
 * runs; errno stays. */
void ssh_proxy_end(struct ssh_proxy *proxy);

/* After its end: why it let us down, in its own words where it left by itself,
 * else `what` befell it and what it said. */
void ssh_proxy_explain(const struct ssh_proxy *proxy,
    const struct ssh_target *target, const char *what, struct err *err);

#endif
