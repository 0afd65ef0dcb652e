/* cloudp2p_ask.c - a question to all servers at once; see cloudp2p.h. */
#include "stress_client/cloudp2p.h"

#include "lib/mem.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>

enum peer_state {
	PEER_CONNECTING,
	PEER_SILENT, /* was asked, has not answered */
	PEER_FAILED,
	PEER_ANSWERED,
};

struct peer {
	enum peer_state state;
	struct conn conn;
	struct cloudp2p_decoder *decoder; /* NULL until it says something */
	struct cloudp2p_message answer;   /* when PEER_ANSWERED */
	int error;                        /* when PEER_FAILED */
};

struct inquiry {
	const struct question *question;
	struct traffic *traffic;
	struct buf frame;
	struct peer *peers;
	size_t count;
	struct watch **watches; /* for watch_wait_any, one for each peer */
	uint32_t *events;
};

static void fail(struct inquiry *inquiry, struct peer *peer, int error)
{
	traffic_close(inquiry->traffic, &peer->conn);
	peer->state = PEER_FAILED;
	peer->error = error;
}

static void begin(struct inquiry *inquiry)
{
	const struct cloudp2p *shared = inquiry->question->shared;

	for (size_t i = 0; i < inquiry->count; i++) {
		struct peer *peer = &inquiry->peers[i];

		peer->state = PEER_CONNECTING;
		if (conn_begin(&peer->conn, &shared->servers[i]) == -1)
			fail(inquiry, peer, errno);
	}
}

static void connected(struct inquiry *inquiry, struct peer *peer)
{
	struct iovec part = { .iov_base = inquiry->frame.data,
		.iov_len = inquiry->frame.length };

	if (conn_finish(&peer->conn) == -1 ||
	    conn_send(&peer->conn, &part, 1, inquiry->question->deadline_ns) ==
	        -1)
		fail(inquiry, peer, errno);
	else
		peer->state = PEER_SILENT;
}

static bool is_answer(const struct question *question,
    const struct cloudp2p_message *message)
{
	return message->type == question->wanted &&
	       (message->type == CLOUDP2P_LEADER_RESPONSE ||
	           message->request_id == question->message.request_id);
}

/* Takes what the peer has sent. Messages that were not asked for are passed
 * over, as the original does not see them either. */
static void listen_to(struct inquiry *inquiry, struct peer *peer)
{
	uint8_t *from = inquiry->question->user->scratch;
	/* Something is there, so this does not wait: the others go on. */
	ssize_t got = conn_receive(&peer->conn, from, DRIVER_SCRATCH, 0);
	size_t left = got > 0 ? (size_t)got : 0;

	if (got == -1 && errno == ETIME)
		return;
	if (got <= 0) {
		fail(inquiry, peer, got == 0 ? ENODATA : errno);
		return;
	}
	if (peer->decoder == NULL)
		peer->decoder = cloudp2p_decoder_new();
	if (peer->decoder == NULL) {
		fail(inquiry, peer, ENOMEM);
		return;
	}
	while (left > 0) {
		size_t used = left, none = 0;
		enum cloudp2p_progress progress =
		    cloudp2p_decode(peer->decoder, from, &used, NULL, &none);

		from += used;
		left -= used;
		if (progress == CLOUDP2P_MORE)
			continue;
		if (progress != CLOUDP2P_MESSAGE) {
			fail(inquiry, peer, EBADMSG);
			return;
		}
		cloudp2p_take(peer->decoder, &peer->answer);
		if (is_answer(inquiry->question, &peer->answer)) {
			traffic_close(inquiry->traffic, &peer->conn);
			peer->state = PEER_ANSWERED;
			return;
		}
		cloudp2p_release(&peer->answer);
	}
}

/* The peer whose answer counts; NULL while that is open. `*over` is set when no
 * answer can come any more. */
static struct peer *decided(struct inquiry *inquiry, bool *over)
{
	bool waiting = false;

	for (size_t i = 0; i < inquiry->count; i++) {
		struct peer *peer = &inquiry->peers[i];

		if (peer->state == PEER_ANSWERED)
			return peer;
		if (peer->state == PEER_FAILED)
			continue;
		waiting = true;
		if (inquiry->question->order == ASSIGNMENT_ORDERED)
			break;
	}
	*over = !waiting;
	return NULL;
}

