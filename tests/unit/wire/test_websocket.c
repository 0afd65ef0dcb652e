#include "wire/websocket.h"

#include "wire/websocket_handshake.h"

#include <openssl/sha.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "wire/vectors.h"

/* Handshake */

static const char sample_key[] = "dGhlIHNhbXBsZSBub25jZQ==";

static void the_key_is_answered_as_the_rfc_says(void **state)
{
	const json_t *sample =
	    json_object_get(json_object_get(vectors, "websocket"), "accept");
	const char *key = text_of(sample, "key");
	char accept[WEBSOCKET_ACCEPT];

	(void)state;
	websocket_accept(accept, key, strlen(key));
	assert_string_equal(accept, text_of(sample, "accept"));
}

static void a_host_of_the_users_own_replaces_ours(void **state)
{
	static const char *const headers[] = { "X: y", "hOst: other" };
	const struct websocket_offer offer = { .host = "h:1",
		.path = "/",
		.key = "k",
		.headers = headers,
		.header_count = 2 };
	struct buf buf = { 0 };

	(void)state;
	assert_int_equal(websocket_write_offer(&buf, &offer), 0);
	buf_add(&buf, "", 1);
	assert_non_null(strstr((char *)buf.data, "\r\nhOst: other\r\n"));
	assert_null(strstr((char *)buf.data, "Host: h:1"));
	buf_release(&buf);
}

static void an_offer_is_accepted_by_our_own_server(void **state)
{
	const char *const headers[] = { "X-Run: 7", "Cookie: a=b" };
	const struct websocket_offer offer = { .host = "h:1",
		.path = "/chat?x=1",
		.key = sample_key,
		.protocol = "one, two",
		.headers = headers,
		.header_count = 2 };
	struct websocket_request request;
	struct buf buf = { 0 };
	struct err err;
	unsigned status;

	(void)state;
	assert_int_equal(websocket_write_offer(&buf, &offer), 0);
	assert_int_equal(websocket_head_end(buf.data, buf.length), buf.length);
	assert_int_equal(websocket_head_end(buf.data, buf.length - 1), 0);
	assert_non_null(strstr((char *)buf.data, "\r\nX-Run: 7\r\n"));
	assert_int_equal(
	    websocket_read_request(&request, buf.data, buf.length, &err), 0);
	assert_int_equal(request.path_length, strlen(offer.path));
	assert_memory_equal(request.path, offer.path, strlen(offer.path));
	assert_memory_equal(request.protocol, "one, two",
	    request.protocol_length);

	struct buf answer = { 0 };
	assert_int_equal(websocket_write_answer(&answer, &request, "two"), 0);
	assert_int_equal(websocket_read_answer(answer.data, answer.length,
	                     &offer, &status, &err),
	    WEBSOCKET_ACCEPTED);
	assert_int_equal(status, 101);
	buf_release(&answer);
	buf_release(&buf);
}

static void an_answer_that_is_no_websocket_is_told_from_one_that_is(
    void **state)
{
#define UP     "Upgrade: WebSocket\r\nConnection: keep-alive, upgrade\r\n"
#define ACCEPT "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
	static const struct {
		const char *head;
		enum websocket_answer answer;
		unsigned status;
	} answers[] = {
		{ "HTTP/1.1 101 Switching Protocols\r\n" UP ACCEPT "\r\n",
		    WEBSOCKET_ACCEPTED, 101 },
		{ "HTTP/1.1 101\r\n" UP ACCEPT "\r\n", WEBSOCKET_ACCEPTED,
		    101 },
		{ "HTTP/1.1 503 Busy\r\n\r\n", WEBSOCKET_REFUSED, 503 },
		{ "HTTP/1.0 200 OK\r\nUpgrade: websocket\r\n\r\n",
		    WEBSOCKET_REFUSED, 200 },
		{ "HTTP/1.1 101 x\r\n" ACCEPT "\r\n", WEBSOCKET_WRONG, 101 },
		{ "HTTP/1.1 101 x\r\nUpgrade: h2c\r\nConnection: "
		  "upgrade\r\n" ACCEPT "\r\n",
		    WEBSOCKET_WRONG, 101 },
		{ "HTTP/1.1 101 x\r\n" UP "\r\n", WEBSOCKET_WRONG, 101 },
		{ "HTTP/1.1 101 x\r\n" UP
		  "Sec-WebSocket-Accept: S3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n",
		    WEBSOCKET_WRONG, 101 },
		{ "HTTP/1.1 101 x\r\n" UP ACCEPT
		  "Sec-WebSocket-Protocol: mqtt\r\n\r\n",
		    WEBSOCKET_WRONG, 101 },
		{ "HTTP/1.1 101 x\r\n" UP ACCEPT
		  "Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n",
		    WEBSOCKET_WRONG, 101 },
		{ "HTTP/1.1 10 x\r\n\r\n", WEBSOCKET_NO_HTTP, 0 },
		{ "SSH-2.0-OpenSSH_9.2\r\n\r\n", WEBSOCKET_NO_HTTP, 0 },
		{ "HTTP/1.1 101 x\r\nno header\r\n\r\n", WEBSOCKET_NO_HTTP,
		    101 },
		{ "\r\n\r\n", WEBSOCKET_NO_HTTP, 0 },
	};
	const struct websocket_offer offer = { .key = sample_key,
		.protocol = "chat" };

	(void)state;
	for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
		struct err err = { "" };
		unsigned status;
		const char *head = answers[i].head;
		if (websocket_read_answer((const uint8_t *)head, strlen(head),
		        &offer, &status, &err) != answers[i].answer ||
		    status != answers[i].status)
			fail_msg("%zu: %s", i, err.text);
		assert_true((answers[i].answer == WEBSOCKET_ACCEPTED) ==
		            (err.text[0] == '\0'));
	}
}

