/* test_ring.c - a ring agrees on one living leader, whatever happened to it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "ring_server/ring_sim.h"

#ifdef __SANITIZE_THREAD__
#define RINGS 50 /* twenty times slower, and there is but one thread */
#else
#define RINGS 1000
#endif
#define DISTURBANCES 6

static struct sim sim;

static void assert_agreed(uint64_t seed, const char *after)
{
	if (sim_agreed(&sim))
		return;
	for (uint32_t id = 1; id <= sim.count; id++)
		print_error("server %u %s%s names %u\n", id,
		    sim.nodes[id].alive ? "lives" : "is dead",
		    sim.nodes[id].frozen ? " frozen" : "",
		    sim.nodes[id].alive ? sim_leader(&sim, id) : 0);
	fail_msg("seed %llu: at odds after %s", (unsigned long long)seed,
	    after);
}

static size_t size_of(uint64_t seed)
{
	return 3 + seed % 3;
}

static void a_cold_start_agrees_in_two_failure_timeouts(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= RINGS; seed++) {
		sim_init(&sim, seed, size_of(seed));
		for (uint32_t id = 1; id <= sim.count; id++) {
			sim_start(&sim, id, false);
			sim_run(&sim, (int64_t)rng_below(&sim.rng, 50));
		}
		sim_run(&sim, 2 * SIM_FAILURE);
		assert_agreed(seed, "a cold start");
		sim_release(&sim);
	}
}

static void start_all(uint64_t seed, size_t originals, size_t count)
{
	sim_init(&sim, seed, count);
	for (uint32_t id = 1; id <= count; id++)
		sim_start(&sim, id, id <= originals);
	sim_run(&sim, 4 * SIM_FAILURE);
}

static uint32_t current_leader(void)
{
	for (uint32_t id = 1; id <= sim.count; id++)
		if (sim_runs(&sim, id))
			return sim_leader(&sim, id);
	return 0;
}

/* A kill with a restart, or a freeze with its end, of the leader or another. */
static const char *disturb(void)
{
	uint32_t id = (uint32_t)rng_below(&sim.rng, sim.count) + 1;
	bool original;

	if (rng_below(&sim.rng, 2) == 0 && current_leader())
		id = current_leader();
	original = sim.nodes[id].original;
	switch (rng_below(&sim.rng, 4)) {
	case 0:
		sim_kill(&sim, id);
		sim_run(&sim, 2 * SIM_FAILURE);
		if (sim_agreed(&sim)) {
			sim_start(&sim, id, original);
			return "a kill and a restart";
		}
		return "a kill";
	case 1:
		sim_kill(&sim, id);
		sim_run(&sim, (int64_t)rng_below(&sim.rng, 2 * SIM_FAILURE));
		sim_start(&sim, id, original);
		return "a quick restart";
	case 2:
		sim.nodes[id].frozen = true;
		sim_run(&sim, (int64_t)rng_below(&sim.rng, 6 * SIM_FAILURE));
		sim.nodes[id].frozen = false;
		return "a freeze";
	default:
		sim.loss = 0.3;
		sim_run(&sim, (int64_t)rng_below(&sim.rng, 6 * SIM_FAILURE));
		sim.loss = 0;
		return "a lossy network";
	}
}

static void disturbed_rings_agree_in_two_failure_timeouts(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= RINGS; seed++) {
		start_all(seed, 0, size_of(seed));
		for (int i = 0; i < DISTURBANCES; i++) {
			const char *what = disturb();

			sim_run(&sim, 2 * SIM_FAILURE);
			assert_agreed(seed, what);
		}
		sim_release(&sim);
	}
}

static void the_others_agree_while_the_leader_is_frozen(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= RINGS; seed++) {
		start_all(seed, 0, size_of(seed));
		sim.nodes[current_leader()].frozen = true;
		sim_run(&sim, 2 * SIM_FAILURE);
		assert_agreed(seed, "the leader froze");
		sim_release(&sim);
	}
}

static void a_restarted_follower_leaves_the_leader_in_place(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= RINGS; seed++) {
		uint32_t leader, other;

		start_all(seed, 0, size_of(seed));
		leader = current_leader();
		other = leader == 1 ? 2 : 1;
		sim_kill(&sim, other);
		sim_run(&sim, SIM_FAILURE);
		sim_start(&sim, other, false);
		sim.nodes[other].ring.load = 0;
		sim_run(&sim, 2 * SIM_FAILURE);
		assert_agreed(seed, "a restart");
		assert_int_equal(current_leader(), leader);
		sim_release(&sim);
	}
}

