#include "wire/cbor.h"

#include "wire/tonk.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "wire/vectors.h"

/* The item as jansson would hold it; bytes as {"bytes": "00ff"}, "undefined" as
 * {"undefined": true}, as in the vectors. NULL for what is refused. */
static json_t *decode(struct span *from);

static json_t *decode_array(struct span *from, uint64_t count)
{
	json_t *array = json_array();
	for (uint64_t i = 0; array && i < count; i++) {
		json_t *value = decode(from);
		if (!value) {
			json_decref(array);
			return NULL;
		}
		json_array_append_new(array, value);
	}
	return array;
}

static json_t *decode_map(struct span *from, uint64_t count)
{
	json_t *map = json_object();
	for (uint64_t i = 0; i < count; i++) {
		json_t *key = decode(from), *value = decode(from);
		if (!key || !value) {
			json_decref(key);
			json_decref(value);
			json_decref(map);
			return NULL;
		}
		json_object_set_new(map, json_string_value(key), value);
		json_decref(key);
	}
	return map;
}

static json_t *decode_bytes(const struct cbor *item)
{
	char *hex = calloc(1, 2 * item->number + 1);
	assert_non_null(hex);
	for (uint64_t i = 0; i < item->number; i++)
		snprintf(hex + 2 * i, 3, "%02x", item->bytes[i]);
	json_t *value = json_pack("{s:s}", "bytes", hex);
	free(hex);
	return value;
}

static json_t *decode(struct span *from)
{
	struct cbor item;
	if (cbor_read(from, &item) < 0)
		return NULL;
	switch (item.type) {
	case CBOR_UNSIGNED:
		return json_integer((json_int_t)item.number);
	case CBOR_NEGATIVE:
		return json_integer(-1 - (json_int_t)item.number);
	case CBOR_BYTES:
		return decode_bytes(&item);
	case CBOR_TEXT:
		return json_stringn((const char *)item.bytes,
		    (size_t)item.number);
	case CBOR_ARRAY:
		return decode_array(from, item.number);
	case CBOR_MAP:
		return decode_map(from, item.number);
	case CBOR_BOOL:
		return json_boolean(item.number);
	case CBOR_NULL:
		return json_null();
	case CBOR_UNDEFINED:
		return json_pack("{s:b}", "undefined", 1);
	case CBOR_FLOAT:
		return json_real(item.real);
	}
	return NULL;
}

static void every_item_of_the_vectors_is_read_or_refused_as_it_should(
    void **state)
{
	const json_t *all = json_object_get(vectors, "cbor");
	size_t i;
	json_t *one;

	(void)state;
	assert_true(json_array_size(all) > 0);
	json_array_foreach(all, i, one)
	{
		struct bytes bytes = bytes_of(one, "hex");
		struct span from = { bytes.data, bytes.length };
		struct span again = from;
		bool reject = json_is_true(json_object_get(one, "reject"));
		json_t *value = decode(&from);

		if (reject
		        ? value != NULL
		        : !value || from.left > 0 ||
		              !json_equal(value, json_object_get(one, "value")))
			fail_msg("%s", text_of(one, "name"));
		assert_int_equal(cbor_skip(&again), reject ? -1 : 0);
		assert_true(reject || again.left == 0);
		json_decref(value);
		free(bytes.data);
	}
}

static void what_is_written_is_read_back_in_the_shortest_form(void **state)
{
	static const struct {
		uint64_t number;
		size_t length;
	} heads[] = { { 0, 1 }, { 23, 1 }, { 24, 2 }, { 255, 2 }, { 256, 3 },
		{ 65535, 3 }, { 65536, 5 }, { UINT32_MAX, 5 },
		{ UINT64_C(1) << 32, 9 }, { UINT64_MAX, 9 } };

	(void)state;
	for (size_t i = 0; i < sizeof heads / sizeof *heads; i++) {
		struct buf buf = { 0 };
		struct cbor item;
		assert_int_equal(
		    cbor_write_head(&buf, CBOR_UNSIGNED, heads[i].number), 0);
		assert_int_equal(buf.length, heads[i].length);
		struct span from = { buf.data, buf.length };
		assert_int_equal(cbor_read(&from, &item), 0);
		assert_true(item.type == CBOR_UNSIGNED &&
		            item.number == heads[i].number);
		buf_release(&buf);
	}
}

