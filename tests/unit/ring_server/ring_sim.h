/* ring_sim.h - rings in simulated time: nodes of ours and models of the
 * original (specification 3.2 to 3.5), links with delays, kills, freezes. */
#ifndef TESTS_RING_SIM_H
#define TESTS_RING_SIM_H

#include "lib/clock.h"
#include "lib/rng.h"
#include "ring_server/ring.h"

#include <stdbool.h>
#include <string.h>

#define SIM_MAX       5
#define SIM_QUEUE     1024
#define SIM_HEARTBEAT 50 /* all in ms */
#define SIM_FAILURE   250
#define SIM_ELECTION  100
#define SIM_RETRY     50

struct sim_frame {
	int64_t due_ms;
	struct cloudp2p_message message;
};

struct sim_pipe { /* first in, first out */
	struct sim_frame frames[SIM_QUEUE];
	size_t first, count;
	int64_t last_ms;
};

struct sim_link { /* the outgoing link of one node to another */
	bool up;
	int64_t retry_ms;
	struct sim_pipe there, back;
};

struct sim_original { /* what the original keeps */
	uint32_t leader;
	bool received_alive;
	int64_t stand_ms, decide_ms; /* 0: not planned */
	int64_t heartbeat_ms;
	int64_t seen_ms[SIM_MAX + 1];
	double load;
};

struct sim_node {
	bool original, alive, frozen;
	struct ring ring;
	struct sim_original model;
	int64_t due_ns;
};

struct sim {
	struct rng rng;
	struct log silent;
	size_t count;
	int64_t now_ms, delay_ms;
	double loss;
	struct sim_node nodes[SIM_MAX + 1]; /* by id, from 1 */
	struct sim_link links[SIM_MAX + 1][SIM_MAX + 1];
};

static int64_t sim_ns(const struct sim *sim)
{
	return sim->now_ms * NS_PER_MS;
}

static void sim_push(struct sim *sim, struct sim_pipe *pipe,
    const struct cloudp2p_message *message)
{
	int64_t due_ms = sim->now_ms + (int64_t)rng_below(&sim->rng,
	                                   (uint64_t)sim->delay_ms + 1);

	if (pipe->count == SIM_QUEUE || rng_unit(&sim->rng) < sim->loss)
		return;
	if (due_ms < pipe->last_ms)
		due_ms = pipe->last_ms;
	pipe->last_ms = due_ms;
	pipe->frames[(pipe->first + pipe->count++) % SIM_QUEUE] =
	    (struct sim_frame){ due_ms, *message };
}

static void sim_send(struct sim *sim, uint32_t from, uint32_t to,
    const struct cloudp2p_message *message)
{
	for (uint32_t id = 1; id <= sim->count; id++)
		if (id != from && (to == id || to == OUTBOX_ALL) &&
		    sim->links[from][id].up)
			sim_push(sim, &sim->links[from][id].there, message);
}

static void sim_flush(struct sim *sim, uint32_t id)
{
	struct outbox *out = &sim->nodes[id].ring.out;

	for (size_t i = 0; i < out->count; i++)
		sim_send(sim, id, out->posts[i].to, &out->posts[i].message);
	outbox_clear(out);
	sim->nodes[id].due_ns = 0;
}

static void sim_tell(struct sim *sim, uint32_t from, uint32_t to,
    enum cloudp2p_type type, uint32_t id, double value)
{
	sim_send(sim, from, to,
	    &(struct cloudp2p_message){ .type = type,
	        .server_id = id,
	        .value = value });
}

/* The original, after the specification: obeys every Coordinator, and does not
 * ask again. */
static void sim_original_receive(struct sim *sim, uint32_t id,
    const struct cloudp2p_message *message)
{
	struct sim_original *o = &sim->nodes[id].model;
	uint32_t from = message->server_id;

	switch ((int)message->type) {
	case CLOUDP2P_ELECTION:
		if (o->load < message->value) {
			if (from >= 1 && from <= sim->count)
				sim_tell(sim, id, from, CLOUDP2P_ALIVE, id, 0);
			o->stand_ms = sim->now_ms + 5;
		}
		break;
	case CLOUDP2P_ALIVE:
		o->received_alive = true;
		break;
	case CLOUDP2P_COORDINATOR:
		o->leader = from;
		break;
	case CLOUDP2P_HEARTBEAT:
		o->seen_ms[from] = sim->now_ms;
		break;
	default:
		break;
	}
}

