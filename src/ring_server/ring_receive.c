#include "ring_server/ring_state.h"

/* A leader heard that lately is not dead. */
#define FRESH_HEARTBEATS 2

/* Objects to a candidate; one whom we do not know cannot be told. */
static void object(struct ring *ring, uint32_t candidate)
{
	if (ring_find(ring, candidate))
		ring_post(ring, candidate, CLOUDP2P_ALIVE, ring->id);
}

static bool better(const struct ring *ring, double priority, uint32_t id)
{
	double own = ring->state == RING_STANDING ? ring->priority : ring->load;

	return own < priority || (own <= priority && ring->id < id);
}

/* We have just heard of our leader, and it does not deny that it leads. */
static bool content(const struct ring *ring, int64_t now_ns)
{
	const struct ring_peer *leader = ring_find(ring, ring->leader);

	return ring->state == RING_FOLLOWING && leader && ring->denials == 0 &&
	       now_ns - leader->seen_ns <=
	           FRESH_HEARTBEATS * ring->timing.heartbeat_ns;
}

static void on_election(struct ring *ring, uint32_t from, double priority,
    int64_t now_ns)
{
	if (ring->state == RING_LEADING) {
		object(ring, from);
		ring_post(ring, ring_find(ring, from) ? from : OUTBOX_ALL,
		    CLOUDP2P_COORDINATOR, ring->id);
	} else if (from != ring->leader && content(ring, now_ns)) {
		object(ring, from);
	} else if (better(ring, priority, from)) {
		object(ring, from);
		if (ring->state != RING_STANDING && ring->state != RING_WAITING)
			ring_stand(ring, now_ns);
	} else {
		ring->leader = 0;
		ring_await(ring, now_ns);
	}
}

static void on_coordinator(struct ring *ring, uint32_t leader, int64_t now_ns)
{
	struct ring_peer *peer = ring_find(ring, leader);

	if (ring->state == RING_LEADING) {
		if (leader > ring->id)
			ring_post(ring, OUTBOX_ALL, CLOUDP2P_COORDINATOR,
			    ring->id);
		else if (peer)
			ring_follow(ring, peer, now_ns);
	} else if (leader == ring->id) {
		ring_lead(ring);
	} else if (peer) {
		ring_follow(ring, peer, now_ns);
	}
}

static bool all_answered(const struct ring *ring)
{
	for (size_t i = 0; i < ring->peer_count; i++) {
		if (ring->peers[i].linked && !ring->peers[i].view)
			return false;
	}
	return true;
}

static void on_view(struct ring *ring, struct ring_peer *peer, uint32_t leader,
    int64_t now_ns)
{
	bool claim = leader == peer->id;

	peer->view = leader;
	peer->view_ns = now_ns;
	peer->seen_ns = now_ns;
	peer->claims = claim ? peer->claims + 1 : 0;
	switch (ring->state) {
	case RING_LEADING:
		/* A first claim may be older than our Coordinator. */
		if (claim && peer->id < ring->id &&
		    peer->claims >= RING_REPEATED)
			ring_follow(ring, peer, now_ns);
		break;
	case RING_FOLLOWING:
		if (peer->id == ring->leader)
			ring->denials = claim ? 0 : ring->denials + 1;
		break;
	case RING_JOINING:
		ring->named |= leader == ring->id;
		if (claim)
			ring_follow(ring, peer, now_ns);
		else if (ring->named && all_answered(ring))
			ring_lead(ring);
		break;
	case RING_WAITING:
	case RING_STANDING:
		if (claim && !ring->forcing)
			ring_follow(ring, peer, now_ns);
		break;
	}
}

static void on_alive(struct ring *ring, uint32_t from, int64_t now_ns)
{
	struct ring_peer *peer = ring_find(ring, from);

	if (peer && ring->state == RING_STANDING)
		ring_await(ring, now_ns);
}

void ring_receive(struct ring *ring, uint32_t link,
    const struct cloudp2p_message *message, int64_t now_ns)
{
	struct ring_peer *peer = ring_find(ring, message->server_id);

	ring_wake(ring, now_ns);
	switch ((int)message->type) {
	case CLOUDP2P_ELECTION:
		on_election(ring, message->server_id, message->value, now_ns);
		break;
	case CLOUDP2P_ALIVE:
		on_alive(ring, message->server_id, now_ns);
		break;
	case CLOUDP2P_COORDINATOR:
		on_coordinator(ring, message->server_id, now_ns);
		break;
	case CLOUDP2P_HEARTBEAT:
		if (peer)
			peer->seen_ns = now_ns;
		break;
	case CLOUDP2P_LEADER_RESPONSE:
		if (ring_find(ring, link))
			on_view(ring, ring_find(ring, link), message->server_id,
			    now_ns);
		break;
	default:
		break;
	}
}
