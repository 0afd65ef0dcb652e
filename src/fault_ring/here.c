#include "fault_ring/here.h"

#include "lib/clock.h"
#include "lib/remote.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define ATTEMPT_NS (10 * NS_PER_SECOND)
#define PAUSE_NS   (100 * NS_PER_MS)

/* Its last words: the last line that is not empty. */
static void last_line(char *out, size_t size, const struct buf *text)
{
	size_t end = text->length, begin;

	while (end > 0 && text->data[end - 1] == '\n')
		end--;
	for (begin = end; begin > 0 && text->data[begin - 1] != '\n';)
		begin--;
	snprintf(out, size, "%.*s", (int)(end - begin),
	    end > 0 ? (const char *)text->data + begin : "");
}

int here_run(const char *command, int64_t timeout_ns, char *out, size_t size,
    struct err *err)
{
	struct remote *here = remote_new("local", NULL, err);
	struct remote_result result = { 0 };
	int outcome = -1;
	char words[200];

	if (!here)
		return -1;
	if (remote_run(here, command, NULL, clock_now_ns() + timeout_ns,
	        &result, err) == 0) {
		outcome = result.status == 0 ? 0 : -1;
		last_line(words, sizeof words,
		    result.err.length > 0 ? &result.err : &result.out);
		if (outcome != 0)
			err_set(err, "%.100s: exit %d%s%s", command,
			    result.status, *words ? ", " : "", words);
		if (out)
			snprintf(out, size, "%s", (char *)result.out.data);
	}
	remote_result_release(&result);
	remote_free(here);
	return outcome;
}

/* After a failure: whether to try again, after a pause. */
static bool again(int64_t deadline_ns)
{
	return clock_now_ns() + PAUSE_NS < deadline_ns &&
	       fiber_sleep_until(clock_now_ns() + PAUSE_NS) == 0;
}

int here_wait(const char *command, int64_t deadline_ns, struct err *err)
{
	while (here_run(command, ATTEMPT_NS, NULL, 0, err) != 0) {
		if (!again(deadline_ns))
			return -1;
	}
	return 0;
}

int here_reach(const struct address *address, int64_t deadline_ns,
    struct err *err)
{
	struct conn conn = CONN_CLOSED;

	while (conn_connect(&conn, address, deadline_ns) != 0) {
		err_set(err, "%s: %s", address->text, net_reason(errno));
		conn_close(&conn);
		if (!again(deadline_ns))
			return -1;
	}
	conn_close(&conn);
	return 0;
}
