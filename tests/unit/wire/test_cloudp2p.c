#include "wire/cloudp2p.h"

#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cloudp2p_examples.h"

#define ROOM 64

/* A frame around a text; to be freed. */
static uint8_t *frame_of(const char *json, size_t *length)
{
	size_t n = strlen(json);
	uint8_t *frame = malloc(4 + n);

	assert_non_null(frame);
	frame[0] = (uint8_t)(n >> 24);
	frame[1] = (uint8_t)(n >> 16);
	frame[2] = (uint8_t)(n >> 8);
	frame[3] = (uint8_t)n;
	memcpy(frame + 4, json, n);
	*length = 4 + n;
	return frame;
}

/* Decodes a frame that arrives in parts of `step` bytes. */
static enum cloudp2p_progress decode(const uint8_t *frame, size_t length,
    size_t step, struct cloudp2p_message *message, struct buf *picture)
{
	struct cloudp2p_decoder *decoder = cloudp2p_decoder_new();
	enum cloudp2p_progress progress = CLOUDP2P_MORE;
	size_t at = 0;

	assert_non_null(decoder);
	*message = (struct cloudp2p_message){ 0 };
	while (at < length && progress <= CLOUDP2P_OUTPUT) {
		size_t take = length - at < step ? length - at : step;
		size_t room = ROOM;
		uint8_t out[ROOM];

		progress =
		    cloudp2p_decode(decoder, frame + at, &take, out, &room);
		assert_int_equal(buf_add(picture, out, room), 0);
		at += take;
	}
	if (progress == CLOUDP2P_MESSAGE) {
		assert_int_equal(at, length);
		cloudp2p_take(decoder, message);
	} else if (progress == CLOUDP2P_BAD) {
		assert_true(strlen(cloudp2p_decoder_error(decoder)) > 0);
	}
	cloudp2p_decoder_free(decoder);
	return progress;
}

/* Whether that JSON is a message; what it encodes to again, to be freed. */
static char *canonical(const char *json)
{
	struct cloudp2p_message message;
	struct buf picture = { 0 }, out = { 0 };
	char *text = NULL;
	size_t length;
	uint8_t *frame = frame_of(json, &length);

	if (decode(frame, length, length, &message, &picture) ==
	    CLOUDP2P_MESSAGE) {
		assert_int_equal(cloudp2p_encode(&out, &message, picture.data,
		                     picture.length),
		    0);
		text = strndup((char *)out.data + 4, out.length - 4);
		assert_non_null(text);
	}
	cloudp2p_release(&message);
	buf_release(&picture);
	buf_release(&out);
	free(frame);
	return text;
}

static void assert_reads_as(const char *json, const char *expected)
{
	char *text = canonical(json);

	if (!text)
		fail_msg("refused: %s", json);
	assert_string_equal(text, expected);
	free(text);
}

static void assert_refused(const char *json)
{
	char *text = canonical(json);

	if (text)
		fail_msg("accepted: %s as %s", json, text);
}

static void every_message_is_written_as_the_specification_shows(void **state)
{
	(void)state;
	for (size_t i = 0; i < EXAMPLES; i++) {
		const struct example *example = &examples[i];
		struct buf out = { 0 };
		size_t length;
		uint8_t *frame = frame_of(example->json, &length);

		assert_int_equal(cloudp2p_encode(&out, &example->message,
		                     example->picture, example->picture_length),
		    0);
		assert_int_equal(out.length, length);
		assert_memory_equal(out.data, frame, length);
		buf_release(&out);
		free(frame);
	}
}

static void every_message_is_read_however_it_arrives(void **state)
{
	(void)state;
	for (size_t i = 0; i < EXAMPLES; i++) {
		const struct example *example = &examples[i];
		size_t length;
		uint8_t *frame = frame_of(example->json, &length);

		for (size_t step = 1; step <= length; step++) {
			struct cloudp2p_message message;
			struct buf picture = { 0 }, out = { 0 };

			assert_int_equal(
			    decode(frame, length, step, &message, &picture),
			    CLOUDP2P_MESSAGE);
			assert_int_equal(picture.length,
			    example->picture_length);
			assert_int_equal(message.type, example->message.type);
			assert_int_equal(cloudp2p_encode(&out, &message,
			                     picture.data, picture.length),
			    0);
			assert_int_equal(out.length, length);
			assert_memory_equal(out.data, frame, length);
			cloudp2p_release(&message);
			buf_release(&picture);
			buf_release(&out);
		}
		free(frame);
	}
}

static void every_beginning_of_a_message_asks_for_more(void **state)
{
	(void)state;
	for (size_t i = 0; i < EXAMPLES; i++) {
		size_t length;
		uint8_t *frame = frame_of(examples[i].json, &length);

		for (size_t cut = 0; cut < length; cut++) {
			struct cloudp2p_message message;
			struct buf picture = { 0 };

			assert_int_equal(
			    decode(frame, cut, cut, &message, &picture),
			    CLOUDP2P_MORE);
			buf_release(&picture);
		}
		free(frame);
	}
}

static void frames_follow_one_another(void **state)
{
	struct cloudp2p_decoder *decoder = cloudp2p_decoder_new();
	struct buf in = { 0 };
	size_t at = 0, count = 0;

	(void)state;
	for (size_t i = 0; i < EXAMPLES; i++)
		assert_int_equal(cloudp2p_encode(&in, &examples[i].message,
		                     examples[i].picture,
		                     examples[i].picture_length),
		    0);
	while (at < in.length) {
		struct cloudp2p_message message;
		uint8_t out[ROOM];
		size_t take = in.length - at, room = sizeof(out);

		assert_int_equal(
		    cloudp2p_decode(decoder, in.data + at, &take, out, &room),
		    CLOUDP2P_MESSAGE);
		at += take;
		cloudp2p_take(decoder, &message);
		assert_int_equal(message.type, examples[count].message.type);
		cloudp2p_release(&message);
		count++;
	}
	assert_int_equal(count, EXAMPLES);
	cloudp2p_decoder_free(decoder);
	buf_release(&in);
}