static void halves_are_read_to_the_letter(void **state)
{
	static const struct {
		uint8_t bytes[3];
		double value;
	} halves[] = { { { 0xf9, 0x00, 0x00 }, 0.0 },
		{ { 0xf9, 0x00, 0x01 }, 5.960464477539063e-8 },
		{ { 0xf9, 0x04, 0x00 }, 0.00006103515625 },
		{ { 0xf9, 0x7b, 0xff }, 65504.0 },
		{ { 0xf9, 0xc4, 0x00 }, -4.0 } };

	(void)state;
	for (size_t i = 0; i < sizeof halves / sizeof *halves; i++) {
		struct span from = { halves[i].bytes, 3 };
		struct cbor item;
		assert_int_equal(cbor_read(&from, &item), 0);
		assert_int_equal(item.type, CBOR_FLOAT);
		assert_true(item.real == halves[i].value);
	}
}

/* 64 KiB of "array of one": no recursion, so no stack to exhaust; and counts
 * that promise more than there is. */
static void no_nesting_and_no_promise_costs_more_than_its_bytes(void **state)
{
	static uint8_t deep[65536];
	static const uint8_t promise[] = { 0x9b, 0xff, 0xff, 0xff, 0xff, 0xff,
		0xff, 0xff, 0xff, 0x00 };
	static const uint8_t map[] = { 0xbb, 0x80, 0, 0, 0, 0, 0, 0, 0, 0x00 };

	(void)state;
	memset(deep, 0x81, sizeof deep);
	struct span from = { deep, sizeof deep };
	assert_int_equal(cbor_skip(&from), -1);
	deep[sizeof deep - 1] = 0x00;
	from = (struct span){ deep, sizeof deep };
	assert_int_equal(cbor_skip(&from), 0);
	from = (struct span){ promise, sizeof promise };
	assert_int_equal(cbor_skip(&from), -1);
	from = (struct span){ map, sizeof map };
	assert_int_equal(cbor_skip(&from), -1);
}

/* Messages */

static void same_text(struct span span, const json_t *fields, const char *key)
{
	const json_t *value = json_object_get(fields, key);
	if (!json_is_string(value)) {
		assert_int_equal(span.left, 0);
		return;
	}
	assert_int_equal(span.left, json_string_length(value));
	assert_memory_equal(span.at, json_string_value(value), span.left);
}

static const char *const types[] = { "join", "peer", "request", "sync",
	"doc-unavailable", "ephemeral", "leave", "error" };

static void check_message(const json_t *frame)
{
	struct bytes bytes = bytes_of(frame, "payload");
	const json_t *fields = json_object_get(frame, "fields");
	struct tonk_message message;

	assert_int_equal(tonk_read(&message, bytes.data, bytes.length), 0);
	assert_true((size_t)message.type < sizeof types / sizeof *types);
	assert_string_equal(types[message.type], text_of(fields, "type"));
	same_text(message.sender, fields, "senderId");
	same_text(message.target, fields, "targetId");
	same_text(message.document, fields, "documentId");
	same_text(message.session, fields, "sessionId");
	same_text(message.error, fields, "message");
	same_text(message.version, fields, "selectedProtocolVersion");
	assert_int_equal(message.count, number_of(fields, "count"));
	const json_t *data = json_object_get(fields, "data");
	if (data)
		assert_hex(message.data.at, message.data.left,
		    text_of(data, "bytes"));

	/* Cut anywhere it is no message. */
	for (size_t cut = 0; cut < bytes.length; cut++)
		assert_int_equal(tonk_read(&message, bytes.data, cut), -1);
	free(bytes.data);
}

static void every_recorded_message_of_every_peer_is_understood(void **state)
{
	json_t *peer, *frame;
	const char *name;
	size_t i;

	(void)state;
	json_object_foreach(json_object_get(vectors, "frames"), name, peer)
	{
		assert_true(json_array_size(peer) > 0);
		json_array_foreach(peer, i, frame) check_message(frame);
	}
}

