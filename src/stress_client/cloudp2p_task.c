/* cloudp2p_task.c - one task and its answer, streamed; see cloudp2p.h.
 *
 * The request goes out as three pieces, of which the large one is the shared
 * number array. The answer's picture is decoded, unpacked and compared as it
 * arrives: whatever its size, a request holds one row of pixels and the state
 * of the decoders. */
#include "stress_client/cloudp2p.h"

#include "lib/clock.h"
#include "lib/fiber.h"
#include "wire/picture.h"
#include "wire/stego.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* How every PNG file ends: an empty chunk IEND with its check sum. */
static const uint8_t png_end[12] = { 0, 0, 0, 0, 'I', 'E', 'N', 'D', 0xae, 0x42,
	0x60, 0x82 };

/* What the original says of a secret that its cover cannot hold. */
#define TOO_LARGE "Carrier image too small"

/* An answer while it arrives. */
struct reply {
	const struct task *task;
	struct conn conn;
	struct cloudp2p_decoder *decoder;
	const uint8_t *input; /* received and not yet decoded, in the scratch:
	                         used up before the next wait */
	size_t input_length;
	bool complete; /* the frame has ended: `message` is valid */
	struct cloudp2p_message message;
	uint8_t tail[sizeof(png_end)]; /* the last bytes of the picture */
	int error; /* errno of the connection, EBADMSG for a bad frame; or 0 */
};

/* What the look into the picture came to. */
enum finding {
	FOUND_SECRET, /* it is the one that was sent (or was not compared) */
	FOUND_OTHER,  /* there is another one, or none */
	FOUND_NO_PICTURE,
};

static int receive(struct reply *reply)
{
	uint8_t *scratch = reply->task->user->scratch;
	ssize_t got;

	/* What was received last has cost up to a millisecond to unpack: whose
	 * moment has come meanwhile goes first. */
	(void)fiber_yield();
	/* A server that never stops talking has its limit too. */
	if (reply->conn.bytes_received > 0 &&
	    clock_now_ns() >= reply->task->deadline_ns) {
		reply->error = ETIME;
		return -1;
	}
	got = conn_receive(&reply->conn, scratch, DRIVER_SCRATCH,
	    reply->task->deadline_ns);
	if (got <= 0) {
		reply->error = got == 0 ? ENODATA : errno;
		return -1;
	}
	reply->input = scratch;
	reply->input_length = (size_t)got;
	return 0;
}

static void note_tail(struct reply *reply, const uint8_t *bytes, size_t length)
{
	size_t size = sizeof(reply->tail);

	if (length < size) {
		memmove(reply->tail, reply->tail + length, size - length);
		memcpy(reply->tail + size - length, bytes, length);
	} else {
		memcpy(reply->tail, bytes + length - size, size);
	}
}

/* Decodes up to `length` bytes of the picture into `to`. Returns how many; 0
 * when the frame has ended or has failed. */
static size_t next_bytes(struct reply *reply, uint8_t *to, size_t length)
{
	while (!reply->complete && reply->error == 0) {
		size_t used = reply->input_length, written = length;
		enum cloudp2p_progress progress;

		progress = cloudp2p_decode(reply->decoder, reply->input, &used,
		    to, &written);
		reply->input += used;
		reply->input_length -= used;
		if (progress == CLOUDP2P_BAD)
			reply->error = EBADMSG;
		else if (progress == CLOUDP2P_MESSAGE)
			reply->complete = true;
		if (reply->complete)
			cloudp2p_take(reply->decoder, &reply->message);
		if (written > 0) {
			note_tail(reply, to, written);
			return written;
		}
		if (progress == CLOUDP2P_MORE && receive(reply) == -1)
			break;
	}
	return 0;
}

/* For the picture reader: exactly `length` bytes. */
static int read_picture(void *context, void *to, size_t length)
{
	uint8_t *next = to;

	while (length > 0) {
		size_t got = next_bytes(context, next, length);

		if (got == 0)
			return -1;
		next += got;
		length -= got;
	}
	return 0;
}