static void a_shared_number_array_gives_the_same_frame(void **state)
{
	(void)state;
	for (size_t i = 0; i < EXAMPLES; i++) {
		const struct example *example = &examples[i];
		struct buf whole = { 0 }, head = { 0 }, tail = { 0 };
		const char *array = example->array ? example->array : "";

		assert_int_equal(cloudp2p_encode(&whole, &example->message,
		                     example->picture, example->picture_length),
		    0);
		assert_int_equal(cloudp2p_encode_around(&head, &tail,
		                     &example->message, strlen(array)),
		    0);
		assert_int_equal(buf_add_text(&head, array), 0);
		assert_int_equal(buf_add(&head, tail.data, tail.length), 0);
		assert_int_equal(head.length, whole.length);
		assert_memory_equal(head.data, whole.data, whole.length);
		buf_release(&whole);
		buf_release(&head);
		buf_release(&tail);
	}
}

static void what_serde_accepts_is_accepted(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(accepted) / sizeof(*accepted); i++)
		assert_reads_as(accepted[i][0], accepted[i][1]);
}

static void what_serde_refuses_is_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(refused) / sizeof(*refused); i++)
		assert_refused(refused[i]);
}

static void the_picture_is_found_in_every_order_and_spelling(void **state)
{
	const char *expected = "{\"TaskRequest\":{\"client_name\":\"n\","
	                       "\"request_id\":7,\"secret_image_data\":[1,2],"
	                       "\"assigned_by_leader\":3}}";

	(void)state;
	for (size_t i = 0; i < sizeof(spellings) / sizeof(*spellings); i++)
		assert_reads_as(spellings[i], expected);
}

static void nesting_is_bounded(void **state)
{
	char json[1000];
	int deep = 128;

	(void)state;
	for (; deep <= 129; deep++) {
		int length = snprintf(json, sizeof(json), "{\"Alive\":{\"x\":");
		memset(json + length, '[', (size_t)deep);
		memset(json + length + deep, ']', (size_t)deep);
		snprintf(json + length + 2 * deep,
		    sizeof(json) - (size_t)(length + 2 * deep),
		    ",\"from_id\":1}}");
		if (deep <= 128)
			assert_reads_as(json, "{\"Alive\":{\"from_id\":1}}");
		else
			assert_refused(json);
	}
}

static void a_length_of_none_or_above_the_ceiling_is_refused_at_once(
    void **state)
{
	static const uint8_t lengths[][4] = { { 0, 0, 0, 0 }, { 6, 64, 0, 1 },
		{ 0xff, 0xff, 0xff, 0xff } };

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct cloudp2p_message message;
		struct buf picture = { 0 };

		assert_int_equal(decode(lengths[i], 4, 4, &message, &picture),
		    CLOUDP2P_BAD);
		buf_release(&picture);
	}
}

static void a_frame_that_is_all_skeleton_is_bounded(void **state)
{
	size_t length = CLOUDP2P_SKELETON_MAX + 100;
	uint8_t *frame = malloc(length + 4);
	struct cloudp2p_message message;
	struct buf picture = { 0 };

	(void)state;
	assert_non_null(frame);
	memset(frame, ' ', length + 4);
	memcpy(frame, "\x02\x00\x00\x00", 4);
	assert_int_equal(decode(frame, length + 4, 65536, &message, &picture),
	    CLOUDP2P_BAD);
	buf_release(&picture);
	free(frame);
}

static void a_load_that_is_no_number_is_not_written(void **state)
{
	struct cloudp2p_message message = { .type = CLOUDP2P_HEARTBEAT,
		.value = NAN };
	struct buf out = { 0 };

	(void)state;
	assert_int_equal(buf_add_text(&out, "kept"), 0);
	assert_int_equal(cloudp2p_encode(&out, &message, NULL, 0), -1);
	assert_int_equal(errno, EINVAL);
	assert_int_equal(out.length, 4);
	buf_release(&out);
}

static void a_frame_above_the_ceiling_is_not_written(void **state)
{
	struct cloudp2p_message message = { .type = CLOUDP2P_TASK_REQUEST };
	struct buf head = { 0 }, tail = { 0 };

	(void)state;
	assert_int_equal(
	    cloudp2p_encode_around(&head, &tail, &message, CLOUDP2P_FRAME_MAX),
	    -1);
	assert_int_equal(errno, EMSGSIZE);
	assert_int_equal(head.length + tail.length, 0);
	buf_release(&head);
	buf_release(&tail);
}

#define T(test) cmocka_unit_test(test)
int main(void)
{
	const struct CMUnitTest tests[] = {
		T(every_message_is_written_as_the_specification_shows),
		T(every_message_is_read_however_it_arrives),
		T(every_beginning_of_a_message_asks_for_more),
		T(frames_follow_one_another),
		T(a_shared_number_array_gives_the_same_frame),
		T(what_serde_accepts_is_accepted),
		T(what_serde_refuses_is_refused),
		T(the_picture_is_found_in_every_order_and_spelling),
		T(nesting_is_bounded),
		T(a_length_of_none_or_above_the_ceiling_is_refused_at_once),
		T(a_frame_that_is_all_skeleton_is_bounded),
		T(a_load_that_is_no_number_is_not_written),
		T(a_frame_above_the_ceiling_is_not_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