static void a_request_for_anything_else_is_refused_with_a_reason(void **state)
{
	static const char *const requests[] = {
		"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
		"POST / HTTP/1.1\r\n" UP "Sec-WebSocket-Version: 13\r\n\r\n",
		"GET / HTTP/1.1\r\n" UP "Sec-WebSocket-Version: 8\r\n"
		"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
		"GET / HTTP/1.1\r\n" UP "Sec-WebSocket-Version: 13\r\n\r\n",
		"GET / HTTP/1.1\r\n" UP "Sec-WebSocket-Version: 13\r\n"
		"Sec-WebSocket-Key: c2hvcnQ=\r\n\r\n",
		"GET / a HTTP/1.1\r\n\r\n",
		"GET\r\n\r\n",
		"\r\n\r\n",
	};

	(void)state;
	for (size_t i = 0; i < sizeof requests / sizeof *requests; i++) {
		struct websocket_request request;
		struct err err = { "" };
		assert_int_equal(websocket_read_request(&request,
		                     (const uint8_t *)requests[i],
		                     strlen(requests[i]), &err),
		    -1);
		assert_true(err.text[0] != '\0');
	}
}

/* Frames */

/* The payload of a frame of the vectors. */
static struct bytes payload_of(const json_t *frame)
{
	if (json_object_get(frame, "payload"))
		return bytes_of(frame, "payload");
	struct bytes bytes = { .length =
		                   (size_t)number_of(frame, "payload_length") };
	bytes.data = malloc(bytes.length);
	assert_non_null(bytes.data);
	for (size_t i = 0; i < bytes.length; i++)
		bytes.data[i] = (uint8_t)i;
	return bytes;
}

/* The whole frame as we write it; a mask of NULL: none. */
static struct bytes write_frame(unsigned first, const uint8_t *mask,
    const uint8_t *payload, size_t length)
{
	struct bytes frame = { .data = malloc(WEBSOCKET_HEAD + length) };
	assert_non_null(frame.data);
	frame.length = websocket_head(frame.data, first, mask, length);
	if (mask)
		websocket_mask(frame.data + frame.length, payload, length, mask,
		    0);
	else if (length > 0)
		memcpy(frame.data + frame.length, payload, length);
	frame.length += length;
	return frame;
}

static void assert_frame(const struct bytes *frame, const json_t *expected)
{
	uint8_t hash[SHA256_DIGEST_LENGTH];
	const char *whole =
	    json_string_value(json_object_get(expected, "frame"));
	if (whole) {
		assert_hex(frame->data, frame->length, whole);
		return;
	}
	SHA256(frame->data, frame->length, hash);
	assert_hex(hash, sizeof hash, text_of(expected, "frame_sha256"));
}

