#include "lib/remote.h"

#include "lib/clock.h"
#include "lib/mem.h"
#include "lib/net.h"
#include "lib/remote_local.h"
#include "lib/ssh.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct remote {
	char *host;
	struct ssh *ssh; /* NULL: this machine */
};

static bool says_local(const char *host)
{
	return strcmp(host, "local") == 0;
}

struct remote *remote_new(const char *host,
    const struct remote_settings *settings, struct err *err)
{
	struct ssh *ssh = NULL;
	if (!says_local(host)) {
		ssh = ssh_new(host, settings, err);
		if (!ssh)
			return NULL;
	}
	if (ssh && strcmp(host, "localhost") == 0 && !ssh_is_named(ssh)) {
		ssh_free(ssh);
		ssh = NULL;
	}
	struct remote *remote = mem_new(1, sizeof *remote);
	remote->host = mem_text(host);
	remote->ssh = ssh;
	return remote;
}

void remote_free(struct remote *remote)
{
	if (!remote)
		return;
	ssh_free(remote->ssh);
	free(remote->host);
	free(remote);
}

const char *remote_host(const struct remote *remote)
{
	return remote->host;
}

bool remote_is_local(const struct remote *remote)
{
	return !remote->ssh;
}

bool remote_is_connected(const struct remote *remote)
{
	return !remote->ssh || ssh_is_connected(remote->ssh);
}

int remote_connect(struct remote *remote, int64_t deadline_ns, struct err *err)
{
	return remote->ssh ? ssh_connect(remote->ssh, deadline_ns, err) : 0;
}

void remote_disconnect(struct remote *remote)
{
	if (remote->ssh)
		ssh_disconnect(remote->ssh);
}

/* Empties what an earlier command left. */
static void reset(struct remote_result *result)
{
	result->status = -1;
	result->signal_name[0] = '\0';
	result->out.length = result->err.length = 0;
}

static int finish(struct remote_result *result)
{
	if (buf_add(&result->out, "", 1) < 0 ||
	    buf_add(&result->err, "", 1) < 0)
		return -1;
	result->out.length--;
	result->err.length--;
	return 0;
}

/* Why a command that had begun did not come to its end. */
static void explain(const char *host, int error, struct err *err)
{
	if (error == ETIME)
		err_set(err,
		    "%s: the command did not end in time; it was killed", host);
	else if (error == EMSGSIZE)
		err_set(err,
		    "%s: the command printed more than %d MiB; it was killed",
		    host, REMOTE_OUTPUT_BYTES >> 20);
	else
		err_set(err, "%s: the command: %s", host, net_reason(error));
}

int remote_run(struct remote *remote, const char *script,
    const char *const *words, int64_t deadline_ns, struct remote_result *result,
    struct err *err)
{
	struct err why = { "" };
	reset(result);
	int outcome =
	    remote->ssh
	        ? ssh_run(remote->ssh, script, words, deadline_ns, result, &why)
	        : local_run(script, words, deadline_ns, result, &why);
	int error = errno;
	if (finish(result) != 0) {
		outcome = -1;
		error = errno;
	}
	if (outcome != 0 && why.text[0] == '\0')
		explain(remote->host, error, &why);
	if (outcome != 0)
		err_set(err, "%s", why.text);
	errno = error;
	return outcome;
}

void remote_result_release(struct remote_result *result)
{
	buf_release(&result->out);
	buf_release(&result->err);
}

int remote_measure_clock(struct remote *remote, int64_t deadline_ns,
    struct remote_clock *clock, struct err *err)
{
	if (remote->ssh)
		return ssh_measure_clock(remote->ssh, deadline_ns, clock, err);
	*clock = (struct remote_clock){ .measured_unix_ms = clock_unix_ms() };
	return 0;
}

int remote_list(struct remote *remote, const char *folder,
    int (*each)(void *arg, const struct remote_file *file), void *arg,
    int64_t deadline_ns, struct err *err)
{
	if (remote->ssh)
		return ssh_list(remote->ssh, folder, each, arg, deadline_ns,
		    err);
	return local_list(folder, each, arg, err);
}

int remote_fetch(struct remote *remote, const char *path, FILE *to,
    uint64_t most_bytes, int64_t deadline_ns, struct err *err)
{
	if (remote->ssh)
		return ssh_fetch(remote->ssh, path, to, most_bytes, deadline_ns,
		    err);
	return local_fetch(path, to, most_bytes, err);
}

int remote_quote(struct buf *to, const char *word)
{
	if (buf_add_text(to, "'") < 0)
		return -1;
	for (const char *rest = word; *rest;) {
		size_t plain = strcspn(rest, "'");
		if (buf_add(to, rest, plain) < 0)
			return -1;
		rest += plain;
		if (*rest == '\'') {
			if (buf_add_text(to, "'\\''") < 0)
				return -1;
			rest++;
		}
	}
	return buf_add_text(to, "'");
}