/* The rest of the frame, unseen. The room is on the stack, as the scratch holds
 * the input. */
static void drain(struct reply *reply)
{
	uint8_t unseen[1024];

	while (next_bytes(reply, unseen, sizeof(unseen)) > 0)
		continue;
}

/* Compares the secret, as it comes out of the pixels, with what was sent. */
struct comparison {
	const struct picture_file *expected; /* NULL: only extract */
	struct stego_reader stego;
	size_t position;
	bool differs;
};

static void compare(struct comparison *comparison, const uint8_t *got,
    size_t length)
{
	const struct picture_file *expected = comparison->expected;
	size_t position = comparison->position;
	size_t last;

	comparison->position += length;
	if (expected == NULL || comparison->differs || length == 0)
		return;
	if (comparison->stego.length != expected->length ||
	    comparison->position > expected->length) {
		comparison->differs = true;
		return;
	}
	last = expected->length - 1;
	if (comparison->position <= last) {
		comparison->differs =
		    memcmp(got, expected->bytes + position, length) != 0;
		return;
	}
	/* The original's encoder may leave the cover's bits in the last. */
	comparison->differs =
	    memcmp(got, expected->bytes + position, length - 1) != 0 ||
	    ((got[length - 1] ^ expected->bytes[last]) &
	        ~stego_lost_bits(expected->length) & 0xff) != 0;
}

static enum finding read_rows(struct picture_reader *picture,
    struct comparison *comparison)
{
	size_t row_bytes = (size_t)picture->width * 4;
	size_t secret_bytes = (size_t)picture->width * 3 / 8 + 1;
	uint8_t *row = malloc(row_bytes + secret_bytes);
	enum finding finding = FOUND_OTHER;
	enum stego_progress progress = STEGO_MORE;

	while (progress == STEGO_MORE && !comparison->differs) {
		size_t written = 0;

		if (row == NULL || picture_reader_row(picture, row) != 1) {
			finding = FOUND_NO_PICTURE;
			break;
		}
		progress = stego_read(&comparison->stego, row, picture->width,
		    row + row_bytes, &written);
		compare(comparison, row + row_bytes, written);
	}
	if (progress == STEGO_END && !comparison->differs)
		finding = FOUND_SECRET;
	free(row);
	return finding;
}

static enum finding look_into(struct reply *reply)
{
	struct picture_reader picture = { 0 };
	struct comparison comparison = { 0 };
	enum finding finding;

	if (reply->task->shared->settings->verify == VERIFY_FULL)
		comparison.expected = reply->task->picture;
	if (picture_reader_open(&picture, read_picture, reply) == -1)
		return FOUND_NO_PICTURE;
	comparison.stego.pixels = (uint64_t)picture.width * picture.height;
	finding = read_rows(&picture, &comparison);
	picture_reader_close(&picture);
	return finding;
}

static enum finding read_reply(struct reply *reply)
{
	enum finding finding = FOUND_SECRET;

	if (reply->task->shared->settings->verify != VERIFY_NONE)
		finding = look_into(reply);
	drain(reply);
	/* The rows behind the secret are not unpacked; that they have come
	 * shows at the file's end. */
	if (finding == FOUND_SECRET &&
	    memcmp(reply->tail, png_end, sizeof(png_end)) != 0)
		finding = FOUND_NO_PICTURE;
	return finding;
}

static int send_request(struct reply *reply)
{
	const struct task *task = reply->task;
	struct cloudp2p_message message = {
		.type = CLOUDP2P_TASK_REQUEST,
		.client_name = task->user->name,
		.request_id = task->request_id,
		.server_id = task->assigned_by,
	};
	struct buf head = { 0 }, tail = { 0 };
	struct iovec parts[3];
	int result = -1;

	if (cloudp2p_encode_around(&head, &tail, &message,
	        task->picture->array_length) == 0) {
		parts[0] = (struct iovec){ head.data, head.length };
		parts[1] = (struct iovec){ task->picture->array,
			task->picture->array_length };
		parts[2] = (struct iovec){ tail.data, tail.length };
		result = conn_send(&reply->conn, parts, 3, task->deadline_ns);
	}
	reply->error = result == -1 ? errno : 0;
	buf_release(&head);
	buf_release(&tail);
	return result;
}

