/* ssh.h - an SSH session for fibers; what remote.h promises, over the network.
 *
 * Host keys must be known, and log-in is by agent or key file. Functions return
 * 0, or -1 with `err` and errno as in remote.h. */
#ifndef LIB_SSH_H
#define LIB_SSH_H

#include "lib/remote.h"

struct ssh;

/* Blocks while it looks the name up. NULL with `err`. */
struct ssh *ssh_new(const char *words, const struct remote_settings *settings,
    struct err *err);
void ssh_free(struct ssh *ssh);

/* Whether the configuration has a Host line with exactly this name. */
bool ssh_is_named(const struct ssh *ssh);

bool ssh_is_connected(const struct ssh *ssh);
int ssh_connect(struct ssh *ssh, int64_t deadline_ns, struct err *err);
void ssh_disconnect(struct ssh *ssh);

/* `err` stays as it was when the command was cut short: errno says why. */
int ssh_run(struct ssh *ssh, const char *script, const char *const *words,
    int64_t deadline_ns, struct remote_result *result, struct err *err);

int ssh_measure_clock(struct ssh *ssh, int64_t deadline_ns,
    struct remote_clock *clock, struct err *err);

int ssh_list(struct ssh *ssh, const char *folder,
    int (*each)(void *arg, const struct remote_file *file), void *arg,
    int64_t deadline_ns, struct err *err);

int ssh_fetch(struct ssh *ssh, const char *path, FILE *to, uint64_t most_bytes,
    int64_t deadline_ns, struct err *err);

#endif