static void originals_at_odds_are_healed_by_one_of_ours(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= RINGS; seed++) {
		start_all(seed, 2, 3);
		sim.nodes[1].model.leader = 2;
		sim.nodes[2].model.leader = 1;
		sim_run(&sim, 4 * SIM_FAILURE);
		assert_agreed(seed, "each of two originals names the other");
		sim.nodes[1].model.leader = 1;
		sim.nodes[2].model.leader = 2;
		sim_run(&sim, 4 * SIM_FAILURE);
		assert_agreed(seed, "two originals both lead");
		sim.nodes[1].model.leader = 0;
		sim.nodes[2].model.leader = 0;
		sim_run(&sim, 4 * SIM_FAILURE);
		assert_agreed(seed, "two originals know no leader");
		sim_release(&sim);
	}
}

static void mixed_rings_agree_after_disturbances(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= RINGS; seed++) {
		start_all(seed, 1 + seed % 2, 3);
		for (int i = 0; i < DISTURBANCES; i++) {
			const char *what = disturb();

			sim_run(&sim, 6 * SIM_FAILURE);
			assert_agreed(seed, what);
		}
		sim_release(&sim);
	}
}

/* A node alone, with its messages in hand. */
static struct ring alone;
static const struct ring_timing timing = { 50 * NS_PER_MS, 50 * NS_PER_MS,
	250 * NS_PER_MS, 100 * NS_PER_MS };
static struct log silent;

static int set_up(void **state)
{
	static const uint32_t peers[] = { 1, 3 };

	(void)state;
	ring_init(&alone, 2, peers, 2, &timing, 1, &silent, NS_PER_SECOND);
	alone.load = 5;
	outbox_clear(&alone.out);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	ring_release(&alone);
	return 0;
}

static void hear(enum cloudp2p_type type, uint32_t id, double value)
{
	ring_receive(&alone, 0,
	    &(struct cloudp2p_message){ .type = type,
	        .server_id = id,
	        .value = value },
	    NS_PER_SECOND + 1);
}

static bool posted(uint32_t to, enum cloudp2p_type type)
{
	for (size_t i = 0; i < alone.out.count; i++)
		if (alone.out.posts[i].to == to &&
		    alone.out.posts[i].message.type == type)
			return true;
	return false;
}

static void a_better_node_objects_and_stands(void **state)
{
	(void)state;
	hear(CLOUDP2P_ELECTION, 3, 6.0);
	assert_true(posted(3, CLOUDP2P_ALIVE));
	assert_int_equal(alone.state, RING_STANDING);
}

static void of_equal_candidates_the_lower_id_wins(void **state)
{
	(void)state;
	hear(CLOUDP2P_ELECTION, 3, 5.0);
	assert_true(posted(3, CLOUDP2P_ALIVE));
	outbox_clear(&alone.out);
	hear(CLOUDP2P_ELECTION, 1, 5.0);
	assert_false(posted(1, CLOUDP2P_ALIVE));
	assert_int_equal(alone.state, RING_WAITING);
}

static void an_election_of_a_stranger_makes_it_stand(void **state)
{
	(void)state;
	hear(CLOUDP2P_ELECTION, 0, 1000.0);
	assert_int_equal(alone.state, RING_STANDING);
	assert_false(posted(OUTBOX_ALL, CLOUDP2P_ALIVE));
}

static void of_two_leaders_the_lower_id_stays(void **state)
{
	(void)state;
	hear(CLOUDP2P_COORDINATOR, 2, 0);
	assert_int_equal(alone.state, RING_LEADING);
	outbox_clear(&alone.out);
	hear(CLOUDP2P_COORDINATOR, 3, 0);
	assert_int_equal(ring_leader(&alone), 2);
	assert_true(posted(OUTBOX_ALL, CLOUDP2P_COORDINATOR));
	hear(CLOUDP2P_COORDINATOR, 1, 0);
	assert_int_equal(ring_leader(&alone), 1);
}

static void an_unknown_coordinator_is_not_followed(void **state)
{
	(void)state;
	hear(CLOUDP2P_COORDINATOR, 77, 0);
	assert_int_equal(ring_leader(&alone), 0);
}

