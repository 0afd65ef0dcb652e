#include "lib/mem.h"
#include "ring_server/ring_state.h"

#include <stdlib.h>

/* After that many monitor intervals, an answer is stale. */
#define SILENT_MONITORS 3

void ring_init(struct ring *ring, uint32_t id, const uint32_t *peers,
    size_t peer_count, const struct ring_timing *timing, uint64_t seed,
    struct log *log, int64_t now_ns)
{
	*ring = (struct ring){
		.id = id,
		.timing = *timing,
		.peers = mem_new(peer_count + 1, sizeof *ring->peers),
		.peer_count = peer_count,
		.log = log,
		.heartbeat_due_ns = now_ns,
		.monitor_due_ns = now_ns + timing->monitor_ns,
		.awake_ns = now_ns,
	};
	for (size_t i = 0; i < peer_count; i++)
		ring->peers[i].id = peers[i];
	rng_init(&ring->rng, seed, id);
	ring_join(ring, now_ns);
}

void ring_release(struct ring *ring)
{
	outbox_release(&ring->out);
	free(ring->peers);
}

uint32_t ring_leader(const struct ring *ring)
{
	return ring->leader;
}

bool ring_lives(const struct ring *ring, uint32_t id, int64_t now_ns)
{
	const struct ring_peer *peer = ring_find(ring, id);

	return id == ring->id || (peer && ring_peer_lives(ring, peer, now_ns));
}

static bool any_linked(const struct ring *ring)
{
	for (size_t i = 0; i < ring->peer_count; i++) {
		if (ring->peers[i].linked)
			return true;
	}
	return false;
}

void ring_wake(struct ring *ring, int64_t now_ns)
{
	int64_t gap_ns = now_ns - ring->awake_ns;

	ring->awake_ns = now_ns;
	if (gap_ns <= ring->timing.failure_ns / 2)
		return;
	log_write(ring->log, LOG_WARN, "Server %u stood still for %lld ms",
	    ring->id, (long long)(gap_ns / 1000000));
	for (size_t i = 0; i < ring->peer_count; i++) {
		if (ring->peers[i].seen_ns)
			ring->peers[i].seen_ns = now_ns;
	}
	if (any_linked(ring))
		ring_join(ring, now_ns);
}

static void fail(struct ring *ring, struct ring_peer *peer, int64_t now_ns)
{
	bool led = ring->leader == peer->id;

	log_write(ring->log, LOG_WARN, "%s %u appears to have failed",
	    led ? "LEADER" : "Server", peer->id);
	peer->seen_ns = 0;
	peer->view = 0;
	peer->claims = 0;
	ring->orphans = true;
	if (led)
		ring_stand(ring, now_ns);
}

static bool answers(const struct ring *ring, const struct ring_peer *peer,
    int64_t now_ns)
{
	return peer->view && now_ns - peer->view_ns <=
	                         SILENT_MONITORS * ring->timing.monitor_ns;
}

/* The leader says, repeatedly, that it does not lead. */
static void resolve_denial(struct ring *ring, int64_t now_ns)
{
	const struct ring_peer *leader = ring_find(ring, ring->leader);
	uint32_t named = leader ? leader->view : 0;
	struct ring_peer *other = ring_find(ring, named);

	ring->denials = 0;
	if (named == ring->id)
		ring_lead(ring);
	else if (other && answers(ring, other, now_ns) && other->claims)
		ring_follow(ring, other, now_ns);
	else
		ring_stand(ring, now_ns);
}

static bool at_odds(const struct ring *ring, int64_t now_ns)
{
	for (size_t i = 0; i < ring->peer_count; i++) {
		const struct ring_peer *peer = &ring->peers[i];

		if (peer->linked && ring_peer_lives(ring, peer, now_ns) &&
		    (!answers(ring, peer, now_ns) ||
		        peer->view != ring->leader))
			return true;
	}
	return false;
}

static void check_followers(struct ring *ring, int64_t now_ns)
{
	for (size_t i = 0; i < ring->peer_count; i++) {
		struct ring_peer *peer = &ring->peers[i];

		if (peer->linked && ring_peer_lives(ring, peer, now_ns) &&
		    now_ns - peer->linked_ns > ring->timing.monitor_ns &&
		    (!answers(ring, peer, now_ns) || peer->view != ring->id))
			ring_post(ring, peer->id, CLOUDP2P_COORDINATOR,
			    ring->id);
	}
}

