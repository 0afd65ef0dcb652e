#include "wire/websocket.h"

#include <assert.h>
#include <string.h>

#define OPCODE   0x0f
#define RESERVED 0x70
#define MASKED   0x80
#define LENGTH   0x7f
#define LENGTH16 126
#define LENGTH64 127

size_t websocket_head(uint8_t *out, unsigned first, const uint8_t *mask,
    uint64_t length)
{
	size_t at = 2, more = length < LENGTH16      ? 0
	                      : length <= UINT16_MAX ? 2
	                                             : 8;
	out[0] = (uint8_t)first;
	out[1] = more == 0 ? (uint8_t)length : more == 2 ? LENGTH16 : LENGTH64;
	while (more > 0)
		out[at++] = (uint8_t)(length >> 8 * --more);
	if (mask) {
		out[1] |= MASKED;
		memcpy(out + at, mask, 4);
		at += 4;
	}
	return at;
}

void websocket_mask(uint8_t *to, const uint8_t *from, size_t length,
    const uint8_t mask[4], uint64_t offset)
{
	uint8_t pattern[8];
	uint64_t eight;
	size_t i = 0;

	for (size_t j = 0; j < 8; j++)
		pattern[j] = mask[(offset + j) & 3];
	memcpy(&eight, pattern, 8);
	/* Four at a time, which a compiler turns into vectors. */
	for (; length - i >= 32; i += 32) {
		uint64_t words[4];
		memcpy(words, from + i, 32);
		for (size_t j = 0; j < 4; j++)
			words[j] ^= eight;
		memcpy(to + i, words, 32);
	}
	for (; i < length; i++)
		to[i] = from[i] ^ pattern[i & 7];
}

static enum websocket_progress bad(struct websocket_reader *reader,
    enum websocket_close close, const char *fault)
{
	reader->close = close;
	reader->fault = fault;
	return WEBSOCKET_BAD;
}

static enum websocket_progress violation(struct websocket_reader *reader,
    const char *fault)
{
	return bad(reader, WEBSOCKET_PROTOCOL_ERROR, fault);
}

static unsigned opcode_of(const struct websocket_reader *reader)
{
	return reader->head[0] & OPCODE;
}

static bool is_control(const struct websocket_reader *reader)
{
	return reader->head[0] & WEBSOCKET_CLOSE;
}

static bool is_last(const struct websocket_reader *reader)
{
	return reader->head[0] & WEBSOCKET_FIN;
}

static size_t length_bytes(const struct websocket_reader *reader)
{
	unsigned length = reader->head[1] & LENGTH;
	return length < LENGTH16 ? 0 : length == LENGTH16 ? 2 : 8;
}

static enum websocket_progress check_length(struct websocket_reader *reader)
{
	size_t more = length_bytes(reader);

	reader->length = more ? 0 : reader->head[1] & LENGTH;
	for (size_t i = 0; i < more; i++)
		reader->length = reader->length << 8 | reader->head[2 + i];
	if ((more == 2 && reader->length < LENGTH16) ||
	    (more == 8 && reader->length <= UINT16_MAX))
		return violation(reader,
		    "a length in more bytes than it needs");
	if (reader->length > INT64_MAX)
		return violation(reader, "a length beyond 63 bits");
	if (is_control(reader))
		return reader->length <= WEBSOCKET_CONTROL
		           ? WEBSOCKET_MORE
		           : violation(reader,
		                 "a control frame over 125 bytes");
	if (reader->limit > 0 &&
	    (reader->length > reader->limit ||
	        reader->message.length > reader->limit - reader->length))
		return bad(reader, WEBSOCKET_TOO_BIG,
		    "a message over the limit");
	return WEBSOCKET_MORE;
}

/* Section 5.4: what may follow what. */
static enum websocket_progress check_order(struct websocket_reader *reader)
{
	switch (opcode_of(reader)) {
	case WEBSOCKET_CONTINUATION:
		return reader->type
		           ? WEBSOCKET_MORE
		           : violation(reader, "a continuation of no message");
	case WEBSOCKET_TEXT:
	case WEBSOCKET_BINARY:
		if (reader->type)
			return violation(reader, "a message within another");
		reader->type = (uint8_t)opcode_of(reader);
		reader->utf8 = (struct utf8){ 0 };
		return WEBSOCKET_MORE;
	case WEBSOCKET_CLOSE:
	case WEBSOCKET_PING:
	case WEBSOCKET_PONG:
		reader->control_length = 0;
		return is_last(reader)
		           ? WEBSOCKET_MORE
		           : violation(reader, "a control frame in fragments");
	default:
		return violation(reader, "a reserved opcode");
	}
}

/* As soon as its first two bytes are there, so that nobody waits for the rest
 * of what is refused anyway. */
static enum websocket_progress check_start(struct websocket_reader *reader)
{
	bool masked = reader->head[1] & MASKED;

	if (reader->head[0] & RESERVED)
		return violation(reader, "a reserved bit");
	if (masked != reader->server)
		return violation(reader, masked ? "a masked frame of a server"
		                                : "a frame without a mask");
	return check_order(reader);
}

/* Bytes of the head as far as it is known. */
static size_t head_size(const struct websocket_reader *reader)
{
	if (reader->head_length < 2)
		return 2;
	return 2 + length_bytes(reader) + (reader->server ? 4 : 0);
}