static void every_frame_of_the_vectors_is_written_and_read(void **state)
{
	const json_t *frames =
	    json_object_get(json_object_get(vectors, "websocket"), "frames");
	struct websocket_reader client = { 0 }, server = { .server = true };
	size_t i, messages = 0;
	json_t *one;

	(void)state;
	json_array_foreach(frames, i, one)
	{
		bool masked = json_is_true(json_object_get(one, "masked"));
		bool fin = json_is_true(json_object_get(one, "fin"));
		unsigned opcode = (unsigned)number_of(one, "opcode");
		struct bytes payload = payload_of(one);
		struct bytes mask = { 0 };
		if (masked)
			mask = bytes_of(one, "mask");
		struct bytes frame =
		    write_frame(opcode | (fin ? WEBSOCKET_FIN : 0), mask.data,
		        payload.data, payload.length);
		assert_frame(&frame, one);

		struct websocket_reader *reader = masked ? &server : &client;
		struct websocket_message message;
		size_t used = frame.length;
		enum websocket_progress progress =
		    websocket_read(reader, frame.data, &used, &message);
		assert_int_equal(progress,
		    fin ? WEBSOCKET_MESSAGE : WEBSOCKET_MORE);
		assert_int_equal(used, frame.length);
		if (progress == WEBSOCKET_MESSAGE && opcode == 2) {
			assert_int_equal(message.length, payload.length);
			assert_memory_equal(message.data, payload.data,
			    payload.length);
		}
		messages += progress == WEBSOCKET_MESSAGE;
		free(mask.data);
		free(payload.data);
		free(frame.data);
	}
	assert_int_equal(messages, json_array_size(frames) - 2);
	websocket_reader_release(&client);
	websocket_reader_release(&server);
}

static void masking_is_its_own_opposite_at_every_offset(void **state)
{
	const uint8_t mask[4] = { 0x12, 0x34, 0x56, 0x78 };
	uint8_t plain[100], masked[100];

	(void)state;
	for (size_t i = 0; i < sizeof plain; i++)
		plain[i] = (uint8_t)(7 * i);
	for (size_t offset = 0; offset < 9; offset++) {
		for (size_t length = 0; length <= sizeof plain; length++) {
			websocket_mask(masked, plain, length, mask, offset);
			for (size_t i = 0; i < length; i++)
				assert_int_equal(masked[i],
				    plain[i] ^ mask[(offset + i) % 4]);
			websocket_mask(masked, masked, length, mask, offset);
			if (length > 0)
				assert_memory_equal(masked, plain, length);
		}
	}
}

/* A conversation, in hexadecimal, fed in pieces of a size; what came of it as
 * text: "text:..", "ping:..", "close 1000:..", "BAD 1002". */
static void converse(struct websocket_reader *reader, const char *hex,
    size_t step, char *out, size_t size)
{
	static const char *const names[] = { [1] = "text",
		[2] = "binary",
		[8] = "close",
		[9] = "ping",
		[10] = "pong" };
	struct bytes bytes = from_hex(hex);
	size_t at = 0, written = 0;

	out[0] = '\0';
	while (at < bytes.length) {
		size_t piece =
		    bytes.length - at < step ? bytes.length - at : step;
		for (bool more = true; more;) {
			struct websocket_message message = { 0 };
			size_t used = piece;
			enum websocket_progress progress = websocket_read(
			    reader, bytes.data + at, &used, &message);
			at += used;
			piece -= used;
			more = progress == WEBSOCKET_MESSAGE;
			assert_true(piece == 0 || progress != WEBSOCKET_MORE);
			if (progress == WEBSOCKET_BAD) {
				snprintf(out + written, size - written,
				    "BAD %d", reader->close);
				assert_non_null(reader->fault);
				free(bytes.data);
				return;
			}
			if (!more)
				break;
			written += (size_t)snprintf(out + written,
			    size - written, "%s", names[message.type]);
			if (message.type == WEBSOCKET_CLOSE)
				written += (size_t)snprintf(out + written,
				    size - written, " %u", message.code);
			written += (size_t)snprintf(out + written,
			    size - written, ":%.*s,", (int)message.length,
			    (const char *)message.data);
		}
	}
	free(bytes.data);
}