static void sim_original_tick(struct sim *sim, uint32_t id)
{
	struct sim_original *o = &sim->nodes[id].model;

	if (sim->now_ms >= o->heartbeat_ms) {
		o->heartbeat_ms = sim->now_ms + SIM_HEARTBEAT;
		sim_tell(sim, id, OUTBOX_ALL, CLOUDP2P_HEARTBEAT, id, o->load);
	}
	for (uint32_t p = 1; p <= sim->count; p++) {
		if (!o->seen_ms[p] ||
		    sim->now_ms - o->seen_ms[p] <= SIM_FAILURE)
			continue;
		o->seen_ms[p] = 0;
		if (o->leader == p) {
			o->leader = 0;
			o->stand_ms = sim->now_ms;
		}
	}
	if (o->stand_ms && sim->now_ms >= o->stand_ms) {
		o->stand_ms = 0;
		o->received_alive = false;
		o->decide_ms = sim->now_ms + SIM_ELECTION;
		sim_tell(sim, id, OUTBOX_ALL, CLOUDP2P_ELECTION, id, o->load);
	}
	if (o->decide_ms && sim->now_ms >= o->decide_ms) {
		o->decide_ms = 0;
		if (!o->received_alive) {
			o->leader = id;
			sim_tell(sim, id, OUTBOX_ALL, CLOUDP2P_COORDINATOR, id,
			    0);
		}
	}
}

static uint32_t sim_leader(const struct sim *sim, uint32_t id)
{
	const struct sim_node *node = &sim->nodes[id];

	return node->original ? node->model.leader : ring_leader(&node->ring);
}

/* A frame on the link from `from` arrives at `to`. */
static void sim_arrive(struct sim *sim, uint32_t from, uint32_t to,
    const struct cloudp2p_message *message)
{
	struct sim_node *node = &sim->nodes[to];
	uint32_t leader;

	if (message->type == CLOUDP2P_LEADER_QUERY) {
		if (!node->original)
			ring_wake(&node->ring, sim_ns(sim));
		leader = sim_leader(sim, to);
		if (leader)
			sim_push(sim, &sim->links[from][to].back,
			    &(struct cloudp2p_message){
			        .type = CLOUDP2P_LEADER_RESPONSE,
			        .server_id = leader });
	} else if (node->original) {
		sim_original_receive(sim, to, message);
	} else {
		ring_receive(&node->ring, 0, message, sim_ns(sim));
	}
	if (!node->original)
		sim_flush(sim, to);
}

static bool sim_pop(struct sim *sim, struct sim_pipe *pipe,
    struct cloudp2p_message *message)
{
	if (pipe->count == 0 || pipe->frames[pipe->first].due_ms > sim->now_ms)
		return false;
	*message = pipe->frames[pipe->first].message;
	pipe->first = (pipe->first + 1) % SIM_QUEUE;
	pipe->count--;
	return true;
}

static bool sim_runs(const struct sim *sim, uint32_t id)
{
	return sim->nodes[id].alive && !sim->nodes[id].frozen;
}

static void sim_cut(struct sim *sim, uint32_t from, uint32_t to)
{
	struct sim_link *link = &sim->links[from][to];

	if (link->up && sim->nodes[from].alive && !sim->nodes[from].original)
		ring_unlinked(&sim->nodes[from].ring, to);
	*link = (struct sim_link){ .retry_ms = sim->now_ms + SIM_RETRY };
}

static void sim_connect(struct sim *sim, uint32_t from, uint32_t to)
{
	struct sim_link *link = &sim->links[from][to];
	struct sim_node *node = &sim->nodes[from];

	if (link->up || sim->now_ms < link->retry_ms)
		return;
	link->retry_ms = sim->now_ms + SIM_RETRY;
	link->up = sim->nodes[to].alive;
	if (node->original)
		return;
	if (link->up)
		ring_linked(&node->ring, to, sim_ns(sim));
	else
		ring_refused(&node->ring, to, sim_ns(sim));
	sim_flush(sim, from);
}

