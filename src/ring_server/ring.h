/* ring.h - one node's part in the ring: who leads, who lives.
 *
 * A state machine without clock or socket: time comes in with every call,
 * messages go out through `out`. The messages are CloudP2P's (specification
 * 3.4, 3.5); the rules are stricter than the original's, so that the ring
 * agrees whenever its nodes live:
 *
 * - A node that starts, or finds that it was frozen, first asks (LeaderQuery)
 *   and joins the leader that says so of itself. Only when nobody does, it
 *   stands for election.
 * - Candidates are ordered by (priority, id), the lower wins, and a candidate
 *   keeps its priority while it stands: of two, exactly one yields.
 * - Of two leaders the lower id stays; each can tell without asking.
 * - Every node asks every other, once a monitor interval, whom it follows. A
 *   leader corrects who names another; a follower whose leader denies to lead,
 *   or who sees the others at odds for a failure time-out (originals do that
 *   to one another), forces an election.
 * - An election that was lost without a winner is repeated, the second time
 *   with the priority 0 to which no original objects. */
#ifndef RING_SERVER_RING_H
#define RING_SERVER_RING_H

#include "lib/log.h"
#include "lib/rng.h"
#include "ring_server/outbox.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum ring_state {
	RING_JOINING,  /* asks who leads */
	RING_WAITING,  /* somebody better stands */
	RING_STANDING, /* is a candidate */
	RING_FOLLOWING,
	RING_LEADING,
};

struct ring_timing {
	int64_t heartbeat_ns, monitor_ns, failure_ns, election_ns;
};

struct ring_peer {
	uint32_t id;
	bool linked;       /* our link to it is up */
	int64_t linked_ns; /* since when */
	int64_t seen_ns;   /* last sign of life; 0: none, or it has failed */
	uint32_t view;     /* whom it said it follows; 0: it does not say */
	int64_t view_ns;   /* when it said so */
	unsigned claims;   /* how often in a row it called itself leader */
};

struct ring {
	uint32_t id;
	struct ring_timing timing;
	struct ring_peer *peers; /* owned */
	size_t peer_count;
	struct rng rng;
	struct log *log;

	enum ring_state state;
	uint32_t leader;     /* 0: none known */
	int64_t deadline_ns; /* of joining, waiting or standing */
	int64_t heartbeat_due_ns, monitor_due_ns;
	int64_t awake_ns;  /* the last call; a gap means that we were frozen */
	int64_t odds_ns;   /* since when peers disagree; 0: they agree */
	double load;       /* our own, as last told by ring_load */
	double priority;   /* of the election in which we stand */
	unsigned losses;   /* elections lost since there was a leader */
	unsigned denials;  /* how often in a row the leader named another */
	bool named;        /* while joining: a peer says that we lead */
	bool forcing;      /* this election overrules leaders at odds */
	bool orphans;      /* set: tasks may have lost their server */
	struct outbox out; /* to be sent, and cleared, after every call */
};

void ring_init(struct ring *ring, uint32_t id, const uint32_t *peers,
    size_t peer_count, const struct ring_timing *timing, uint64_t seed,
    struct log *log, int64_t now_ns);
void ring_release(struct ring *ring);

/* Does what is due; returns the moment of the next call. `unix_s` is the time
 * that a heartbeat carries. */
int64_t ring_tick(struct ring *ring, int64_t now_ns, uint64_t unix_s);

/* Takes Election, Alive, Coordinator, Heartbeat or LeaderResponse. `link` is
 * the peer on whose outgoing link it came, 0 when on an incoming connection. */
void ring_receive(struct ring *ring, uint32_t link,
    const struct cloudp2p_message *message, int64_t now_ns);

/* Our link to a peer came up, went down, or was refused: its process is gone,
 * which is certain sooner than any time-out. */
void ring_linked(struct ring *ring, uint32_t peer, int64_t now_ns);
void ring_unlinked(struct ring *ring, uint32_t peer);
void ring_refused(struct ring *ring, uint32_t peer, int64_t now_ns);

/* A leader that stops names its successor. */
void ring_hand_over(struct ring *ring, uint32_t successor);

/* To be called before an answer that depends on who leads: a node that was
 * frozen must not answer from its old knowledge. */
void ring_wake(struct ring *ring, int64_t now_ns);

/* The leader, 0 when none is known. */
uint32_t ring_leader(const struct ring *ring);
bool ring_lives(const struct ring *ring, uint32_t id, int64_t now_ns);

#endif
