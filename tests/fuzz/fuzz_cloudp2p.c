/* fuzz_cloudp2p.c - frames as a connection brings them, in steps that the first
 * byte gives. The steps make no difference, and every message that is decoded
 * encodes to a frame that decodes to the same. */
#include "wire/cloudp2p.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* All that a stream of frames says, each message encoded anew. */
struct outcome {
	struct buf canonical, picture;
	size_t used, messages;
	enum cloudp2p_progress progress;
};

static void take(struct cloudp2p_decoder *decoder, struct outcome *outcome)
{
	struct cloudp2p_message message;

	cloudp2p_take(decoder, &message);
	if (cloudp2p_encode(&outcome->canonical, &message,
	        outcome->picture.data, outcome->picture.length) < 0)
		abort();
	outcome->picture.length = 0;
	outcome->messages++;
	cloudp2p_release(&message);
}

static void decode(struct outcome *outcome, const uint8_t *data, size_t size,
    size_t step, size_t room)
{
	struct cloudp2p_decoder *decoder = cloudp2p_decoder_new();

	if (!decoder)
		abort();
	while (outcome->used < size && outcome->progress != CLOUDP2P_BAD) {
		size_t left = size - outcome->used, got = room;
		size_t count = left < step ? left : step;
		uint8_t out[256];

		outcome->progress = cloudp2p_decode(decoder,
		    data + outcome->used, &count, out, &got);
		outcome->used += count;
		if (buf_add(&outcome->picture, out, got) < 0)
			abort();
		if (outcome->progress == CLOUDP2P_MESSAGE)
			take(decoder, outcome);
	}
	cloudp2p_decoder_free(decoder);
}

static void release(struct outcome *outcome)
{
	buf_release(&outcome->canonical);
	buf_release(&outcome->picture);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct outcome whole = { 0 }, parts = { 0 }, again = { 0 };

	if (size < 1)
		return 0;
	decode(&whole, data + 1, size - 1, size, 256);
	decode(&parts, data + 1, size - 1, 1 + data[0] % 61, 1 + data[0]);
	if (whole.progress != parts.progress ||
	    whole.messages != parts.messages || whole.used != parts.used ||
	    whole.canonical.length != parts.canonical.length ||
	    (whole.messages > 0 &&
	        memcmp(whole.canonical.data, parts.canonical.data,
	            whole.canonical.length) != 0))
		abort();
	decode(&again, whole.canonical.data, whole.canonical.length, 4096, 256);
	if (again.messages != whole.messages ||
	    again.canonical.length != whole.canonical.length ||
	    (again.messages > 0 &&
	        memcmp(again.canonical.data, whole.canonical.data,
	            whole.canonical.length) != 0))
		abort();
	release(&whole);
	release(&parts);
	release(&again);
	return 0;
}