static void sim_move(struct sim *sim, uint32_t from, uint32_t to)
{
	struct sim_link *link = &sim->links[from][to];
	struct cloudp2p_message message;

	if (sim_runs(sim, from))
		sim_connect(sim, from, to);
	while (sim_runs(sim, to) && sim_pop(sim, &link->there, &message))
		sim_arrive(sim, from, to, &message);
	while (sim_runs(sim, from) && sim_pop(sim, &link->back, &message)) {
		if (sim->nodes[from].original)
			continue;
		ring_receive(&sim->nodes[from].ring, to, &message, sim_ns(sim));
		sim_flush(sim, from);
	}
}

static void sim_step(struct sim *sim)
{
	sim->now_ms++;
	for (uint32_t a = 1; a <= sim->count; a++)
		for (uint32_t b = 1; b <= sim->count; b++)
			if (a != b)
				sim_move(sim, a, b);
	for (uint32_t id = 1; id <= sim->count; id++) {
		struct sim_node *node = &sim->nodes[id];

		if (!sim_runs(sim, id))
			continue;
		if (node->original) {
			sim_original_tick(sim, id);
		} else if (sim_ns(sim) >= node->due_ns) {
			int64_t due_ns = ring_tick(&node->ring, sim_ns(sim), 0);

			sim_flush(sim, id);
			node->due_ns = due_ns;
		}
	}
}

static void sim_run(struct sim *sim, int64_t ms)
{
	while (ms-- > 0)
		sim_step(sim);
}

static void sim_kill(struct sim *sim, uint32_t id)
{
	struct sim_node *node = &sim->nodes[id];

	if (!node->alive)
		return;
	if (!node->original)
		ring_release(&node->ring);
	node->alive = node->frozen = false;
	for (uint32_t p = 1; p <= sim->count; p++) {
		sim_cut(sim, id, p);
		sim_cut(sim, p, id);
	}
}

static void sim_start(struct sim *sim, uint32_t id, bool original)
{
	static const struct ring_timing timing = { SIM_HEARTBEAT * NS_PER_MS,
		SIM_HEARTBEAT * NS_PER_MS, SIM_FAILURE * NS_PER_MS,
		SIM_ELECTION * NS_PER_MS };
	struct sim_node *node = &sim->nodes[id];
	double load = 4 + rng_unit(&sim->rng);
	uint32_t peers[SIM_MAX];
	size_t count = 0;

	*node = (struct sim_node){ .original = original, .alive = true };
	for (uint32_t p = 1; p <= sim->count; p++)
		if (p != id)
			peers[count++] = p;
	if (original) {
		node->model.load = load;
		node->model.stand_ms = sim->now_ms + 3 * SIM_HEARTBEAT +
		                       (int64_t)rng_below(&sim->rng, 25);
		return;
	}
	ring_init(&node->ring, id, peers, count, &timing, rng_next(&sim->rng),
	    &sim->silent, sim_ns(sim));
	node->ring.load = load;
	sim_flush(sim, id);
}

/* A ring whose first `originals` nodes are originals. */
static void sim_init(struct sim *sim, uint64_t seed, size_t count)
{
	memset(sim, 0, sizeof *sim);
	rng_init(&sim->rng, seed, 0);
	sim->count = count;
	sim->now_ms = 1000;
	sim->delay_ms = (int64_t)rng_below(&sim->rng, 11);
}

static void sim_release(struct sim *sim)
{
	for (uint32_t id = 1; id <= sim->count; id++)
		sim_kill(sim, id);
}

/* Every node that runs names the same one, which runs and leads. */
static bool sim_agreed(const struct sim *sim)
{
	uint32_t leader = 0;

	for (uint32_t id = 1; id <= sim->count; id++) {
		if (!sim_runs(sim, id))
			continue;
		if (!leader)
			leader = sim_leader(sim, id);
		if (!leader || leader != sim_leader(sim, id))
			return false;
	}
	return leader && sim_runs(sim, leader);
}

#endif
