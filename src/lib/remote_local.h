/* remote_local.h - remote.h's functions for this machine, without SSH. */
#ifndef LIB_REMOTE_LOCAL_H
#define LIB_REMOTE_LOCAL_H

#include "lib/remote.h"

#include <sys/types.h>

/* Starts /bin/sh with these arguments and descriptors (`in` -1: nothing to
 * read) in a session of its own, as sshd does it: ^C at our terminal is not for
 * it, and its group is what ends it. Returns 0, or -1 with errno. */
int local_spawn(pid_t *pid, char *const *arguments, int in, int out, int err);

/* `err` stays as it was when the command was cut short: errno says why. */
int local_run(const char *script, const char *const *words, int64_t deadline_ns,
    struct remote_result *result, struct err *err);

int local_list(const char *folder,
    int (*each)(void *arg, const struct remote_file *file), void *arg,
    struct err *err);

int local_fetch(const char *path, FILE *to, uint64_t most_bytes,
    struct err *err);

#endif
