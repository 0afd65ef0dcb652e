/* node.h - what a node answers: the ring, the history and the assignment of
 * tasks together (specification 1.3, 3.6 to 3.9). Pure, like its parts. */
#ifndef RING_SERVER_NODE_H
#define RING_SERVER_NODE_H

#include "ring_server/assign.h"
#include "ring_server/history.h"
#include "ring_server/ring.h"

struct node_member {
	uint32_t id;
	const char *address; /* as clients are told it; borrowed */
};

struct node {
	struct ring ring;
	struct history history;
	struct assign_server *servers; /* members[i]; [0] is ourselves */
	const struct node_member *members;
	size_t member_count;
	uint64_t turn;
	struct log *log;
};

struct node_time {
	int64_t now_ns;  /* monotonic */
	uint64_t unix_s; /* wall clock, for timestamps on the wire */
};

/* members[0] is this node, the others its peers; borrowed. */
void node_init(struct node *node, const struct node_member *members,
    size_t member_count, const struct ring_timing *timing, uint64_t seed,
    struct log *log, int64_t now_ns);
void node_release(struct node *node);

/* Does what is due; returns the moment of the next call. */
int64_t node_tick(struct node *node, struct node_time time);

/* Our own load, to be told before each heartbeat. */
void node_load(struct node *node, double load);

enum node_answer {
	NODE_REPLIED, /* `reply` is filled in; borrows from the node */
	NODE_SILENT,  /* nothing to say; the connection stays open */
	NODE_CLOSE,   /* nothing to say to a client: close, so that it knows */
};

/* Takes any message but TaskRequest and TaskResponse. `link` as ring_receive.
 * Messages for peers are in node->ring.out. Entries of a reply are owned by
 * the caller: free(reply->entries). */
enum node_answer node_receive(struct node *node, uint32_t link,
    const struct cloudp2p_message *message, struct cloudp2p_message *reply,
    struct node_time time);

/* This node stops: the best of the others leads on. */
void node_leave(struct node *node, struct node_time time);

#endif
