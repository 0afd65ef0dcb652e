/* Commands over a session. */
#define _GNU_SOURCE
#include "lib/clock.h"
#include "lib/ssh_session.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define READ_BYTES 16384

/* The command is the same for every login shell: what it shall do follows on
 * its stdin, where only sh reads it. In the place of the login shell, this sh
 * leads the group that sshd has made. */
static const char *const SHELL =
    "exec sh -c 'cd 2>/dev/null; eval \"$(cat)\"' sh";

/* Before it stands what a login shell may print first. */
static const char *const MARK = "ringstorm-pid:";

/* How long the killing of a command that is too late may take. */
#define KILL_NS (2 * NS_PER_SECOND)

static bool is_lost(struct ssh *ssh)
{
	int code = libssh2_session_last_errno(ssh->session);
	return code == LIBSSH2_ERROR_SOCKET_SEND ||
	       code == LIBSSH2_ERROR_SOCKET_RECV ||
	       code == LIBSSH2_ERROR_SOCKET_DISCONNECT;
}

static LIBSSH2_CHANNEL *open_channel(struct ssh *ssh, int64_t deadline_ns,
    struct err *err)
{
	LIBSSH2_CHANNEL *channel = NULL;
	bool was_connected = ssh->session != NULL;

	if (ssh_connect(ssh, deadline_ns, err) != 0)
		return NULL;
	SSH_AWAIT_NEW(ssh, deadline_ns, channel,
	    libssh2_channel_open_session(ssh->session));
	if (channel)
		return channel;
	if (was_connected && is_lost(ssh)) {
		ssh_disconnect(ssh);
		return open_channel(ssh, deadline_ns, err);
	}
	ssh_broken(ssh, "cannot start a command", err);
	return NULL;
}

LIBSSH2_CHANNEL *ssh_open_command(struct ssh *ssh, const char *command,
    int64_t deadline_ns, struct err *err)
{
	int result = 0;
	LIBSSH2_CHANNEL *channel = open_channel(ssh, deadline_ns, err);
	if (!channel)
		return NULL;
	SSH_AWAIT(ssh, deadline_ns, result,
	    libssh2_channel_exec(channel, command));
	if (result == 0)
		return channel;
	ssh_broken(ssh, "cannot start a command", err);
	return NULL;
}

/* One compound command: should the connection be cut within it, it is a syntax
 * error, and no part of it runs. */
static int compose(struct buf *text, const char *script,
    const char *const *words)
{
	int failed = buf_add_text(text, "{ echo ") | buf_add_text(text, MARK) |
	             buf_add_text(text, "$$\nset --");
	for (; words && *words; words++)
		failed |= buf_add_text(text, " ") | remote_quote(text, *words);
	return failed | buf_add_text(text, "\n") | buf_add_text(text, script) |
	       buf_add_text(text, "\n}\n");
}

static int send_all(struct ssh *ssh, LIBSSH2_CHANNEL *channel,
    const struct buf *text, int64_t deadline_ns)
{
	size_t sent = 0;
	errno = 0;
	while (sent < text->length) {
		ssize_t result = 0;
		SSH_AWAIT(ssh, deadline_ns, result,
		    libssh2_channel_write(channel,
		        (const char *)text->data + sent, text->length - sent));
		if (result < 0)
			return -1;
		sent += (size_t)result;
	}
	int result = 0;
	SSH_AWAIT(ssh, deadline_ns, result, libssh2_channel_send_eof(channel));
	return result;
}

/* Takes what one stream has. 0: nothing more now; -1: failed. */
static int take(LIBSSH2_CHANNEL *channel, int stream, struct buf *to)
{
	for (;;) {
		uint8_t *room = buf_room(to, READ_BYTES);
		if (!room)
			return -1;
		ssize_t got = libssh2_channel_read_ex(channel, stream,
		    (char *)room, READ_BYTES);
		if (got == LIBSSH2_ERROR_EAGAIN || got == 0)
			return 0;
		if (got < 0)
			return -1;
		to->length += (size_t)got;
		if (to->length > REMOTE_OUTPUT_BYTES) {
			errno = EMSGSIZE;
			return -1;
		}
		if (fiber_share() < 0)
			return -1;
	}
}

