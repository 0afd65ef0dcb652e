#include "ring_server/ring_state.h"

#define LOSSES_BEFORE_ZERO 1

struct ring_peer *ring_find(const struct ring *ring, uint32_t id)
{
	for (size_t i = 0; i < ring->peer_count; i++) {
		if (ring->peers[i].id == id)
			return &ring->peers[i];
	}
	return NULL;
}

void ring_post(struct ring *ring, uint32_t to, enum cloudp2p_type type,
    uint32_t server_id)
{
	outbox_add(&ring->out, to,
	    &(struct cloudp2p_message){ .type = type, .server_id = server_id });
}

int64_t ring_jitter(struct ring *ring, int64_t up_to_ns)
{
	return (int64_t)rng_below(&ring->rng, (uint64_t)up_to_ns + 1);
}

void ring_post_election(struct ring *ring, uint32_t to)
{
	outbox_add(&ring->out, to,
	    &(struct cloudp2p_message){ .type = CLOUDP2P_ELECTION,
	        .server_id = ring->id,
	        .value = ring->priority });
}

static void forget_views(struct ring *ring)
{
	for (size_t i = 0; i < ring->peer_count; i++) {
		ring->peers[i].view = 0;
		ring->peers[i].claims = 0;
	}
	ring->denials = 0;
	ring->odds_ns = 0;
}

void ring_join(struct ring *ring, int64_t now_ns)
{
	int64_t election_ns = ring->timing.election_ns;

	ring->state = RING_JOINING;
	ring->leader = 0;
	ring->named = false;
	ring->forcing = false;
	ring->deadline_ns =
	    now_ns + election_ns + ring_jitter(ring, election_ns / 4);
	if (ring->peer_count == 0)
		ring->deadline_ns = now_ns;
	forget_views(ring);
	ring_post(ring, OUTBOX_ALL, CLOUDP2P_LEADER_QUERY, 0);
	ring_post(ring, OUTBOX_ALL, CLOUDP2P_HISTORY_SYNC_REQUEST, ring->id);
}

void ring_stand(struct ring *ring, int64_t now_ns)
{
	log_write(ring->log, LOG_INFO, "Server %u initiating election",
	    ring->id);
	ring->state = RING_STANDING;
	ring->leader = 0;
	ring->priority = ring->losses > LOSSES_BEFORE_ZERO ? 0 : ring->load;
	ring->deadline_ns = now_ns + ring->timing.election_ns;
	ring_post_election(ring, OUTBOX_ALL);
}

void ring_await(struct ring *ring, int64_t now_ns)
{
	int64_t election_ns = ring->timing.election_ns;

	ring->state = RING_WAITING;
	ring->deadline_ns =
	    now_ns + 2 * election_ns + ring_jitter(ring, election_ns / 2);
}

void ring_lead(struct ring *ring)
{
	log_write(ring->log, LOG_INFO, "Server %u won election, now LEADER",
	    ring->id);
	ring->state = RING_LEADING;
	ring->leader = ring->id;
	ring->losses = 0;
	ring->forcing = false;
	ring->orphans = true;
	forget_views(ring);
	ring_post(ring, OUTBOX_ALL, CLOUDP2P_COORDINATOR, ring->id);
	ring_post(ring, OUTBOX_ALL, CLOUDP2P_HISTORY_SYNC_REQUEST, ring->id);
}

void ring_follow(struct ring *ring, struct ring_peer *leader, int64_t now_ns)
{
	if (ring->leader != leader->id)
		log_write(ring->log, LOG_INFO,
		    "Server %u acknowledges %u as LEADER", ring->id,
		    leader->id);
	ring->state = RING_FOLLOWING;
	ring->leader = leader->id;
	ring->losses = 0;
	ring->denials = 0;
	ring->odds_ns = 0;
	ring->forcing = false;
	leader->seen_ns = now_ns; /* a leader that never speaks must fail too */
}

bool ring_peer_lives(const struct ring *ring, const struct ring_peer *peer,
    int64_t now_ns)
{
	return peer->seen_ns &&
	       now_ns - peer->seen_ns <= ring->timing.failure_ns;
}
