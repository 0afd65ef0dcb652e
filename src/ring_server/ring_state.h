/* ring_state.h - the states of a node and the ways between them; inside ring.
 */
#ifndef RING_SERVER_RING_STATE_H
#define RING_SERVER_RING_STATE_H

#include "ring_server/ring.h"

/* What has been said that often in a row did not cross our own words. */
#define RING_REPEATED 2

/* The peer of that id, or NULL. */
struct ring_peer *ring_find(const struct ring *ring, uint32_t id);

/* Whether it has been heard of within the failure time-out. */
bool ring_peer_lives(const struct ring *ring, const struct ring_peer *peer,
    int64_t now_ns);

/* A random time, so that nodes do not act in step. */
int64_t ring_jitter(struct ring *ring, int64_t up_to_ns);

/* Queues a message that carries nothing but an id. */
void ring_post(struct ring *ring, uint32_t to, enum cloudp2p_type type,
    uint32_t server_id);

/* Our candidacy. */
void ring_post_election(struct ring *ring, uint32_t to);

void ring_join(struct ring *ring, int64_t now_ns);  /* -> RING_JOINING */
void ring_await(struct ring *ring, int64_t now_ns); /* -> RING_WAITING */
void ring_stand(struct ring *ring, int64_t now_ns); /* -> RING_STANDING */
void ring_follow(struct ring *ring, struct ring_peer *leader,
    int64_t now_ns);               /* -> RING_FOLLOWING */
void ring_lead(struct ring *ring); /* -> RING_LEADING */

#endif
