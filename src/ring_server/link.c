#include "ring_server/link.h"

#include "lib/clock.h"
#include "ring_server/frames.h"
#include "ring_server/server.h"

#include <errno.h>

/* A refused connection costs nothing: the pause is short, so that a peer that
 * starts is found soon. */
static int64_t pause_ns(const struct link *link)
{
	int64_t heartbeat_ns = link->server->settings->heartbeat_ns;

	return heartbeat_ns < NS_PER_SECOND / 5 ? heartbeat_ns
	                                        : NS_PER_SECOND / 5;
}

static int64_t patience_ns(const struct link *link)
{
	return link->server->settings->failure_ns;
}

static void empty(struct link *link)
{
	for (; link->count > 0; link->count--) {
		buf_release(&link->queue[link->first]);
		link->first = (link->first + 1) % LINK_QUEUE;
	}
}

void link_post(struct link *link, const struct cloudp2p_message *message)
{
	struct buf frame = { 0 };

	if (!link->up || cloudp2p_encode(&frame, message, NULL, 0) != 0) {
		buf_release(&frame);
		return;
	}
	if (link->count == LINK_QUEUE) {
		buf_release(&link->queue[link->first]);
		link->first = (link->first + 1) % LINK_QUEUE;
		link->count--;
	}
	link->queue[(link->first + link->count++) % LINK_QUEUE] = frame;
	fiber_unpark(link->writer);
}

/* What the peer answers on our link: whom it follows, and its history. */
static void read_answers(void *arg)
{
	struct link *link = arg;
	struct cloudp2p_message message, reply;
	struct frames frames;

	if (frames_init(&frames, &link->conn, NULL) == 0) {
		while (frames_next(&frames, &message, CLOCK_NEVER) > 0) {
			if (message.type == CLOUDP2P_LEADER_RESPONSE ||
			    message.type == CLOUDP2P_HISTORY_SYNC_RESPONSE)
				server_deliver(link->server, link->peer,
				    &message, &reply);
			cloudp2p_release(&message);
		}
		frames_release(&frames);
	}
	link->reader = NULL;
	link->broken = true;
	fiber_unpark(link->writer);
}

static int send_queue(struct link *link)
{
	while (link->count > 0) {
		struct buf frame = link->queue[link->first];
		struct iovec part = { frame.data, frame.length };
		int result;

		link->queue[link->first] = (struct buf){ 0 };
		link->first = (link->first + 1) % LINK_QUEUE;
		link->count--;
		result = conn_send(&link->conn, &part, 1,
		    clock_now_ns() + patience_ns(link));
		buf_release(&frame);
		if (result != 0)
			return -1;
	}
	return 0;
}

/* The link is up: sends until it breaks. */
static void serve(struct link *link)
{
	struct server *server = link->server;

	link->broken = false;
	link->up = true;
	link->reader = fiber_spawn(server->loop, read_answers, link);
	ring_linked(&server->node.ring, link->peer, clock_now_ns());
	server_flush(server);
	while (link->reader && !link->broken && send_queue(link) == 0 &&
	       fiber_park(CLOCK_NEVER) == 0)
		;
	link->up = false;
	empty(link);
	ring_unlinked(&server->node.ring, link->peer);
}

/* The reader's last wait ends when its descriptor goes. */
static void end_reader(struct link *link)
{
	if (link->reader)
		fiber_cancel(link->reader);
	while (link->reader)
		fiber_yield();
	conn_close(&link->conn);
}

static void run(void *arg)
{
	struct link *link = arg;
	struct server *server = link->server;

	do {
		int64_t now_ns = clock_now_ns();

		if (conn_connect(&link->conn, &link->address,
		        now_ns + patience_ns(link)) == 0) {
			serve(link);
			end_reader(link);
		} else if (errno == ECONNREFUSED) {
			ring_refused(&server->node.ring, link->peer, now_ns);
			server_flush(server);
		}
	} while (fiber_sleep_until(clock_now_ns() + pause_ns(link)) == 0);
	link->writer = NULL;
}

int link_start(struct link *link, struct server *server, uint32_t peer,
    const char *address, struct err *err)
{
	struct err why = { "" };

	link->server = server;
	link->peer = peer;
	link->conn = (struct conn)CONN_CLOSED;
	if (address_resolve(&link->address, address, &why) != 0)
		return err_set(err, "PEERS: %s", why.text);
	link->writer = fiber_spawn(server->loop, run, link);
	return link->writer ? 0 : err_set(err, "out of memory");
}

void link_release(struct link *link)
{
	empty(link);
}