/* Reads both streams to their end, and then for the status. */
static int follow(struct ssh *ssh, LIBSSH2_CHANNEL *channel,
    int64_t deadline_ns, struct remote_result *result)
{
	int closed = 0;
	for (;;) {
		errno = 0;
		if (take(channel, 0, &result->out) < 0 ||
		    take(channel, SSH_EXTENDED_DATA_STDERR, &result->err) < 0)
			return -1;
		if (libssh2_channel_eof(channel))
			break;
		if (ssh_wait(ssh, deadline_ns) < 0)
			return -1;
	}
	SSH_AWAIT(ssh, deadline_ns, closed, libssh2_channel_close(channel));
	return closed;
}

static void note_end(struct ssh *ssh, LIBSSH2_CHANNEL *channel,
    struct remote_result *result)
{
	char *name = NULL;
	size_t length = 0;
	libssh2_channel_get_exit_signal(channel, &name, &length, NULL, NULL,
	    NULL, NULL);
	if (name) {
		snprintf(result->signal_name, sizeof result->signal_name, "%s",
		    name);
		libssh2_free(ssh->session, name);
	} else {
		result->status = libssh2_channel_get_exit_status(channel);
	}
}

/* Takes the mark and all before it off the output. 0: it has not come. */
static long take_mark(struct buf *out)
{
	size_t mark = strlen(MARK);
	uint8_t *found = memmem(out->data, out->length, MARK, mark);
	if (!found)
		return 0;
	uint8_t *digits = found + mark;
	uint8_t *end =
	    memchr(digits, '\n', out->length - (size_t)(digits - out->data));
	if (!end)
		return 0;
	long pid = strtol((char *)digits, NULL, 10);
	buf_drop(out, (size_t)(end + 1 - out->data));
	return pid;
}

/* Ends a command that is still there. The channel is left as it is. */
static void kill_group(struct ssh *ssh, long pid)
{
	char command[64];
	int64_t deadline_ns = clock_now_ns() + KILL_NS;
	char answer;
	ssize_t got = 0;

	if (pid <= 1 || !ssh->session)
		return;
	snprintf(command, sizeof command, "kill -9 -%ld", pid);
	LIBSSH2_CHANNEL *channel =
	    ssh_open_command(ssh, command, deadline_ns, NULL);
	if (channel)
		SSH_AWAIT(ssh, deadline_ns, got,
		    libssh2_channel_read(channel, &answer, 1));
}

/* A command did not come to its end: it is killed, and its session goes with
 * it. Without words in `err` errno says why. */
static int cut_short(struct ssh *ssh, struct remote_result *result,
    struct err *err)
{
	int error = errno;
	long pid = take_mark(&result->out);
	bool ours = error == ETIME || error == EMSGSIZE || error == ENOMEM ||
	            error == ECANCELED;
	if (!ours)
		return ssh_broken(ssh, "the command", err);
	kill_group(ssh, pid);
	ssh_disconnect(ssh);
	errno = error;
	return -1;
}

int ssh_run(struct ssh *ssh, const char *script, const char *const *words,
    int64_t deadline_ns, struct remote_result *result, struct err *err)
{
	struct buf text = { 0 };
	int outcome = -1, freed = 0;
	LIBSSH2_CHANNEL *channel = NULL;

	if (compose(&text, script, words) != 0) {
		err_system(err, "%s: the command", ssh->target.words);
		goto out;
	}
	channel = ssh_open_command(ssh, SHELL, deadline_ns, err);
	result->sent_unix_ms = clock_unix_ms();
	if (!channel)
		goto out;
	if (send_all(ssh, channel, &text, deadline_ns) != 0 ||
	    follow(ssh, channel, deadline_ns, result) != 0) {
		cut_short(ssh, result, err);
		goto out;
	}
	note_end(ssh, channel, result);
	outcome = 0;
	SSH_AWAIT(ssh, deadline_ns, freed, libssh2_channel_free(channel));
	take_mark(&result->out);
out:
	result->ended_unix_ms = clock_unix_ms();
	buf_release(&text);
	return outcome;
}
