#include "lib/remote.h"

#include "lib/clock.h"
#include "lib/mem.h"
#include "lib/remote_local.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct remote {
	char *host;
};

struct remote *remote_new(const char *host,
    const struct remote_settings *settings, struct err *err)
{
	(void)settings;
	if (strcmp(host, "local") != 0 && strcmp(host, "localhost") != 0) {
		err_set(err, "%s: not reached yet", host);
		return NULL;
	}
	struct remote *remote = mem_new(1, sizeof *remote);
	remote->host = mem_text(host);
	return remote;
}

void remote_free(struct remote *remote)
{
	if (!remote)
		return;
	free(remote->host);
	free(remote);
}

const char *remote_host(const struct remote *remote)
{
	return remote->host;
}

bool remote_is_local(const struct remote *remote)
{
	(void)remote;
	return true;
}

bool remote_is_connected(const struct remote *remote)
{
	(void)remote;
	return true;
}

int remote_connect(struct remote *remote, int64_t deadline_ns, struct err *err)
{
	(void)remote;
	(void)deadline_ns;
	(void)err;
	return 0;
}

void remote_disconnect(struct remote *remote)
{
	(void)remote;
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

/* The words for what every transport may end with. */
static int explain(const struct remote *remote, struct err *err)
{
	int error = errno;
	if (error == ETIME)
		err_set(err,
		    "%s: the command did not end in time; it was "
		    "killed",
		    remote->host);
	else if (error == EMSGSIZE)
		err_set(err,
		    "%s: the command printed more than %d MiB; it was "
		    "killed",
		    remote->host, REMOTE_OUTPUT_BYTES >> 20);
	else if (error == ECANCELED)
		err_set(err, "%s: cancelled", remote->host);
	errno = error;
	return -1;
}

int remote_run(struct remote *remote, const char *script,
    const char *const *words, int64_t deadline_ns, struct remote_result *result,
    struct err *err)
{
	reset(result);
	int outcome = local_run(script, words, deadline_ns, result, err);
	if (outcome == 0)
		outcome = finish(result);
	return outcome == 0 ? 0 : explain(remote, err);
}

void remote_result_release(struct remote_result *result)
{
	buf_release(&result->out);
	buf_release(&result->err);
}

int remote_measure_clock(struct remote *remote, int64_t deadline_ns,
    struct remote_clock *clock, struct err *err)
{
	(void)remote;
	(void)deadline_ns;
	(void)err;
	*clock = (struct remote_clock){ .measured_unix_ms = clock_unix_ms() };
	return 0;
}

int remote_list(struct remote *remote, const char *folder,
    int (*each)(void *arg, const struct remote_file *file), void *arg,
    int64_t deadline_ns, struct err *err)
{
	(void)remote;
	(void)deadline_ns;
	return local_list(folder, each, arg, err);
}

int remote_fetch(struct remote *remote, const char *path, FILE *to,
    uint64_t most_bytes, int64_t deadline_ns, struct err *err)
{
	(void)remote;
	(void)deadline_ns;
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
