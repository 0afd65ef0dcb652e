#include "wire/cloudp2p.h"
#include "wire/cloudp2p_place.h"
#include "wire/cloudp2p_table.h"
#include "wire/numarray.h"

#include <stdlib.h>

#define LENGTH_BYTES  4
#define SKELETON_KEPT 4096 /* more of it is given back after a frame */

enum phase {
	LENGTH,
	SKELETON,
	PICTURE,
	COMPLETE,
	BAD,
};

/* The skeleton of a frame is its JSON with an empty array for the picture. */
struct cloudp2p_decoder {
	enum phase phase;
	unsigned length_bytes; /* taken */
	uint32_t left; /* of the frame; while LENGTH: its length so far */
	struct buf skeleton;
	struct cloudp2p_place place; /* in the skeleton */
	struct numarray_decoder picture;
	struct cloudp2p_message message;
	const char *error;
};

struct cloudp2p_decoder *cloudp2p_decoder_new(void)
{
	struct cloudp2p_decoder *decoder = calloc(1, sizeof(*decoder));

	if (decoder)
		decoder->skeleton.ceiling = CLOUDP2P_SKELETON_MAX;
	return decoder;
}

void cloudp2p_decoder_free(struct cloudp2p_decoder *decoder)
{
	if (!decoder)
		return;
	buf_release(&decoder->skeleton);
	cloudp2p_release(&decoder->message);
	free(decoder);
}

static void begin_frame(struct cloudp2p_decoder *decoder)
{
	struct buf skeleton = decoder->skeleton;

	if (skeleton.capacity > SKELETON_KEPT)
		buf_release(&skeleton);
	skeleton.length = 0;
	skeleton.ceiling = CLOUDP2P_SKELETON_MAX;
	cloudp2p_release(&decoder->message);
	*decoder = (struct cloudp2p_decoder){ .skeleton = skeleton };
}

void cloudp2p_take(struct cloudp2p_decoder *decoder,
    struct cloudp2p_message *message)
{
	*message = decoder->message;
	decoder->message = (struct cloudp2p_message){ 0 };
	begin_frame(decoder);
}

const char *cloudp2p_decoder_error(const struct cloudp2p_decoder *decoder)
{
	return decoder->error ? decoder->error : "no error";
}

static void fail(struct cloudp2p_decoder *decoder, const char *error)
{
	decoder->phase = BAD;
	decoder->error = error;
}

static void take_length(struct cloudp2p_decoder *decoder, uint8_t byte)
{
	decoder->left = decoder->left << 8 | byte;
	if (++decoder->length_bytes < LENGTH_BYTES)
		return;
	decoder->phase = SKELETON;
	if (decoder->left == 0)
		fail(decoder, "empty frame");
	else if (decoder->left > CLOUDP2P_FRAME_MAX)
		fail(decoder, "frame above the ceiling");
}

/* Puts a byte behind the skeleton; there is always room for one more, which
 * the parser needs. */
static int keep(struct cloudp2p_decoder *decoder, char byte)
{
	struct buf *skeleton = &decoder->skeleton;

	if (skeleton->capacity - skeleton->length < 2 &&
	    !buf_room(skeleton, 2)) {
		fail(decoder, "frame too large without its picture");
		return -1;
	}
	skeleton->data[skeleton->length++] = (uint8_t)byte;
	return 0;
}

/* Uses up bytes until the picture begins; returns how many. */
static size_t take_skeleton(struct cloudp2p_decoder *decoder, const uint8_t *in,
    size_t length)
{
	for (size_t i = 0; i < length; i++) {
		if (keep(decoder, (char)in[i]) < 0)
			return i;
		if (cloudp2p_place_next(&decoder->place,
		        (const char *)decoder->skeleton.data,
		        decoder->skeleton.length - 1)) {
			decoder->phase = PICTURE;
			decoder->picture = (struct numarray_decoder){ 0 };
			return i + 1;
		}
	}
	return length;
}

/* Returns whether the output is full. */
static bool take_picture(struct cloudp2p_decoder *decoder, const uint8_t *in,
    size_t *in_length, uint8_t *out, size_t *out_length)
{
	switch (numarray_decode(&decoder->picture, (const char *)in, in_length,
	    out, out_length)) {
	case NUMARRAY_OUTPUT:
		return true;
	case NUMARRAY_END:
		decoder->phase = SKELETON;
		if (keep(decoder, ']') == 0)
			(void)cloudp2p_place_next(&decoder->place,
			    (const char *)decoder->skeleton.data,
			    decoder->skeleton.length - 1);
		break;
	case NUMARRAY_BAD:
		fail(decoder, "picture that is no array of bytes");
		break;
	case NUMARRAY_MORE:
		break;
	}
	return false;
}

static void finish(struct cloudp2p_decoder *decoder)
{
	const char *error = NULL;

	decoder->phase = COMPLETE;
	if (cloudp2p_parse((char *)decoder->skeleton.data,
	        decoder->skeleton.length, &decoder->message, &error) < 0)
		fail(decoder, error);
}

/* Takes what it can of one phase; returns whether the output is full. */
static bool take_step(struct cloudp2p_decoder *decoder, const uint8_t *in,
    size_t *in_length, uint8_t *out, size_t *out_length)
{
	bool full = false;

	if (decoder->phase == LENGTH) {
		take_length(decoder, *in);
		*in_length = 1;
		*out_length = 0;
		return false;
	}
	if (*in_length > decoder->left)
		*in_length = decoder->left;
	if (decoder->phase == PICTURE) {
		full = take_picture(decoder, in, in_length, out, out_length);
	} else {
		*in_length = take_skeleton(decoder, in, *in_length);
		*out_length = 0;
	}
	decoder->left -= (uint32_t)*in_length;
	if (decoder->left == 0 && decoder->phase != BAD)
		finish(decoder);
	return full;
}

enum cloudp2p_progress cloudp2p_decode(struct cloudp2p_decoder *decoder,
    const uint8_t *in, size_t *in_length, uint8_t *out, size_t *out_length)
{
	size_t used = 0, written = 0;
	bool full = false;

	while (!full && used < *in_length && decoder->phase < COMPLETE) {
		size_t take = *in_length - used, room = *out_length - written;

		full =
		    take_step(decoder, in + used, &take, out + written, &room);
		used += take;
		written += room;
	}
	*in_length = used;
	*out_length = written;
	if (decoder->phase == BAD)
		return CLOUDP2P_BAD;
	if (decoder->phase == COMPLETE)
		return CLOUDP2P_MESSAGE;
	return full ? CLOUDP2P_OUTPUT : CLOUDP2P_MORE;
}
