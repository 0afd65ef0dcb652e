/* remote.h - one host that does what it is told: over SSH, or this machine.
 *
 * Hosts are written "user@host", "user@host:port", "[::1]:22", or an alias of
 * ~/.ssh/config; "local" is this machine without SSH, and so is "localhost"
 * where that file does not name it. Call from fibers, from one at a time for
 * each host. Deadlines are on clock_now_ns.
 *
 * Functions return 0, or -1 with `err` and errno: ETIME, the deadline passed;
 * ECANCELED; EACCES, the host is not the one it should be, or refuses our keys;
 * EMSGSIZE, more than the bound; ENOENT, no such file; anything else, the
 * network or the system. After a lost connection the next call connects
 * again; a command is never sent twice. */
#ifndef LIB_REMOTE_H
#define LIB_REMOTE_H

#include "lib/buf.h"
#include "lib/err.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct remote;

/* {0} will do. */
struct remote_settings {
	/* Instead of $RINGSTORM_SSH_CONFIG, else ~/.ssh/config. */
	const char *ssh_config;
	/* Until we are in, and for each answer about files. 0: 10 s. */
	int64_t connect_timeout_ns;
};

/* Reads the configuration of `host` and looks its name up, which blocks: call
 * it before the clock starts. A name that is not found is told by
 * remote_connect. NULL with `err` when the words make no sense. */
struct remote *remote_new(const char *host,
    const struct remote_settings *settings, struct err *err);

/* Disconnects first: before the loop ends in which it was connected. */
void remote_free(struct remote *remote);

const char *remote_host(const struct remote *remote); /* as it was given */
bool remote_is_local(const struct remote *remote);
bool remote_is_connected(const struct remote *remote);

/* Connects, verifies the host's key and logs in, unless that is done already;
 * the other functions do so by themselves. */
int remote_connect(struct remote *remote, int64_t deadline_ns, struct err *err);

/* At once. Harmless when not connected. */
void remote_disconnect(struct remote *remote);

#define REMOTE_OUTPUT_BYTES (16 * 1024 * 1024)

/* What became of a command. {0} before the first use; may be used again. */
struct remote_result {
	int status;           /* its exit status, or -1: a signal ended it */
	char signal_name[16]; /* "TERM", or "" */
	struct buf out, err;  /* with a NUL behind the end */
	int64_t sent_unix_ms, ended_unix_ms;
};

/* Runs `script`, POSIX sh, with `words` (NULL at the end; or NULL: none) as its
 * $1 and on, whatever the login shell. stdin is empty. When the deadline comes
 * first, it and what it started in its process group are killed. A status that
 * is not 0 is no failure of this function. It ends when the command has, and
 * nobody holds its output any more: what is to go on running must write
 * elsewhere ("nohup ... >log 2>&1 </dev/null &"). Output is bounded by
 * REMOTE_OUTPUT_BYTES for each stream. */
int remote_run(struct remote *remote, const char *script,
    const char *const *words, int64_t deadline_ns, struct remote_result *result,
    struct err *err);

void remote_result_release(struct remote_result *result);

/* How far the host's wall clock is ahead of ours, from the quickest of several
 * exchanges; the truth is within error_ms of it. */
struct remote_clock {
	double offset_ms, error_ms;
	int64_t measured_unix_ms;
};
int remote_measure_clock(struct remote *remote, int64_t deadline_ns,
    struct remote_clock *clock, struct err *err);

struct remote_file {
	const char *name; /* as the host wrote it: anything but a '/' or NUL */
	uint64_t size_bytes;
	int64_t modified_unix_s;
	bool is_plain, is_folder;
};

/* Calls `each` for the entries of a folder, but for "." and "..", until it
 * returns anything but 0, which is then the result (with its errno). It must
 * not use the host. */
int remote_list(struct remote *remote, const char *folder,
    int (*each)(void *arg, const struct remote_file *file), void *arg,
    int64_t deadline_ns, struct err *err);

/* Copies what is in a file to `to`: EMSGSIZE beyond `most_bytes`. */
int remote_fetch(struct remote *remote, const char *path, FILE *to,
    uint64_t most_bytes, int64_t deadline_ns, struct err *err);

/* Appends `word` as one word of a POSIX shell. Returns 0, or -1 (ENOMEM). */
int remote_quote(struct buf *to, const char *word);

#endif
