/* frames.h - CloudP2P messages off a connection, one after another. */
#ifndef RING_SERVER_FRAMES_H
#define RING_SERVER_FRAMES_H

#include "lib/buf.h"
#include "lib/net.h"
#include "ring_server/budget.h"
#include "wire/cloudp2p.h"

/* A frame in which nothing arrives for that long is given up, and one that as a
 * whole comes slower than that many bytes a second. */
#define FRAMES_STALL_NS         (INT64_C(30) * 1000000000)
#define FRAMES_BYTES_PER_SECOND 65536

struct frames {
	struct conn *conn; /* borrowed */
	struct cloudp2p_decoder *decoder;
	struct buf pending; /* received, not yet taken */
	struct buf picture; /* of the last message */
	uint8_t header[4];  /* the frame's length, as far as it has come */
	size_t header_length;
	int64_t due_ns; /* when the frame must be complete */
	struct budget
	    *budget;       /* borrowed; NULL: frames with pictures are bad */
	size_t taken;      /* from it, for the picture */
	const char *error; /* why the last frames_next failed */
};

/* Returns 0, or -1: no memory. */
int frames_init(struct frames *frames, struct conn *conn,
    struct budget *budget);
void frames_release(struct frames *frames);

/* Waits for a whole message, until the deadline for one that has not begun.
 * Returns 1, 0 at the end of the stream, or -1 with frames->error. The picture,
 * if any, is in frames->picture until the next call. */
int frames_next(struct frames *frames, struct cloudp2p_message *message,
    int64_t deadline_ns);

#endif
