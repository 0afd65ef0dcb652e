#include "ring_server/ping.h"

#include "lib/clock.h"
#include "ring_server/frames.h"

#include <errno.h>

#define PATIENCE_NS (2 * NS_PER_SECOND)

struct exchange {
	struct address address;
	uint32_t leader;
	const char *failure; /* NULL: it answered */
};

/* Whether there is a leader comes first, if at all; the history always comes.
 */
static int ask(struct conn *conn, int64_t deadline_ns)
{
	const struct cloudp2p_message who = { .type = CLOUDP2P_LEADER_QUERY };
	const struct cloudp2p_message what = {
		.type = CLOUDP2P_HISTORY_SYNC_REQUEST
	};
	struct buf question = { 0 };
	int result = cloudp2p_encode(&question, &who, NULL, 0);

	if (result == 0)
		result = cloudp2p_encode(&question, &what, NULL, 0);
	if (result == 0) {
		struct iovec part = { question.data, question.length };

		result = conn_send(conn, &part, 1, deadline_ns);
	}
	buf_release(&question);
	return result;
}

static const char *hear(struct exchange *exchange, struct frames *frames,
    int64_t deadline_ns)
{
	struct cloudp2p_message message;
	int result;

	while ((result = frames_next(frames, &message, deadline_ns)) > 0) {
		enum cloudp2p_type type = message.type;

		if (type == CLOUDP2P_LEADER_RESPONSE)
			exchange->leader = message.server_id;
		cloudp2p_release(&message);
		if (type == CLOUDP2P_HISTORY_SYNC_RESPONSE)
			return NULL;
	}
	return result == 0 ? "closed by peer" : frames->error;
}

static void run(void *arg)
{
	struct exchange *exchange = arg;
	int64_t deadline_ns = clock_now_ns() + PATIENCE_NS;
	struct conn conn = CONN_CLOSED;
	struct frames frames;

	if (frames_init(&frames, &conn, NULL) != 0)
		exchange->failure = "out of memory";
	else if (conn_connect(&conn, &exchange->address, deadline_ns) != 0 ||
	         ask(&conn, deadline_ns) != 0)
		exchange->failure = net_reason(errno);
	else
		exchange->failure = hear(exchange, &frames, deadline_ns);
	frames_release(&frames);
	conn_close(&conn);
}

int ping(const char *address, uint32_t *leader, struct err *err)
{
	struct exchange exchange = { .failure = "out of memory" };
	struct loop *loop;
	int result;

	if (address_resolve(&exchange.address, address, err) != 0)
		return -1;
	loop = loop_new(err);
	if (!loop)
		return -1;
	fiber_spawn(loop, run, &exchange);
	result = loop_run(loop, err);
	loop_free(loop);
	if (result == 0 && exchange.failure)
		result = err_set(err, "%s: %s", address, exchange.failure);
	*leader = exchange.leader;
	return result;
}
