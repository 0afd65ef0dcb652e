/* The clock of a host, over a session. */
#include "lib/clock.h"
#include "lib/ssh_session.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define EXCHANGES 9

/* Answers every line with its time in nanoseconds, whatever the login shell. */
static const char *const CLOCK =
    "exec sh -c 'while read x; do date +%s%N; done'";

struct exchange {
	LIBSSH2_CHANNEL *channel;
	char answer[64];
	int64_t sent_ns, received_ns; /* Unix time, ours */
};

static int ask(struct ssh *ssh, struct exchange *exchange, int64_t deadline_ns)
{
	ssize_t result = 0;
	size_t length = 0;
	exchange->sent_ns = clock_unix_ns();
	SSH_AWAIT(ssh, deadline_ns, result,
	    libssh2_channel_write(exchange->channel, "\n", 1));
	while (result > 0 && !memchr(exchange->answer, '\n', length)) {
		size_t room = sizeof exchange->answer - 1 - length;
		if (room == 0)
			break;
		SSH_AWAIT(ssh, deadline_ns, result,
		    libssh2_channel_read(exchange->channel,
		        exchange->answer + length, room));
		if (result > 0)
			length += (size_t)result;
	}
	exchange->received_ns = clock_unix_ns();
	exchange->answer[length] = '\0';
	return result < 0 ? -1 : 0;
}

/* What a login shell prints first stands on the lines before. Seconds alone, or
 * a letter where nanoseconds should be, come from a `date` that has none. */
static int read_time(const struct exchange *exchange, int64_t *unix_ns)
{
	size_t digits = strspn(exchange->answer, "0123456789");
	if (digits < 18 || strcmp(exchange->answer + digits, "\n") != 0)
		return -1;
	errno = 0;
	*unix_ns = strtoll(exchange->answer, NULL, 10);
	return errno ? -1 : 0;
}

static int measure(struct ssh *ssh, struct exchange *exchange,
    int64_t deadline_ns, struct remote_clock *clock, struct err *err)
{
	int measured = 0;
	for (int i = 0; i < EXCHANGES; i++) {
		int64_t theirs_ns = 0;
		if (ask(ssh, exchange, deadline_ns) != 0)
			return ssh_broken(ssh, "the clock", err);
		if (read_time(exchange, &theirs_ns) != 0)
			continue;
		int64_t trip_ns = exchange->received_ns - exchange->sent_ns;
		double error_ms = (double)trip_ns / 2 / (double)NS_PER_MS;
		if (measured++ && error_ms >= clock->error_ms)
			continue;
		int64_t ours_ns = exchange->sent_ns + trip_ns / 2;
		clock->error_ms = error_ms;
		clock->offset_ms =
		    (double)(theirs_ns - ours_ns) / (double)NS_PER_MS;
		clock->measured_unix_ms = exchange->received_ns / NS_PER_MS;
	}
	if (measured)
		return 0;
	errno = ENOSYS;
	return err_set(err, "%s: its date +%%s%%N does not tell the time",
	    ssh->target.words);
}

int ssh_measure_clock(struct ssh *ssh, int64_t deadline_ns,
    struct remote_clock *clock, struct err *err)
{
	struct exchange exchange = { 0 };
	int freed = 0;
	*clock = (struct remote_clock){ 0 };
	exchange.channel = ssh_open_command(ssh, CLOCK, deadline_ns, err);
	if (!exchange.channel)
		return -1;
	int result = measure(ssh, &exchange, deadline_ns, clock, err);
	if (ssh->session)
		SSH_AWAIT(ssh, deadline_ns, freed,
		    libssh2_channel_free(exchange.channel));
	return result;
}