/* The task is over for us, however it ended, and the ring may forget it. That
 * this cannot be sent does not undo the answer. */
static void send_ack(struct reply *reply)
{
	struct cloudp2p_message message = {
		.type = CLOUDP2P_TASK_ACK,
		.client_name = reply->task->user->name,
		.request_id = reply->task->request_id,
	};
	struct buf frame = { 0 };
	struct iovec part;

	if (cloudp2p_encode(&frame, &message, NULL, 0) == 0) {
		part = (struct iovec){ frame.data, frame.length };
		(void)conn_send(&reply->conn, &part, 1,
		    reply->task->deadline_ns);
	}
	buf_release(&frame);
}

struct words {
	const char **reason;
	char *detail;
	size_t detail_size;
};

static enum task_end fail(const struct words *words, enum task_end end,
    const char *reason, const char *detail)
{
	*words->reason = reason;
	snprintf(words->detail, words->detail_size, "%s", detail);
	return end;
}

static enum task_end fail_connection(const struct words *words,
    const struct reply *reply)
{
	enum task_end end = reply->error == ECANCELED ? TASK_FAILED : TASK_LOST;

	snprintf(words->detail, words->detail_size, "%s%s%s",
	    reply->task->server->text, reply->error == EBADMSG ? ": " : "",
	    reply->error == EBADMSG ? cloudp2p_decoder_error(reply->decoder)
	                            : "");
	*words->reason = cloudp2p_reason(reply->error);
	return end;
}

static enum task_end judge(struct reply *reply, enum finding finding,
    const struct words *words)
{
	const struct cloudp2p_message *message = &reply->message;
	const char *text = message->error_message;

	if (!reply->complete)
		return fail_connection(words, reply);
	if (message->type != CLOUDP2P_TASK_RESPONSE ||
	    message->request_id != reply->task->request_id)
		return fail(words, TASK_LOST, "bad reply",
		    "not the answer to this request");
	send_ack(reply);
	if (!message->success && text != NULL &&
	    strncmp(text, TOO_LARGE, strlen(TOO_LARGE)) == 0)
		return fail(words, TASK_FAILED, "secret too large", text);
	if (!message->success)
		return fail(words, TASK_FAILED, "server error",
		    text == NULL ? "without a message" : text);
	if (finding == FOUND_NO_PICTURE)
		return fail(words, TASK_FAILED, "bad reply",
		    "no whole PNG picture came back");
	if (finding == FOUND_OTHER)
		return fail(words, TASK_FAILED, "wrong answer",
		    "the secret that came back is not the one sent");
	return TASK_OK;
}

enum task_end cloudp2p_exchange(const struct task *task,
    struct traffic *traffic, const char **reason, char *detail,
    size_t detail_size)
{
	const struct words words = { reason, detail, detail_size };
	struct reply reply = { .task = task, .conn = CONN_CLOSED };
	enum finding finding = FOUND_SECRET;
	enum task_end end;

	reply.decoder = cloudp2p_decoder_new();
	if (reply.decoder == NULL)
		reply.error = ENOMEM;
	else if (conn_connect(&reply.conn, task->server, task->deadline_ns) ==
	         -1)
		reply.error = errno;
	else if (send_request(&reply) == 0)
		finding = read_reply(&reply);
	end = judge(&reply, finding, &words);
	traffic_close(traffic, &reply.conn);
	if (reply.complete)
		cloudp2p_release(&reply.message);
	cloudp2p_decoder_free(reply.decoder);
	return end;
}
