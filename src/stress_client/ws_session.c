#include "stress_client/ws_session.h"

#include "lib/clock.h"

#include <errno.h>

void ws_session_count(struct ws_session *session, struct outcome *outcome)
{
	const struct ws_link *link = &session->link;
	outcome->bytes_sent += link->bytes_sent - session->bytes_sent;
	outcome->bytes_received +=
	    link->bytes_received - session->bytes_received;
	session->bytes_sent = link->bytes_sent;
	session->bytes_received = link->bytes_received;
}

static void record(struct ws_session *session, const char *operation,
    const char *reason, int64_t begin_ns)
{
	struct outcome outcome = {
		.operation = operation,
		.reason = reason,
		.server = session->link.target->address.text,
		.service_us = (clock_now_ns() - begin_ns) / NS_PER_US,
	};
	ws_session_count(session, &outcome);
	user_record(session->user, &outcome);
}

/* Tells the run what has changed. */
static void count_connection(struct ws_session *session, bool dropped)
{
	bool open = session->link.up, joined = session->joined;
	struct connections_change change = {
		.open = open - session->counted_open,
		.joined = joined - session->counted_joined,
		.dropped = dropped,
		.restored = joined && session->lost_ns > 0,
	};
	if (change.restored)
		change.restore_us =
		    (clock_now_ns() - session->lost_ns) / NS_PER_US;
	session->counted_open = open;
	session->counted_joined = joined;
	user_connections(session->user, &change);
}

static void log_failure(struct ws_session *session, const char *what,
    const struct ws_failure *failure)
{
	user_log(session->user, "%s %s: %s%s%s", what,
	    session->link.target->address.text, failure->reason,
	    failure->detail[0] ? ": " : "", failure->detail);
}

static void note_loss(struct ws_session *session, const char *reason)
{
	bool dropped = session->joined;
	if (dropped)
		session->lost_ns = clock_now_ns();
	session->joined = false;
	session->reason = reason;
	count_connection(session, dropped);
}

/* A driver's first request is to join: then it has what became of it. */
static void record_join(struct ws_session *session, const char *reason,
    int64_t begin_ns)
{
	if (!session->first_join_is_ours || session->tried) {
		record(session, "join", reason, begin_ns);
		return;
	}
	session->first_join_reason = reason;
	session->first_join_us = (clock_now_ns() - begin_ns) / NS_PER_US;
}

/* One try. Returns 0 when it can be used. */
static int connect_once(struct ws_session *session)
{
	const struct ws_settings *settings = session->settings;
	int64_t begin_ns = clock_now_ns();
	struct ws_failure failure;
	int result = ws_link_open(&session->link,
	    begin_ns + settings->connect_timeout_ns, &failure);

	if (result < 0 && session->ending)
		return -1;
	record(session, "connect", result < 0 ? failure.reason : NULL,
	    begin_ns);
	count_connection(session, false);
	session->first_join_reason = failure.reason;
	if (result == 0 && session->protocol->join) {
		begin_ns = clock_now_ns();
		result = session->protocol->join(session,
		    begin_ns + settings->reply_timeout_ns, &failure);
		if (result < 0 && session->ending)
			return -1;
		record_join(session, result < 0 ? failure.reason : NULL,
		    begin_ns);
		if (result < 0)
			ws_link_close(&session->link, WEBSOCKET_NORMAL);
		count_connection(session, false);
	}
	if (result < 0) {
		session->reason = failure.reason;
		log_failure(session, "no connection to", &failure);
		return -1;
	}
	/* Already lost again, by what stood behind the handshake. */
	if (!session->link.up)
		return -1;
	session->joined = true;
	count_connection(session, false);
	return 0;
}

static void note_return(struct ws_session *session)
{
	if (session->lost_ns > 0)
		user_log(session->user, "connected again after %.3f s",
		    (double)(clock_now_ns() - session->lost_ns) /
		        (double)NS_PER_SECOND);
	session->lost_ns = 0;
	ws_session_wake(session);
}

/* More or less by a share of it. */
static int64_t jittered(struct ws_session *session, int64_t ns, double share)
{
	double unit = 2 * rng_unit(&session->user->rng) - 1;
	return (int64_t)((double)ns * (1 + share * unit));
}

/* Pauses ever longer between tries; -1 when it is to end. */
static int connect_again(struct ws_session *session)
{
	const struct ws_settings *settings = session->settings;
	int64_t pause_ns = settings->reconnect_min_ns;
	do {
		if (fiber_sleep_until(clock_now_ns() +
		                      jittered(session, pause_ns, 0.5)) < 0 ||
		    session->ending)
			return -1;
		pause_ns = pause_ns < settings->reconnect_max_ns / 2
		               ? 2 * pause_ns
		               : settings->reconnect_max_ns;
	} while (connect_once(session) < 0);
	note_return(session);
	return 0;
}

/* Stays for the time of a session, or until the connection is lost; -1 when it
 * is to end. */
static int stay(struct ws_session *session)
{
	int64_t end_ns = clock_now_ns() +
	                 jittered(session, session->settings->session_ns, 0.25);
	while (session->joined && clock_now_ns() < end_ns)
		if (ws_session_doze(session, end_ns) < 0 && errno != ETIME)
			return -1;
	return session->ending ? -1 : 0;
}

