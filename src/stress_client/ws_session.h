/* ws_session.h - a client's connection through a whole run: made, held, made
 * again when it was lost, left and made anew where the user wants that.
 *
 * Its operations are recorded as they happen: "connect" (TCP, TLS and upgrade),
 * and what a driver's join() measures. */
#ifndef STRESS_CLIENT_WS_SESSION_H
#define STRESS_CLIENT_WS_SESSION_H

#include "stress_client/driver.h"
#include "stress_client/ws_settings.h"

struct ws_session;

/* What a driver makes of a connection. */
struct ws_protocol {
	/* After the upgrade, in a fiber that may wait: makes the connection
	 * one that can be used. Returns 0, or -1 with why not. NULL: it can be
	 * used as it is. */
	int (*join)(struct ws_session *session, int64_t deadline_ns,
	    struct ws_failure *failure);

	/* A message or a pong; on the thread's own stack. */
	void (*message)(struct ws_session *session,
	    const struct websocket_message *message);

	/* It was lost, or left for a new one. */
	void (*lost)(struct ws_session *session,
	    const struct ws_failure *failure);
};

struct ws_session {
	struct ws_link link; /* first */
	struct user *user;
	const struct ws_settings *settings;
	const struct ws_protocol *protocol;
	bool joined; /* it can be used */
	/* Set by a driver whose first request is to join: the outcome of the
	 * first try is left here and not recorded. */
	bool first_join_is_ours;
	const char *first_join_reason;
	int64_t first_join_us;

	/* Its own. */
	struct fiber *keeper; /* makes connections; NULL: there is none */
	struct ws_sleeper {
		struct fiber *fiber;
		bool woken;
	} client_sleeper, keeper_sleeper;
	bool tried, ending;
	bool counted_open, counted_joined;
	bool busy, leaving; /* a request is on its way; it is the last one */
	int64_t lost_ns;    /* 0: it was not */
	const char *reason; /* of the last failure */
	uint64_t bytes_sent, bytes_received; /* that are counted already */
};

/* From the client's fiber: returns after the first try to connect. What fails
 * is recorded, and tried again. */
void ws_session_open(struct ws_session *session);

/* Before a request: waits until it can be used. Returns 0, or -1: the reason is
 * then the last failure's. ws_session_end ends what this has begun. */
int ws_session_wait(struct ws_session *session, int64_t deadline_ns,
    const char **reason);

/* Parks the fiber (the client's, or the one in which join() runs) until
 * somebody wakes them. Returns as fiber_park; wakes without cause as well. */
int ws_session_doze(struct ws_session *session, int64_t deadline_ns);
void ws_session_wake(struct ws_session *session);

/* Gives a connection up that is of no use any more, and makes it again. */
void ws_session_give_up(struct ws_session *session, const char *reason);

/* What was sent and received since the last call goes to the outcome. */
void ws_session_count(struct ws_session *session, struct outcome *outcome);

/* A request has ended: what was sent and received since the last one goes to
 * its outcome. */
void ws_session_end(struct ws_session *session, struct outcome *outcome);

/* Says farewell; waits until nothing uses it any more. */
void ws_session_close(struct ws_session *session);

#endif