/* Waits for one of the peers and serves it; -1 when none can be waited for. */
static int serve_one(struct inquiry *inquiry)
{
	int ready;

	for (size_t i = 0; i < inquiry->count; i++) {
		struct peer *peer = &inquiry->peers[i];

		inquiry->watches[i] = &peer->conn.watch;
		inquiry->events[i] = peer->state == PEER_CONNECTING ? EPOLLOUT
		                     : peer->state == PEER_SILENT   ? EPOLLIN
		                                                    : 0;
	}
	ready = watch_wait_any(inquiry->watches, inquiry->events,
	    inquiry->count, inquiry->question->deadline_ns);
	if (ready == -1)
		return -1;
	if (inquiry->peers[ready].state == PEER_CONNECTING)
		connected(inquiry, &inquiry->peers[ready]);
	else
		listen_to(inquiry, &inquiry->peers[ready]);
	return 0;
}

/* The time is up: who has not answered has failed. Left to decide, in the order
 * of the list, are those who have. */
static void give_up(struct inquiry *inquiry, int error)
{
	for (size_t i = 0; i < inquiry->count; i++) {
		struct peer *peer = &inquiry->peers[i];

		if (peer->state == PEER_CONNECTING)
			fail(inquiry, peer, error == ETIME ? ETIMEDOUT : error);
		else if (peer->state == PEER_SILENT)
			fail(inquiry, peer, error);
	}
}

static struct peer *inquire(struct inquiry *inquiry)
{
	bool over = false;
	struct peer *winner;

	begin(inquiry);
	while ((winner = decided(inquiry, &over)) == NULL && !over) {
		if (serve_one(inquiry) == -1)
			give_up(inquiry, errno);
	}
	return winner;
}

/* What to report when nobody answered: silence where there was any. */
static int common_error(const struct inquiry *inquiry)
{
	int error = 0;

	for (size_t i = 0; i < inquiry->count; i++) {
		int one = inquiry->peers[i].error;

		if (one == ECANCELED)
			return one;
		if (one == ETIME || one == ENODATA)
			return 0;
		error = one;
	}
	return error;
}

static void release(struct inquiry *inquiry, const struct peer *winner)
{
	for (size_t i = 0; i < inquiry->count; i++) {
		struct peer *peer = &inquiry->peers[i];

		traffic_close(inquiry->traffic, &peer->conn);
		cloudp2p_decoder_free(peer->decoder);
		if (peer->state == PEER_ANSWERED && peer != winner)
			cloudp2p_release(&peer->answer);
	}
	free(inquiry->peers);
	free(inquiry->watches);
	free(inquiry->events);
	buf_release(&inquiry->frame);
}

int cloudp2p_ask(const struct question *question, struct answer *answer,
    struct traffic *traffic)
{
	size_t count = question->shared->server_count;
	struct inquiry inquiry = {
		.question = question,
		.traffic = traffic,
		.count = count,
		.peers = mem_new(count, sizeof(struct peer)),
		.watches = mem_new(count, sizeof(struct watch *)),
		.events = mem_new(count, sizeof(uint32_t)),
	};
	struct peer *winner = NULL;

	for (size_t i = 0; i < count; i++)
		inquiry.peers[i].conn = (struct conn)CONN_CLOSED;
	*answer = (struct answer){ 0 };
	if (cloudp2p_encode(&inquiry.frame, &question->message, NULL, 0) == -1)
		answer->error = errno;
	else
		winner = inquire(&inquiry);
	if (winner != NULL) {
		answer->message = winner->answer;
		answer->server = (size_t)(winner - inquiry.peers);
	} else if (answer->error == 0) {
		answer->error = common_error(&inquiry);
	}
	release(&inquiry, winner);
	return winner == NULL ? -1 : 0;
}

const char *cloudp2p_reason(int error)
{
	if (error == EBADMSG)
		return "bad reply";
	return error == ECANCELED ? "interrupted" : net_reason(error);
}

void traffic_close(struct traffic *traffic, struct conn *conn)
{
	if (conn->watch.fd == -1)
		return;
	traffic->bytes_sent += conn->bytes_sent;
	traffic->bytes_received += conn->bytes_received;
	conn_close(conn);
	conn->bytes_sent = conn->bytes_received = 0;
}