static void a_leader_that_stood_still_asks_before_it_answers(void **state)
{
	(void)state;
	ring_linked(&alone, 1, NS_PER_SECOND);
	hear(CLOUDP2P_COORDINATOR, 2, 0);
	ring_wake(&alone, 2 * NS_PER_SECOND);
	assert_int_equal(ring_leader(&alone), 0);
	assert_int_equal(alone.state, RING_JOINING);
}

/* Peer 1 says whom it follows. */
static void answer(uint32_t leader, int64_t now_ns)
{
	ring_receive(&alone, 1,
	    &(struct cloudp2p_message){ .type = CLOUDP2P_LEADER_RESPONSE,
	        .server_id = leader },
	    now_ns);
}

static void a_leader_that_stood_still_leads_on_when_nobody_noticed(void **state)
{
	(void)state;
	ring_linked(&alone, 1, NS_PER_SECOND);
	hear(CLOUDP2P_COORDINATOR, 2, 0);
	answer(2, 2 * NS_PER_SECOND);
	assert_int_equal(alone.state, RING_LEADING);
}

static void a_node_that_its_own_leader_names_takes_the_lead(void **state)
{
	(void)state;
	ring_linked(&alone, 1, NS_PER_SECOND);
	hear(CLOUDP2P_COORDINATOR, 1, 0);
	answer(2, NS_PER_SECOND + 1);
	ring_tick(&alone, NS_PER_SECOND + 60 * NS_PER_MS, 0);
	assert_int_equal(alone.state, RING_FOLLOWING);
	answer(2, NS_PER_SECOND + 61 * NS_PER_MS);
	ring_tick(&alone, NS_PER_SECOND + 120 * NS_PER_MS, 0);
	assert_int_equal(alone.state, RING_LEADING);
}

static void an_election_lost_twice_is_stood_with_priority_0(void **state)
{
	int64_t now_ns = NS_PER_SECOND;

	(void)state;
	while (alone.losses < 2 && now_ns < 5 * NS_PER_SECOND) {
		hear(CLOUDP2P_ALIVE, 1, 0);
		ring_tick(&alone, now_ns += 20 * NS_PER_MS, 0);
	}
	assert_int_equal(alone.state, RING_STANDING);
	assert_true(alone.priority <= 0);
}

static void a_refused_connection_fails_the_leader_at_once(void **state)
{
	(void)state;
	hear(CLOUDP2P_COORDINATOR, 1, 0);
	ring_refused(&alone, 1, NS_PER_SECOND + 2);
	assert_int_equal(alone.state, RING_STANDING);
	assert_true(posted(OUTBOX_ALL, CLOUDP2P_ELECTION));
}

static void a_leader_that_never_speaks_fails(void **state)
{
	int64_t now_ns = NS_PER_SECOND;

	(void)state;
	hear(CLOUDP2P_COORDINATOR, 3, 0);
	for (int i = 0; i < 8; i++)
		ring_tick(&alone, now_ns += 50 * NS_PER_MS, 0);
	assert_int_not_equal(ring_leader(&alone), 3);
}

#define ONE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_cold_start_agrees_in_two_failure_timeouts),
		cmocka_unit_test(disturbed_rings_agree_in_two_failure_timeouts),
		cmocka_unit_test(the_others_agree_while_the_leader_is_frozen),
		cmocka_unit_test(
		    a_restarted_follower_leaves_the_leader_in_place),
		cmocka_unit_test(originals_at_odds_are_healed_by_one_of_ours),
		cmocka_unit_test(mixed_rings_agree_after_disturbances),
		ONE(a_better_node_objects_and_stands),
		ONE(of_equal_candidates_the_lower_id_wins),
		ONE(an_election_of_a_stranger_makes_it_stand),
		ONE(of_two_leaders_the_lower_id_stays),
		ONE(an_unknown_coordinator_is_not_followed),
		ONE(a_leader_that_stood_still_asks_before_it_answers),
		ONE(a_leader_that_stood_still_leads_on_when_nobody_noticed),
		ONE(a_node_that_its_own_leader_names_takes_the_lead),
		ONE(an_election_lost_twice_is_stood_with_priority_0),
		ONE(a_refused_connection_fails_the_leader_at_once),
		ONE(a_leader_that_never_speaks_fails),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