/* Stays, then leaves and comes again; -1 when it is to end. */
static int stay_and_leave(struct ws_session *session)
{
	if (stay(session) < 0)
		return -1;
	session->leaving = true;
	while (session->busy)
		if (ws_session_doze(session, CLOCK_NEVER) < 0)
			return -1;
	session->leaving = false;
	if (!session->joined)
		return 0;
	session->joined = false;
	session->reason = "interrupted";
	ws_link_close(&session->link, WEBSOCKET_GOING_AWAY);
	count_connection(session, false);
	session->protocol->lost(session,
	    &(struct ws_failure){ .reason = session->reason });
	if (connect_once(session) == 0)
		note_return(session);
	return 0;
}

static void keep(void *arg)
{
	struct ws_session *session = arg;
	int result = 0;
	if (!session->tried)
		connect_once(session);
	session->tried = true;
	ws_session_wake(session);
	while (result == 0 && !session->ending) {
		if (!session->joined && session->settings->reconnect)
			result = connect_again(session);
		else if (session->joined && session->settings->session_ns > 0)
			result = stay_and_leave(session);
		else
			break;
	}
	session->keeper = NULL;
	ws_session_wake(session);
}

/* Connections are made on a stack of their own, which is given back: that of a
 * client that rests stays small. */
static void employ_keeper(struct ws_session *session)
{
	if (session->keeper || session->ending)
		return;
	session->keeper = fiber_spawn(loop_current(), keep, session);
	if (!session->keeper)
		session->reason = "out of memory";
}

/* The link's handlers */

static void take_message(struct ws_link *link,
    const struct websocket_message *message)
{
	struct ws_session *session = (struct ws_session *)link;
	session->protocol->message(session, message);
}

static void take_loss(struct ws_link *link, const struct ws_failure *failure)
{
	struct ws_session *session = (struct ws_session *)link;
	if (session->joined)
		log_failure(session, "lost the connection to", failure);
	note_loss(session, failure->reason);
	session->protocol->lost(session, failure);
	ws_session_wake(session);
	employ_keeper(session);
}

static void take_sent(struct ws_link *link)
{
	ws_session_wake((struct ws_session *)link);
}

static const struct ws_handlers handlers = {
	.message = take_message,
	.sent = take_sent,
	.down = take_loss,
};

/* For drivers */

void ws_session_open(struct ws_session *session)
{
	session->link.conn = (struct conn)CONN_CLOSED;
	session->link.handlers = &handlers;
	session->link.rng = &session->user->rng;
	session->link.scratch = session->user->scratch;
	employ_keeper(session);
	while (session->keeper && !session->tried)
		if (ws_session_doze(session, CLOCK_NEVER) < 0)
			break;
}

int ws_session_doze(struct ws_session *session, int64_t deadline_ns)
{
	struct fiber *self = fiber_self();
	struct ws_sleeper *sleeper = self == session->keeper
	                                 ? &session->keeper_sleeper
	                                 : &session->client_sleeper;
	*sleeper = (struct ws_sleeper){ .fiber = self };
	int result = fiber_park(deadline_ns);
	int error = errno;
	sleeper->fiber = NULL;
	/* Woken just when its time was over: nobody else may find the permit
	 * that this has left. */
	if (result < 0 && error == ETIME && sleeper->woken)
		fiber_park(CLOCK_NEVER);
	errno = error;
	return result;
}

static void wake(struct ws_sleeper *sleeper)
{
	struct fiber *fiber = sleeper->fiber;
	if (!fiber)
		return;
	sleeper->fiber = NULL;
	sleeper->woken = true;
	fiber_unpark(fiber);
}

void ws_session_wake(struct ws_session *session)
{
	wake(&session->client_sleeper);
	wake(&session->keeper_sleeper);
}

int ws_session_wait(struct ws_session *session, int64_t deadline_ns,
    const char **reason)
{
	while (!session->joined || session->leaving) {
		*reason = session->reason ? session->reason : "interrupted";
		if (!session->keeper)
			return -1;
		if (ws_session_doze(session, deadline_ns) == 0)
			continue;
		if (errno == ECANCELED)
			*reason = "interrupted";
		return -1;
	}
	session->busy = true;
	return 0;
}

void ws_session_give_up(struct ws_session *session, const char *reason)
{
	struct ws_failure failure = { .reason = reason };
	if (!session->link.up)
		return;
	ws_link_close(&session->link, WEBSOCKET_GOING_AWAY);
	take_loss(&session->link, &failure);
}

void ws_session_end(struct ws_session *session, struct outcome *outcome)
{
	ws_session_count(session, outcome);
	session->busy = false;
	wake(&session->keeper_sleeper);
}

void ws_session_close(struct ws_session *session)
{
	session->ending = true;
	if (session->keeper)
		fiber_cancel(session->keeper);
	while (session->keeper)
		fiber_yield();
	ws_link_close(&session->link, WEBSOCKET_NORMAL);
	session->joined = false;
	count_connection(session, false);
}
