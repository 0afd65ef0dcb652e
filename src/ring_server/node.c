#include "ring_server/node.h"

#include "lib/mem.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

void node_init(struct node *node, const struct node_member *members,
    size_t member_count, const struct ring_timing *timing, uint64_t seed,
    struct log *log, int64_t now_ns)
{
	uint32_t *peers = mem_new(member_count, sizeof *peers);

	*node = (struct node){
		.members = members,
		.member_count = member_count,
		.servers = mem_new(member_count, sizeof *node->servers),
		.log = log,
	};
	for (size_t i = 0; i < member_count; i++) {
		node->servers[i].id = members[i].id;
		if (i > 0)
			peers[i - 1] = members[i].id;
	}
	node->servers[0].usable = true;
	history_init(&node->history);
	ring_init(&node->ring, members[0].id, peers, member_count - 1, timing,
	    seed, log, now_ns);
	free(peers);
}

void node_release(struct node *node)
{
	ring_release(&node->ring);
	history_release(&node->history);
	free(node->servers);
}

static size_t index_of(const struct node *node, uint32_t id)
{
	size_t i = 0;

	while (i < node->member_count && node->members[i].id != id)
		i++;
	return i;
}

void node_load(struct node *node, double load)
{
	node->ring.load = load;
	assign_heard(&node->servers[0], load);
}

/* Drops dead servers from the choice; they return with their heartbeat. */
static void refresh(struct node *node, int64_t now_ns)
{
	for (size_t i = 1; i < node->member_count; i++) {
		if (!ring_lives(&node->ring, node->members[i].id, now_ns))
			node->servers[i].usable = false;
	}
}

static void announce(struct node *node, const struct history_entry *entry)
{
	/* The outbox copies what it is given. */
	char *name = mem_text(entry->client_name);

	outbox_add(&node->ring.out, OUTBOX_ALL,
	    &(struct cloudp2p_message){ .type = CLOUDP2P_HISTORY_ADD,
	        .client_name = name,
	        .request_id = entry->request_id,
	        .server_id = entry->server_id,
	        .timestamp = entry->timestamp });
	free(name);
}

/* Gives a task to the least loaded. Returns its entry, or NULL. */
static const struct history_entry *assign(struct node *node, const char *name,
    uint64_t request_id, struct node_time time)
{
	const struct history_entry *entry;
	struct assign_server *server;

	refresh(node, time.now_ns);
	server = assign_pick(node->servers, node->member_count, &node->turn);
	entry = history_assign(&node->history, name, request_id, server->id,
	    time.unix_s, time.now_ns);
	if (entry)
		announce(node, entry);
	return entry;
}

static bool usable(const struct node *node, uint32_t server_id, int64_t now_ns)
{
	return index_of(node, server_id) < node->member_count &&
	       ring_lives(&node->ring, server_id, now_ns);
}

static void reassign_orphans(struct node *node, struct node_time time)
{
	struct history_entry *entry = node->history.live.oldest;
	size_t left = node->history.live.count;

	/* An entry moves to the young end when it is assigned. */
	for (; entry && left > 0; left--) {
		struct history_entry *newer = entry->newer;

		if (!usable(node, entry->server_id, time.now_ns)) {
			uint32_t from = entry->server_id;

			assign(node, entry->client_name, entry->request_id,
			    time);
			log_write(node->log, LOG_INFO,
			    "Reassigning task #%" PRIu64
			    " of %s from Server %u to Server %u",
			    entry->request_id, entry->client_name, from,
			    entry->server_id);
		}
		entry = newer;
	}
}

int64_t node_tick(struct node *node, struct node_time time)
{
	int64_t due_ns = ring_tick(&node->ring, time.now_ns, time.unix_s);

	history_expire(&node->history, time.now_ns);
	if (node->ring.state == RING_LEADING && node->ring.orphans) {
		node->ring.orphans = false;
		reassign_orphans(node, time);
	}
	return due_ns;
}

static enum node_answer name_server(const struct node *node,
    const struct history_entry *entry, enum cloudp2p_type type,
    struct cloudp2p_message *reply)
{
	size_t member;

	if (!entry)
		return NODE_CLOSE;
	member = index_of(node, entry->server_id);
	if (member == node->member_count)
		return NODE_CLOSE;
	*reply = (struct cloudp2p_message){
		.type = type,
		.request_id = entry->request_id,
		.server_id = entry->server_id,
		/* Only encoded from. */
		.address = (char *)(uintptr_t)node->members[member].address,
	};
	return NODE_REPLIED;
}

static enum node_answer on_assignment(struct node *node,
    const struct cloudp2p_message *message, struct cloudp2p_message *reply,
    struct node_time time)
{
	const struct history_entry *entry;

	ring_wake(&node->ring, time.now_ns);
	if (node->ring.state != RING_LEADING)
		return NODE_CLOSE;
	entry = history_find(&node->history, message->client_name,
	    message->request_id);
	if (!entry || !usable(node, entry->server_id, time.now_ns))
		entry = assign(node, message->client_name, message->request_id,
		    time);
	if (entry)
		log_write(node->log, LOG_INFO,
		    "Task #%" PRIu64 " of %s assigned to Server %u",
		    entry->request_id, entry->client_name, entry->server_id);
	return name_server(node, entry, CLOUDP2P_TASK_ASSIGNMENT_RESPONSE,
	    reply);
}

