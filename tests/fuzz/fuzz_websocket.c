/* fuzz_websocket.c - the first byte says which side reads, where the input is
 * cut and whether it is frames or a handshake. However frames are cut, the same
 * messages come of them; what they say, written as frames, is read again. */
#include "wire/websocket.h"
#include "wire/websocket_handshake.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What was read, one behind another: type, code, length, bytes. */
struct said {
	struct buf buf;
	bool bad;
	enum websocket_close close;
};

static void note(struct said *said, const struct websocket_message *message)
{
	const uint64_t head[] = { message->type, message->code,
		message->length };
	if (buf_add(&said->buf, head, sizeof head) < 0 ||
	    buf_add(&said->buf, message->data, message->length) < 0)
		abort();
}

/* One piece, in a block of exactly its size. */
static bool feed(struct websocket_reader *reader, const uint8_t *from,
    size_t length, struct said *said)
{
	uint8_t *piece = malloc(length ? length : 1);
	if (!piece)
		abort();
	memcpy(piece, from, length);
	size_t at = 0;
	enum websocket_progress progress;
	do {
		struct websocket_message message = { 0 };
		size_t used = length - at;
		progress = websocket_read(reader, piece + at, &used, &message);
		if (used > length - at)
			abort();
		at += used;
		if (progress == WEBSOCKET_MESSAGE)
			note(said, &message);
		if (progress == WEBSOCKET_MORE && at != length)
			abort();
	} while (progress == WEBSOCKET_MESSAGE);
	free(piece);
	return progress != WEBSOCKET_BAD;
}

static struct said read_all(const uint8_t *data, size_t size, size_t step,
    bool server)
{
	struct websocket_reader reader = { .server = server, .limit = 1 << 16 };
	struct said said = { 0 };
	for (size_t at = 0; at < size; at += step) {
		size_t length = size - at < step ? size - at : step;
		if (!feed(&reader, data + at, length, &said)) {
			said.bad = true;
			said.close = reader.close;
			if (!reader.fault)
				abort();
			break;
		}
	}
	websocket_reader_release(&reader);
	return said;
}

static void read_frames(const uint8_t *data, size_t size, size_t step,
    bool server)
{
	struct said whole = read_all(data, size, size ? size : 1, server);
	struct said parts = read_all(data, size, step, server);
	if (whole.bad != parts.bad || whole.close != parts.close ||
	    whole.buf.length != parts.buf.length ||
	    (whole.buf.length > 0 &&
	        memcmp(whole.buf.data, parts.buf.data, whole.buf.length) != 0))
		abort();
	buf_release(&whole.buf);
	buf_release(&parts.buf);
}

/* The input as a binary message in two fragments. */
static void write_and_read(const uint8_t *data, size_t size, size_t step,
    bool server)
{
	const uint8_t mask[4] = { 1, 2, 3, 4 };
	size_t first = step < size ? step : size;
	struct buf frames = { 0 };
	const struct {
		unsigned byte;
		const uint8_t *data;
		size_t length;
	} parts[] = { { WEBSOCKET_BINARY, data, first },
		{ WEBSOCKET_FIN, data + first, size - first } };

	for (size_t i = 0; i < 2; i++) {
		uint8_t *to =
		    buf_room(&frames, WEBSOCKET_HEAD + parts[i].length);
		if (!to)
			abort();
		size_t head = websocket_head(to, parts[i].byte,
		    server ? mask : NULL, parts[i].length);
		if (server)
			websocket_mask(to + head, parts[i].data,
			    parts[i].length, mask, 0);
		else if (parts[i].length > 0)
			memcpy(to + head, parts[i].data, parts[i].length);
		frames.length += head + parts[i].length;
	}
	struct said said =
	    read_all(frames.data, frames.length, 1 + step / 3, server);
	const size_t head = 3 * sizeof(uint64_t);
	if (size <= 1 << 16 &&
	    (said.bad || said.buf.length != head + size ||
	        (size > 0 && memcmp(said.buf.data + head, data, size) != 0)))
		abort();
	buf_release(&said.buf);
	buf_release(&frames);
}

static void read_handshake(const uint8_t *data, size_t size)
{
	const struct websocket_offer offer = { .key =
		                                   "dGhlIHNhbXBsZSBub25jZQ==",
		.protocol = "a, b" };
	struct websocket_request request;
	struct buf answer = { 0 };
	struct err err;
	unsigned status;
	size_t head = websocket_head_end(data, size);

	if (head > size)
		abort();
	websocket_read_answer(data, size, &offer, &status, &err);
	if (websocket_read_request(&request, data, size, &err) == 0 &&
	    websocket_write_answer(&answer, &request, NULL) < 0)
		abort();
	buf_release(&answer);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size < 1)
		return 0;
	size_t step = 1 + (data[0] >> 2);
	bool server = data[0] & 1;
	if (data[0] & 2) {
		read_handshake(data + 1, size - 1);
		return 0;
	}
	read_frames(data + 1, size - 1, step, server);
	write_and_read(data + 1, size - 1, step, server);
	return 0;
}