static const struct conversation {
	const char *what, *hex, *expected;
} conversations[] = {
	{ "RFC 6455, 5.7: a text", "810548656c6c6f", "text:Hello," },
	{ "RFC 6455, 5.7: in two fragments", "010348656c80026c6f",
	    "text:Hello," },
	{ "RFC 6455, 5.7: a ping", "890548656c6c6f", "ping:Hello," },
	{ "a ping between fragments", "010348656c8901788000",
	    "ping:x,text:Hel," },
	{ "empty fragments", "0100000080026c6f", "text:lo," },
	{ "two messages at once", "82016182016281016382017a",
	    "binary:a,binary:b,text:c,binary:z," },
	{ "an empty message", "8200", "binary:," },
	{ "a character cut by a fragment", "0101c38001a4", "text:\xc3\xa4," },
	{ "close without a code", "8800", "close 1005:," },
	{ "close with code and reason", "880503e8627965", "close 1000:bye," },
	{ "half a close code", "880103", "BAD 1002" },
	{ "close code 999", "880203e7", "BAD 1002" },
	{ "close code 1004", "880203ec", "BAD 1002" },
	{ "close code 1005", "880203ed", "BAD 1002" },
	{ "close code 1006", "880203ee", "BAD 1002" },
	{ "close code 1015", "880203f7", "BAD 1002" },
	{ "close code 2999", "88020bb7", "BAD 1002" },
	{ "close code 3000", "88020bb8", "close 3000:," },
	{ "close code 4999", "88021387", "close 4999:," },
	{ "close code 5000", "88021388", "BAD 1002" },
	{ "close reason not UTF-8", "880303e8ff", "BAD 1007" },
	{ "reserved bit 1", "c10161", "BAD 1002" },
	{ "reserved bit 3", "910161", "BAD 1002" },
	{ "reserved opcode 3", "8300", "BAD 1002" },
	{ "reserved opcode 11", "8b00", "BAD 1002" },
	{ "a masked frame of a server", "8181", "BAD 1002" },
	{ "a control frame in fragments", "0900", "BAD 1002" },
	{ "a control frame of 126 bytes", "897e007e", "BAD 1002" },
	{ "a continuation of nothing", "8000", "BAD 1002" },
	{ "a message within a message", "010161810162", "BAD 1002" },
	{ "125 bytes in the 16-bit form", "827e007d", "BAD 1002" },
	{ "65,535 bytes in the 64-bit form", "827f000000000000ffff",
	    "BAD 1002" },
	{ "2^63 bytes", "827f8000000000000000", "BAD 1002" },
	{ "over the limit", "827f0000000000100001", "BAD 1009" },
	{ "over the limit in fragments", "02020000807f00000000000fffff",
	    "BAD 1009" },
	{ "text not UTF-8", "8101ff", "BAD 1007" },
	{ "text with a surrogate", "8103eda080", "BAD 1007" },
	{ "overlong text", "8102c0af", "BAD 1007" },
	{ "above U+10FFFF", "8104f4908080", "BAD 1007" },
	{ "text that ends within a character", "8102e282", "BAD 1007" },
	{ "bad text is noticed before its end", "0101ff", "BAD 1007" },
};

static void every_conversation_is_understood_however_it_is_cut(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof conversations / sizeof *conversations;
	     i++) {
		const struct conversation *one = &conversations[i];
		for (size_t step = 1; step < 14; step++) {
			struct websocket_reader reader = { .limit = 1 << 20 };
			char said[256];
			converse(&reader, one->hex, step, said, sizeof said);
			if (strcmp(said, one->expected) != 0)
				fail_msg("%s, in steps of %zu: %s", one->what,
				    step, said);
			websocket_reader_release(&reader);
		}
	}
}

static void a_server_wants_masks(void **state)
{
	struct websocket_reader reader = { .server = true };
	char said[64];

	(void)state;
	/* RFC 6455, 5.7 */
	converse(&reader, "818537fa213d7f9f4d5158", 3, said, sizeof said);
	assert_string_equal(said, "text:Hello,");
	converse(&reader, "8105", 2, said, sizeof said);
	assert_string_equal(said, "BAD 1002");
	websocket_reader_release(&reader);
}

static void who_waits_for_nothing_holds_no_memory(void **state)
{
	struct websocket_reader reader = { 0 };
	char said[64];

	(void)state;
	converse(&reader, "010348656c80026c6f", 2, said, sizeof said);
	assert_string_equal(said, "text:Hello,");
	assert_null(reader.message.data);
	assert_true(sizeof reader <= 320);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_key_is_answered_as_the_rfc_says),
		cmocka_unit_test(a_host_of_the_users_own_replaces_ours),
		cmocka_unit_test(an_offer_is_accepted_by_our_own_server),
		cmocka_unit_test(
		    an_answer_that_is_no_websocket_is_told_from_one_that_is),
		cmocka_unit_test(
		    a_request_for_anything_else_is_refused_with_a_reason),
		cmocka_unit_test(
		    every_frame_of_the_vectors_is_written_and_read),
		cmocka_unit_test(masking_is_its_own_opposite_at_every_offset),
		cmocka_unit_test(
		    every_conversation_is_understood_however_it_is_cut),
		cmocka_unit_test(a_server_wants_masks),
		cmocka_unit_test(who_waits_for_nothing_holds_no_memory),
	};
	return cmocka_run_group_tests(tests, load_vectors, free_vectors);
}
