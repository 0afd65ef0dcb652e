/* test_node.c - what a node answers to each message, and what it tells its
 * peers (specification 1.3, 3.6 to 3.9). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lib/clock.h"
#include "ring_server/node.h"

#include <stdlib.h>
#include <string.h>

static const struct node_member members[] = {
	{ 2, "127.0.0.1:8002" },
	{ 1, "127.0.0.1:8001" },
	{ 3, "127.0.0.1:8003" },
};
static const struct ring_timing timing = { 50 * NS_PER_MS, 50 * NS_PER_MS,
	250 * NS_PER_MS, 100 * NS_PER_MS };
static struct log silent;
static struct node node;
static struct node_time now;
static struct cloudp2p_message reply;

static char *text(const char *literal)
{
	return (char *)(uintptr_t)literal;
}

static enum node_answer say(struct cloudp2p_message message)
{
	free(reply.entries);
	reply = (struct cloudp2p_message){ 0 };
	return node_receive(&node, 0, &message, &reply, now);
}

static enum node_answer about(enum cloudp2p_type type, uint64_t id)
{
	return say((struct cloudp2p_message){ .type = type,
	    .client_name = text("c"),
	    .request_id = id });
}

static void beat(uint32_t id, double load)
{
	say((struct cloudp2p_message){ .type = CLOUDP2P_HEARTBEAT,
	    .server_id = id,
	    .value = load });
}

/* The last post of that type; the test fails when there is none. */
static const struct post *told(enum cloudp2p_type type)
{
	static const struct post nothing;

	for (size_t i = node.ring.out.count; i > 0; i--)
		if (node.ring.out.posts[i - 1].message.type == type)
			return &node.ring.out.posts[i - 1];
	fail_msg("nothing was posted");
	return &nothing;
}

static int set_up(void **state)
{
	(void)state;
	now = (struct node_time){ NS_PER_SECOND, 1000 };
	node_init(&node, members, 3, &timing, 1, &silent, now.now_ns);
	node_load(&node, 50);
	beat(1, 10);
	beat(3, 20);
	return 0;
}

static int set_up_leader(void **state)
{
	set_up(state);
	say((struct cloudp2p_message){ .type = CLOUDP2P_COORDINATOR,
	    .server_id = 2 });
	outbox_clear(&node.ring.out);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	free(reply.entries);
	reply = (struct cloudp2p_message){ 0 };
	node_release(&node);
	return 0;
}

static void who_leads_is_silence_until_it_is_known(void **state)
{
	(void)state;
	assert_int_equal(about(CLOUDP2P_LEADER_QUERY, 0), NODE_SILENT);
	say((struct cloudp2p_message){ .type = CLOUDP2P_COORDINATOR,
	    .server_id = 1 });
	assert_int_equal(about(CLOUDP2P_LEADER_QUERY, 0), NODE_REPLIED);
	assert_int_equal(reply.server_id, 1);
}

static void who_does_not_lead_closes_on_an_assignment(void **state)
{
	(void)state;
	assert_int_equal(about(CLOUDP2P_TASK_ASSIGNMENT_REQUEST, 1),
	    NODE_CLOSE);
}

static void the_leader_assigns_to_the_least_loaded_and_tells_all(void **state)
{
	const struct post *post;

	(void)state;
	assert_int_equal(about(CLOUDP2P_TASK_ASSIGNMENT_REQUEST, 7),
	    NODE_REPLIED);
	assert_int_equal(reply.type, CLOUDP2P_TASK_ASSIGNMENT_RESPONSE);
	assert_int_equal(reply.request_id, 7);
	assert_int_equal(reply.server_id, 1);
	assert_string_equal(reply.address, "127.0.0.1:8001");
	post = told(CLOUDP2P_HISTORY_ADD);
	assert_int_equal(post->to, OUTBOX_ALL);
	assert_int_equal(post->message.timestamp, 1000);
	assert_string_equal(post->message.client_name, "c");
}

static void asking_again_gives_the_same_server(void **state)
{
	uint32_t first;

	(void)state;
	about(CLOUDP2P_TASK_ASSIGNMENT_REQUEST, 1);
	first = reply.server_id;
	beat(1, 99);
	for (int i = 0; i < 5; i++) {
		about(CLOUDP2P_TASK_ASSIGNMENT_REQUEST, 1);
		assert_int_equal(reply.server_id, first);
	}
}

static void asking_again_after_its_server_failed_gives_another(void **state)
{
	(void)state;
	about(CLOUDP2P_TASK_ASSIGNMENT_REQUEST, 1);
	assert_int_equal(reply.server_id, 1);
	ring_refused(&node.ring, 1, now.now_ns);
	about(CLOUDP2P_TASK_ASSIGNMENT_REQUEST, 1);
	assert_int_equal(reply.server_id, 3);
}

static void tasks_of_a_failed_server_are_given_to_others(void **state)
{
	(void)state;
	about(CLOUDP2P_TASK_ASSIGNMENT_REQUEST, 1);
	ring_refused(&node.ring, 1, now.now_ns);
	node_tick(&node, now);
	assert_int_equal(about(CLOUDP2P_TASK_STATUS_QUERY, 1), NODE_REPLIED);
	assert_int_equal(reply.server_id, 3);
	assert_int_equal(told(CLOUDP2P_HISTORY_ADD)->message.server_id, 3);
	assert_int_equal(told(CLOUDP2P_HISTORY_ADD)->message.timestamp, 1001);
}