static enum websocket_progress take_head(struct websocket_reader *reader,
    const uint8_t **at, size_t *left)
{
	while (reader->head_length < head_size(reader)) {
		if (*left == 0)
			return WEBSOCKET_MORE;
		reader->head[reader->head_length++] = *(*at)++;
		(*left)--;
		if (reader->head_length == 2 &&
		    check_start(reader) == WEBSOCKET_BAD)
			return WEBSOCKET_BAD;
	}
	reader->in_frame = true;
	reader->taken = 0;
	return check_length(reader);
}

static const uint8_t *mask_of(const struct websocket_reader *reader)
{
	return reader->head + 2 + length_bytes(reader);
}

/* Whether a peer may send this close code (section 7.4). */
static bool code_is_valid(unsigned code)
{
	return (code >= 1000 && code <= 1003) ||
	       (code >= 1007 && code <= 1014) || (code >= 3000 && code <= 4999);
}

static enum websocket_progress end_close(struct websocket_reader *reader,
    struct websocket_message *message)
{
	if (message->length == 0) {
		message->code = WEBSOCKET_NO_CODE;
		return WEBSOCKET_MESSAGE;
	}
	if (message->length == 1)
		return violation(reader, "half a close code");
	message->code = (unsigned)message->data[0] << 8 | message->data[1];
	message->data += 2;
	message->length -= 2;
	if (!code_is_valid(message->code))
		return violation(reader, "a close code that may not be sent");
	if (!utf8_is_valid(message->data, message->length))
		return bad(reader, WEBSOCKET_BAD_TEXT,
		    "a close reason that is not UTF-8");
	return WEBSOCKET_MESSAGE;
}

static enum websocket_progress take_control(struct websocket_reader *reader,
    const uint8_t *bytes, size_t length, struct websocket_message *message)
{
	memcpy(reader->control + reader->control_length, bytes, length);
	reader->control_length = (uint8_t)(reader->control_length + length);
	if (reader->taken < reader->length)
		return WEBSOCKET_MORE;
	*message = (struct websocket_message){
		.type = (enum websocket_opcode)opcode_of(reader),
		.data = reader->control,
		.length = reader->control_length,
	};
	return message->type == WEBSOCKET_CLOSE ? end_close(reader, message)
	                                        : WEBSOCKET_MESSAGE;
}

static enum websocket_progress take_data(struct websocket_reader *reader,
    const uint8_t *bytes, size_t length, struct websocket_message *message)
{
	bool ends = reader->taken == reader->length && is_last(reader);

	if (reader->type == WEBSOCKET_TEXT &&
	    (!utf8_take(&reader->utf8, bytes, length) ||
	        (ends && !utf8_is_whole(&reader->utf8))))
		return bad(reader, WEBSOCKET_BAD_TEXT,
		    "text that is not UTF-8");
	if (ends && reader->message.length == 0) {
		*message = (struct websocket_message){ .data = bytes,
			.length = length };
	} else {
		if (buf_add(&reader->message, bytes, length) < 0)
			return bad(reader, WEBSOCKET_TOO_BIG,
			    "no memory for a message");
		*message =
		    (struct websocket_message){ .data = reader->message.data,
			    .length = reader->message.length };
	}
	if (!ends)
		return WEBSOCKET_MORE;
	message->type = (enum websocket_opcode)reader->type;
	reader->type = 0;
	reader->delivered = true;
	return WEBSOCKET_MESSAGE;
}

/* What there is of a frame's payload. */
static enum websocket_progress take_payload(struct websocket_reader *reader,
    uint8_t *bytes, size_t length, struct websocket_message *message)
{
	if (reader->server)
		websocket_mask(bytes, bytes, length, mask_of(reader),
		    reader->taken);
	reader->taken += length;
	enum websocket_progress progress =
	    is_control(reader) ? take_control(reader, bytes, length, message)
	                       : take_data(reader, bytes, length, message);
	if (reader->taken == reader->length) {
		reader->in_frame = false;
		reader->head_length = 0;
	}
	return progress;
}

/* Lets go of the message that the last call gave. */
static void forget_delivered(struct websocket_reader *reader)
{
	if (!reader->delivered)
		return;
	reader->delivered = false;
	buf_release(&reader->message);
}

enum websocket_progress websocket_read(struct websocket_reader *reader,
    uint8_t *bytes, size_t *length, struct websocket_message *message)
{
	const uint8_t *at = bytes;
	size_t left = *length;
	enum websocket_progress progress = WEBSOCKET_MORE;

	assert(!reader->fault);
	forget_delivered(reader);
	while (progress == WEBSOCKET_MORE) {
		if (!reader->in_frame) {
			progress = take_head(reader, &at, &left);
			if (progress == WEBSOCKET_BAD || !reader->in_frame)
				break;
		}
		uint64_t lacking = reader->length - reader->taken;
		size_t here = lacking < left ? (size_t)lacking : left;
		if (here == 0 && lacking > 0)
			break;
		progress =
		    take_payload(reader, bytes + (at - bytes), here, message);
		at += here;
		left -= here;
	}
	*length -= left;
	return progress;
}

void websocket_reader_release(struct websocket_reader *reader)
{
	buf_release(&reader->message);
}