static void check_leader(struct ring *ring, int64_t now_ns)
{
	if (ring->denials >= RING_REPEATED) {
		resolve_denial(ring, now_ns);
		return;
	}
	if (!at_odds(ring, now_ns)) {
		ring->odds_ns = 0;
	} else if (!ring->odds_ns) {
		/* Jitter, so that not all who see it stand at once. */
		ring->odds_ns =
		    now_ns + ring_jitter(ring, ring->timing.monitor_ns);
	} else if (now_ns - ring->odds_ns > ring->timing.failure_ns) {
		log_write(ring->log, LOG_WARN,
		    "the peers are at odds about the leader");
		ring->odds_ns = 0;
		ring->forcing = true;
		ring_stand(ring, now_ns);
	}
}

static void monitor(struct ring *ring, int64_t now_ns)
{
	for (size_t i = 0; i < ring->peer_count; i++) {
		struct ring_peer *peer = &ring->peers[i];

		if (peer->seen_ns && !ring_peer_lives(ring, peer, now_ns))
			fail(ring, peer, now_ns);
	}
	ring_post(ring, OUTBOX_ALL, CLOUDP2P_LEADER_QUERY, 0);
	if (ring->state == RING_LEADING)
		check_followers(ring, now_ns);
	else if (ring->state == RING_FOLLOWING)
		check_leader(ring, now_ns);
}

/* Joining, waiting or standing has taken its time. */
static void expire(struct ring *ring, int64_t now_ns)
{
	if (ring->state == RING_STANDING || ring->peer_count == 0 ||
	    (ring->state == RING_JOINING && ring->named)) {
		ring_lead(ring);
	} else {
		ring->losses += ring->state == RING_WAITING;
		ring_stand(ring, now_ns);
	}
}

static bool undecided(const struct ring *ring)
{
	return ring->state != RING_FOLLOWING && ring->state != RING_LEADING;
}

static int64_t earlier(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

int64_t ring_tick(struct ring *ring, int64_t now_ns, uint64_t unix_s)
{
	int64_t due_ns;

	ring_wake(ring, now_ns);
	if (now_ns >= ring->heartbeat_due_ns) {
		outbox_add(&ring->out, OUTBOX_ALL,
		    &(struct cloudp2p_message){ .type = CLOUDP2P_HEARTBEAT,
		        .server_id = ring->id,
		        .timestamp = unix_s,
		        .value = ring->load });
		ring->heartbeat_due_ns = now_ns + ring->timing.heartbeat_ns;
	}
	if (now_ns >= ring->monitor_due_ns) {
		monitor(ring, now_ns);
		ring->monitor_due_ns = now_ns + ring->timing.monitor_ns;
	}
	if (undecided(ring) && now_ns >= ring->deadline_ns)
		expire(ring, now_ns);
	due_ns = earlier(ring->heartbeat_due_ns, ring->monitor_due_ns);
	return undecided(ring) ? earlier(due_ns, ring->deadline_ns) : due_ns;
}

void ring_linked(struct ring *ring, uint32_t id, int64_t now_ns)
{
	struct ring_peer *peer = ring_find(ring, id);

	peer->linked = true;
	peer->linked_ns = now_ns;
	ring_post(ring, id, CLOUDP2P_LEADER_QUERY, 0);
	ring_post(ring, id, CLOUDP2P_HISTORY_SYNC_REQUEST, ring->id);
	if (ring->state == RING_LEADING)
		ring_post(ring, id, CLOUDP2P_COORDINATOR, ring->id);
	else if (ring->state == RING_STANDING)
		ring_post_election(ring, id);
}

void ring_unlinked(struct ring *ring, uint32_t id)
{
	struct ring_peer *peer = ring_find(ring, id);

	peer->linked = false;
	peer->view = 0;
	peer->claims = 0;
}

void ring_refused(struct ring *ring, uint32_t id, int64_t now_ns)
{
	struct ring_peer *peer = ring_find(ring, id);

	if (peer->seen_ns)
		fail(ring, peer, now_ns);
}

void ring_hand_over(struct ring *ring, uint32_t successor)
{
	if (ring->state != RING_LEADING || !ring_find(ring, successor))
		return;
	ring->state = RING_FOLLOWING;
	ring->leader = successor;
	ring_post(ring, OUTBOX_ALL, CLOUDP2P_COORDINATOR, successor);
}
