/* cloudp2p.h - CloudP2P's messages: a 4-byte big-endian length, then one JSON
 * value (specification sections 1.1 to 1.3). Pure: bytes in, values out.
 *
 * Byte vectors are JSON arrays of numbers, four bytes of text for one of data.
 * They never pass through a JSON library: encoding is a table, decoding a
 * scanner that takes the text as it arrives. */
#ifndef WIRE_CLOUDP2P_H
#define WIRE_CLOUDP2P_H

#include "lib/buf.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CLOUDP2P_FRAME_MAX    104857600u  /* of the JSON, without its length */
#define CLOUDP2P_SKELETON_MAX (16u << 20) /* of a frame without its picture */

enum cloudp2p_type {
	CLOUDP2P_ELECTION,
	CLOUDP2P_ALIVE,
	CLOUDP2P_COORDINATOR,
	CLOUDP2P_HEARTBEAT,
	CLOUDP2P_LEADER_QUERY,
	CLOUDP2P_LEADER_RESPONSE,
	CLOUDP2P_TASK_ASSIGNMENT_REQUEST,
	CLOUDP2P_TASK_ASSIGNMENT_RESPONSE,
	CLOUDP2P_TASK_REQUEST,
	CLOUDP2P_TASK_RESPONSE,
	CLOUDP2P_TASK_ACK,
	CLOUDP2P_TASK_STATUS_QUERY,
	CLOUDP2P_TASK_STATUS_RESPONSE,
	CLOUDP2P_HISTORY_ADD,
	CLOUDP2P_HISTORY_REMOVE,
	CLOUDP2P_HISTORY_SYNC_REQUEST,
	CLOUDP2P_HISTORY_SYNC_RESPONSE,
};

struct cloudp2p_entry { /* one task of the replicated history */
	char *client_name;
	uint64_t request_id;
	uint32_t server_id;
	uint64_t timestamp;
};

/* One message. Which fields count depends on the type (specification 1.2):
 * `server_id` is from_id, leader_id, assigned_server_id, assigned_by_leader or
 * from_server_id, whichever the message has. Texts and entries are owned by a
 * decoded message and borrowed by one to be encoded. The picture of a
 * TaskRequest or TaskResponse is never in here. */
struct cloudp2p_message {
	enum cloudp2p_type type;
	uint32_t server_id;
	uint64_t request_id;
	uint64_t timestamp;
	double value; /* priority or load */
	bool success;
	char *client_name;
	char *address;       /* assigned_server_address */
	char *error_message; /* or NULL */
	struct cloudp2p_entry *entries;
	size_t entry_count;
};

/* Appends the frame, length and all. A TaskRequest or TaskResponse is encoded
 * with `picture` as its number array (NULL, 0: `[]`). Returns 0, or -1 with
 * errno EMSGSIZE (over the ceiling), EINVAL (a load that is not finite) or
 * ENOMEM. */
int cloudp2p_encode(struct buf *out, const struct cloudp2p_message *message,
    const uint8_t *picture, size_t picture_length);

/* The same in two pieces around a number array of `array_length` bytes of text
 * that the caller holds ("[1,2,3]", brackets included), so that it can be
 * shared and is sent without a copy. */
int cloudp2p_encode_around(struct buf *head, struct buf *tail,
    const struct cloudp2p_message *message, size_t array_length);

/* Takes frames as they arrive. The picture is handed on as it is decoded, all
 * else of a frame (its skeleton, at most CLOUDP2P_SKELETON_MAX) is kept until
 * its end. What serde_json accepts is accepted, in any order and spelling, and
 * what it refuses is refused (specification 1.1), with two exceptions: a text
 * with a NUL in it is refused, and so are unknown fields nested deeper than
 * 128.
 */
struct cloudp2p_decoder;
struct cloudp2p_decoder *cloudp2p_decoder_new(void); /* NULL: no memory */
void cloudp2p_decoder_free(struct cloudp2p_decoder *decoder);

enum cloudp2p_progress {
	CLOUDP2P_MORE,    /* all input is used up: receive more */
	CLOUDP2P_OUTPUT,  /* the picture's bytes fill the output: take them */
	CLOUDP2P_MESSAGE, /* the frame is complete: take the message */
	CLOUDP2P_BAD,     /* not a message; cloudp2p_decoder_error says why */
};

/* Uses up *in_length bytes of `in` at the most and leaves in it how many it
 * did; likewise writes up to *out_length bytes of the picture, whatever it
 * returns. Never reads past the frame's end, so that the next frame may follow
 * in `in`. A picture is known to belong to a message only when that is
 * complete.
 */
enum cloudp2p_progress cloudp2p_decode(struct cloudp2p_decoder *decoder,
    const uint8_t *in, size_t *in_length, uint8_t *out, size_t *out_length);

/* After CLOUDP2P_MESSAGE: the message, to be released by the caller; the
 * decoder begins the next frame. */
void cloudp2p_take(struct cloudp2p_decoder *decoder,
    struct cloudp2p_message *message);
const char *cloudp2p_decoder_error(const struct cloudp2p_decoder *decoder);

void cloudp2p_release(struct cloudp2p_message *message);

#endif