static void any_node_knows_a_task_that_was_announced(void **state)
{
	(void)state;
	say((struct cloudp2p_message){ .type = CLOUDP2P_HISTORY_ADD,
	    .client_name = text("c"),
	    .request_id = 5,
	    .server_id = 3,
	    .timestamp = 1000 });
	assert_int_equal(about(CLOUDP2P_TASK_STATUS_QUERY, 5), NODE_REPLIED);
	assert_int_equal(reply.type, CLOUDP2P_TASK_STATUS_RESPONSE);
	assert_string_equal(reply.address, "127.0.0.1:8003");
	assert_int_equal(about(CLOUDP2P_TASK_STATUS_QUERY, 6), NODE_CLOSE);
}

static void a_server_without_address_is_never_named(void **state)
{
	(void)state;
	beat(77, 0);
	about(CLOUDP2P_TASK_ASSIGNMENT_REQUEST, 1);
	assert_int_equal(reply.server_id, 1);
	say((struct cloudp2p_message){ .type = CLOUDP2P_HISTORY_ADD,
	    .client_name = text("c"),
	    .request_id = 5,
	    .server_id = 77,
	    .timestamp = 1000 });
	assert_int_equal(about(CLOUDP2P_TASK_STATUS_QUERY, 5), NODE_CLOSE);
	about(CLOUDP2P_TASK_ASSIGNMENT_REQUEST, 5);
	assert_int_not_equal(reply.server_id, 77);
}

static void an_ack_removes_the_task_everywhere(void **state)
{
	(void)state;
	about(CLOUDP2P_TASK_ASSIGNMENT_REQUEST, 1);
	assert_int_equal(about(CLOUDP2P_TASK_ACK, 1), NODE_SILENT);
	assert_int_equal(about(CLOUDP2P_TASK_STATUS_QUERY, 1), NODE_CLOSE);
	assert_int_equal(told(CLOUDP2P_HISTORY_REMOVE)->to, OUTBOX_ALL);
	assert_int_equal(told(CLOUDP2P_HISTORY_REMOVE)->message.request_id, 1);
}

static void the_history_is_given_on_both_ways_to_who_asks(void **state)
{
	(void)state;
	about(CLOUDP2P_TASK_ASSIGNMENT_REQUEST, 1);
	assert_int_equal(say((struct cloudp2p_message){
	                     .type = CLOUDP2P_HISTORY_SYNC_REQUEST,
	                     .server_id = 3 }),
	    NODE_REPLIED);
	assert_int_equal(reply.entry_count, 1);
	assert_int_equal(reply.entries[0].request_id, 1);
	assert_int_equal(told(CLOUDP2P_HISTORY_SYNC_RESPONSE)->to, 3);
	assert_int_equal(
	    told(CLOUDP2P_HISTORY_SYNC_RESPONSE)->message.entry_count, 1);
}

static void a_leader_merges_the_newest_and_tells_it_on(void **state)
{
	struct cloudp2p_entry entries[] = {
		{ text("c"), 1, 3, 1 }, /* older than ours */
		{ text("c"), 2, 3, 999 },
	};

	(void)state;
	about(CLOUDP2P_TASK_ASSIGNMENT_REQUEST, 1);
	outbox_clear(&node.ring.out);
	say((struct cloudp2p_message){ .type = CLOUDP2P_HISTORY_SYNC_RESPONSE,
	    .server_id = 3,
	    .entries = entries,
	    .entry_count = 2 });
	assert_int_equal(node.ring.out.count, 1);
	assert_int_equal(told(CLOUDP2P_HISTORY_ADD)->message.request_id, 2);
	assert_int_equal(told(CLOUDP2P_HISTORY_ADD)->message.timestamp, 999);
	about(CLOUDP2P_TASK_STATUS_QUERY, 1);
	assert_int_equal(reply.server_id, 1);
}

static void a_leaving_leader_names_the_least_loaded_other(void **state)
{
	(void)state;
	node_leave(&node, now);
	assert_int_equal(told(CLOUDP2P_COORDINATOR)->message.server_id, 1);
	assert_int_equal(about(CLOUDP2P_TASK_ASSIGNMENT_REQUEST, 1),
	    NODE_CLOSE);
}

static void a_node_alone_leads_at_its_first_tick(void **state)
{
	struct node alone;

	(void)state;
	node_init(&alone, members, 1, &timing, 1, &silent, now.now_ns);
	node_tick(&alone, now);
	assert_int_equal(ring_leader(&alone.ring), 2);
	node_release(&alone);
}

#define ONE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
#define LEADING(test)                                                          \
	cmocka_unit_test_setup_teardown(test, set_up_leader, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ONE(who_leads_is_silence_until_it_is_known),
		ONE(who_does_not_lead_closes_on_an_assignment),
		LEADING(the_leader_assigns_to_the_least_loaded_and_tells_all),
		LEADING(asking_again_gives_the_same_server),
		LEADING(asking_again_after_its_server_failed_gives_another),
		LEADING(tasks_of_a_failed_server_are_given_to_others),
		ONE(any_node_knows_a_task_that_was_announced),
		LEADING(a_server_without_address_is_never_named),
		LEADING(an_ack_removes_the_task_everywhere),
		LEADING(the_history_is_given_on_both_ways_to_who_asks),
		LEADING(a_leader_merges_the_newest_and_tells_it_on),
		LEADING(a_leaving_leader_names_the_least_loaded_other),
		ONE(a_node_alone_leads_at_its_first_tick),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