/* The message written again from what was read. */
static void write_again(struct buf *to, const json_t *fields, struct span data)
{
	const char *type = text_of(fields, "type");
	const char *sender = text_of(fields, "senderId");

	if (strcmp(type, "join") == 0) {
		tonk_write_join(to, sender);
		return;
	}
	const char *target = text_of(fields, "targetId");
	const char *document = text_of(fields, "documentId");
	if (strcmp(type, "doc-unavailable") == 0) {
		tonk_write_unavailable(to, sender, target, document);
	} else if (strcmp(type, "ephemeral") == 0) {
		struct tonk_ephemeral ephemeral = { sender, target, document,
			text_of(fields, "sessionId"),
			(uint64_t)number_of(fields, "count"), data };
		tonk_write_ephemeral(to, &ephemeral);
	} else {
		tonk_write_sync(to,
		    strcmp(type, "sync") == 0 ? TONK_SYNC : TONK_REQUEST,
		    sender, target, document, data);
	}
}

/* What our own clients do not write: `leave`, and a join with more in it. */
static bool is_ours(const json_t *frame)
{
	const json_t *fields = json_object_get(frame, "fields");
	const char *type = text_of(fields, "type");
	if (strcmp(text_of(frame, "from"), "server") == 0 ||
	    strcmp(type, "leave") == 0)
		return false;
	return strcmp(type, "join") != 0 ||
	       (json_object_size(fields) == 3 &&
	           strcmp(text_of(fields, "senderId"), "peerY") != 0);
}

/* Keys stand in another order in some recordings; so what is compared is what
 * is read, not the bytes. */
static void what_we_write_says_the_same_as_what_was_recorded(void **state)
{
	const json_t *frames =
	    json_object_get(json_object_get(vectors, "frames"), "relay");
	size_t i, compared = 0;
	json_t *frame;

	(void)state;
	json_array_foreach(frames, i, frame)
	{
		if (!is_ours(frame))
			continue;
		struct bytes bytes = bytes_of(frame, "payload");
		struct tonk_message message;
		struct buf again = { 0 };
		assert_int_equal(tonk_read(&message, bytes.data, bytes.length),
		    0);
		write_again(&again, json_object_get(frame, "fields"),
		    message.data);
		struct span ours = { again.data, again.length };
		struct span theirs = { bytes.data, bytes.length };
		json_t *a = decode(&ours), *b = decode(&theirs);
		assert_true(json_equal(a, b));
		json_decref(a);
		json_decref(b);
		buf_release(&again);
		free(bytes.data);
		compared++;
	}
	assert_int_equal(compared, 15);
}

/* What the relay drops a connection for is no message to us either, but for
 * what JavaScript's encoders may send: tagged bytes, floats, whatever stands
 * behind the map. */
static void malformed_messages_are_refused_and_lenient_ones_read(void **state)
{
	static const char *const refused[] = { "empty message", "not CBOR",
		"indefinite map", "no type", "an array",
		"documentId as 16 bytes" };
	const json_t *all = json_object_get(vectors, "reactions");
	size_t i, seen = 0;
	json_t *one;

	(void)state;
	json_array_foreach(all, i, one)
	{
		struct bytes bytes = bytes_of(one, "payload");
		const char *name = text_of(one, "name");
		struct tonk_message message;
		int expected = number_of(one, "opcode") == 1 ? -1 : 0;

		for (size_t j = 0; j < sizeof refused / sizeof *refused; j++)
			if (strcmp(name, refused[j]) == 0) {
				expected = -1;
				seen++;
			}
		if (tonk_read(&message, bytes.data, bytes.length) != expected)
			fail_msg("%s", name);
		if (strcmp(name, "data in tag 64") == 0)
			assert_true(message.data.left > 0);
		if (strcmp(name, "count as float64") == 0)
			assert_int_equal(message.count, 1);
		if (strcmp(name, "unknown type") == 0)
			assert_int_equal(message.type, TONK_UNKNOWN);
		free(bytes.data);
	}
	assert_int_equal(seen, sizeof refused / sizeof *refused);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    every_item_of_the_vectors_is_read_or_refused_as_it_should),
		cmocka_unit_test(
		    what_is_written_is_read_back_in_the_shortest_form),
		cmocka_unit_test(halves_are_read_to_the_letter),
		cmocka_unit_test(
		    no_nesting_and_no_promise_costs_more_than_its_bytes),
		cmocka_unit_test(
		    every_recorded_message_of_every_peer_is_understood),
		cmocka_unit_test(
		    what_we_write_says_the_same_as_what_was_recorded),
		cmocka_unit_test(
		    malformed_messages_are_refused_and_lenient_ones_read),
	};
	return cmocka_run_group_tests(tests, load_vectors, free_vectors);
}