static void on_heartbeat(struct node *node,
    const struct cloudp2p_message *message)
{
	size_t member = index_of(node, message->server_id);

	if (member == 0 || member == node->member_count)
		return;
	assign_heard(&node->servers[member], fmax(message->value, 0));
	node->servers[member].usable = true;
}

/* On this connection, and over our own link as well: the original only hears
 * what comes there. */
static enum node_answer on_sync_request(struct node *node, uint32_t from,
    struct cloudp2p_message *reply)
{
	size_t count = node->history.live.count, i = 0;

	*reply = (struct cloudp2p_message){
		.type = CLOUDP2P_HISTORY_SYNC_RESPONSE,
		.server_id = node->members[0].id,
		.entries = mem_new(count + 1, sizeof *reply->entries),
		.entry_count = count,
	};
	for (struct history_entry *entry = node->history.live.oldest; entry;
	     entry = entry->newer, i++)
		reply->entries[i] = (struct cloudp2p_entry){
			.client_name = entry->client_name,
			.request_id = entry->request_id,
			.server_id = entry->server_id,
			.timestamp = entry->timestamp,
		};
	if (count > 0 && index_of(node, from) < node->member_count)
		outbox_add(&node->ring.out, from, reply);
	return NODE_REPLIED;
}

static void on_sync_response(struct node *node,
    const struct cloudp2p_message *message, struct node_time time)
{
	size_t merged = 0;

	for (size_t i = 0; i < message->entry_count; i++) {
		const struct cloudp2p_entry *e = &message->entries[i];

		if (!history_put(&node->history, e->client_name, e->request_id,
		        e->server_id, e->timestamp, HISTORY_NEWER, time.now_ns))
			continue;
		merged++;
		if (node->ring.state == RING_LEADING)
			announce(node, history_find(&node->history,
			                   e->client_name, e->request_id));
	}
	if (merged)
		log_write(node->log, LOG_INFO,
		    "merged %zu tasks of Server %u into the history", merged,
		    message->server_id);
	node->ring.orphans |= merged > 0;
}

static enum node_answer on_ack(struct node *node,
    const struct cloudp2p_message *message, struct node_time time)
{
	if (history_remove(&node->history, message->client_name,
	        message->request_id, time.unix_s, time.now_ns))
		log_write(node->log, LOG_INFO,
		    "acknowledged: removed task #%" PRIu64 " of %s",
		    message->request_id, message->client_name);
	outbox_add(&node->ring.out, OUTBOX_ALL,
	    &(struct cloudp2p_message){ .type = CLOUDP2P_HISTORY_REMOVE,
	        .client_name = message->client_name,
	        .request_id = message->request_id });
	return NODE_SILENT;
}

static enum node_answer on_leader_query(struct node *node,
    struct cloudp2p_message *reply, struct node_time time)
{
	ring_wake(&node->ring, time.now_ns);
	if (!ring_leader(&node->ring))
		return NODE_SILENT;
	*reply = (struct cloudp2p_message){
		.type = CLOUDP2P_LEADER_RESPONSE,
		.server_id = ring_leader(&node->ring),
	};
	return NODE_REPLIED;
}

enum node_answer node_receive(struct node *node, uint32_t link,
    const struct cloudp2p_message *message, struct cloudp2p_message *reply,
    struct node_time time)
{
	switch ((int)message->type) {
	case CLOUDP2P_LEADER_QUERY:
		return on_leader_query(node, reply, time);
	case CLOUDP2P_TASK_ASSIGNMENT_REQUEST:
		return on_assignment(node, message, reply, time);
	case CLOUDP2P_TASK_STATUS_QUERY:
		return name_server(node,
		    history_find(&node->history, message->client_name,
		        message->request_id),
		    CLOUDP2P_TASK_STATUS_RESPONSE, reply);
	case CLOUDP2P_TASK_ACK:
		return on_ack(node, message, time);
	case CLOUDP2P_HISTORY_SYNC_REQUEST:
		return on_sync_request(node, message->server_id, reply);
	case CLOUDP2P_HISTORY_SYNC_RESPONSE:
		on_sync_response(node, message, time);
		return NODE_SILENT;
	case CLOUDP2P_HISTORY_ADD:
		history_put(&node->history, message->client_name,
		    message->request_id, message->server_id, message->timestamp,
		    HISTORY_LATEST, time.now_ns);
		return NODE_SILENT;
	case CLOUDP2P_HISTORY_REMOVE:
		history_remove(&node->history, message->client_name,
		    message->request_id, time.unix_s, time.now_ns);
		return NODE_SILENT;
	case CLOUDP2P_HEARTBEAT:
		on_heartbeat(node, message);
		break;
	default:
		break;
	}
	ring_receive(&node->ring, link, message, time.now_ns);
	return NODE_SILENT;
}

void node_leave(struct node *node, struct node_time time)
{
	struct assign_server *next;

	refresh(node, time.now_ns);
	node->servers[0].usable = false;
	next = assign_pick(node->servers, node->member_count, &node->turn);
	if (next)
		ring_hand_over(&node->ring, next->id);
}
