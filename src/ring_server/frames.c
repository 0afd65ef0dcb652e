#include "ring_server/frames.h"

#include "lib/clock.h"

#include <errno.h>
#include <string.h>

#define INPUT_BYTES 65536

/* Frames up to this are not counted against the budget. */
#define SMALL_FRAME 65536u

/* Every fiber of the thread receives into it: nothing stays in it across a
 * wait. */
static _Thread_local uint8_t input[INPUT_BYTES];

int frames_init(struct frames *frames, struct conn *conn, struct budget *budget)
{
	*frames = (struct frames){ .conn = conn, .budget = budget };
	frames->decoder = cloudp2p_decoder_new();
	return frames->decoder ? 0 : -1;
}

/* Gives back to the budget what it took, too. */
static void drop_picture(struct frames *frames)
{
	buf_release(&frames->picture);
	if (frames->taken)
		budget_give(frames->budget, frames->taken);
	frames->taken = 0;
}

void frames_release(struct frames *frames)
{
	drop_picture(frames);
	buf_release(&frames->pending);
	cloudp2p_decoder_free(frames->decoder);
}

static int fail(struct frames *frames, const char *error)
{
	frames->error = error;
	return -1;
}

/* Gives `bytes` to the decoder until it is done or they are used up. Returns
 * 1 with a message complete, 0 when it needs more, -1 when they are bad. */
static int decode(struct frames *frames, const uint8_t *bytes, size_t length,
    size_t *used)
{
	*used = 0;
	while (*used < length) {
		size_t in = length - *used, out = in / 2 + 2;
		uint8_t *room = buf_room(&frames->picture, out);
		enum cloudp2p_progress progress;

		if (!room)
			return fail(frames, "out of memory");
		progress = cloudp2p_decode(frames->decoder, bytes + *used, &in,
		    room, &out);
		*used += in;
		frames->picture.length += out;
		if (out > 0 && !frames->budget)
			return fail(frames, "a picture where none is asked");
		if (progress == CLOUDP2P_BAD)
			return fail(frames,
			    cloudp2p_decoder_error(frames->decoder));
		if (progress == CLOUDP2P_MESSAGE)
			return 1;
	}
	return 0;
}

static uint32_t announced(const struct frames *frames)
{
	const uint8_t *h = frames->header;

	return (uint32_t)h[0] << 24 | (uint32_t)h[1] << 16 |
	       (uint32_t)h[2] << 8 | h[3];
}

/* The frame's length is known: makes room for it, which may take a while. */
static int admit(struct frames *frames)
{
	size_t length = announced(frames);

	if (length > SMALL_FRAME && frames->budget) {
		if (budget_take(frames->budget, length) != 0)
			return fail(frames, "stopping");
		frames->taken = length;
	}
	frames->due_ns =
	    clock_now_ns() + FRAMES_STALL_NS +
	    (int64_t)length * (NS_PER_SECOND / FRAMES_BYTES_PER_SECOND);
	return 0;
}

/* Takes what is pending. Returns as decode. */
static int take(struct frames *frames)
{
	struct buf *pending = &frames->pending;
	size_t used = 0, want = 4 - frames->header_length;
	int result;

	if (want > 0 && pending->length > 0) {
		if (want > pending->length)
			want = pending->length;
		memcpy(frames->header + frames->header_length, pending->data,
		    want);
		frames->header_length += want;
		result = decode(frames, pending->data, want, &used);
		buf_drop(pending, used);
		if (result != 0)
			return result;
		if (frames->header_length == 4 && admit(frames) != 0)
			return -1;
	}
	result = decode(frames, pending->data, pending->length, &used);
	buf_drop(pending, used);
	if (pending->length == 0)
		buf_release(pending);
	return result;
}

/* Receives once. Returns as decode, or 2 at the end of the stream. */
static int receive(struct frames *frames, int64_t deadline_ns)
{
	size_t used = 0;
	ssize_t got =
	    conn_receive(frames->conn, input, sizeof input, deadline_ns);
	int result = 0;

	if (got == 0)
		return 2;
	if (got < 0)
		return fail(frames, net_reason(errno));
	if (frames->header_length == 4) /* the usual way: no copy */
		result = decode(frames, input, (size_t)got, &used);
	if (buf_add(&frames->pending, input + used, (size_t)got - used) != 0)
		return fail(frames, "out of memory");
	return result;
}

/* Within a frame. */
static int64_t patience_ns(const struct frames *frames)
{
	int64_t stall_ns = clock_now_ns() + FRAMES_STALL_NS;

	return frames->header_length == 4 && frames->due_ns < stall_ns
	           ? frames->due_ns
	           : stall_ns;
}

int frames_next(struct frames *frames, struct cloudp2p_message *message,
    int64_t deadline_ns)
{
	int result;

	drop_picture(frames);
	frames->error = NULL;
	frames->header_length = 0;
	result = take(frames);
	while (result == 0) {
		bool within = frames->header_length > 0;

		result =
		    receive(frames, within ? patience_ns(frames) : deadline_ns);
		if (result == 2)
			return within ? fail(frames, "closed by peer within a "
			                             "message")
			              : 0;
		if (result == 0 && frames->pending.length > 0)
			result = take(frames);
	}
	frames->header_length = 0;
	if (result > 0)
		cloudp2p_take(frames->decoder, message);
	return result;
}
