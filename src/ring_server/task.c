#include "ring_server/task.h"

#include "lib/clock.h"
#include "ring_server/server.h"
#include "wire/numarray.h"

#include <inttypes.h>
#include <stdlib.h>

/* Of the picture, turned into numbers at a time. */
#define CHUNK_BYTES 16384

struct embedding {
	const struct carrier *carrier;
	const struct buf *secret;
	struct buf png;
	struct err err;
	int result;
};

static void embed(void *arg)
{
	struct embedding *job = arg;

	job->result = carrier_embed(job->carrier, &job->png, job->secret->data,
	    job->secret->length, &job->err);
}

static int send_bytes(struct conn *conn, const void *bytes, size_t length)
{
	struct iovec part = { (void *)(uintptr_t)bytes, length };

	return conn_send(conn, &part, 1, clock_now_ns() + FRAMES_STALL_NS);
}

/* The picture as one number array, made and sent piece by piece: the brackets
 * between two pieces become a comma. */
static int send_picture(struct conn *conn, const struct buf *png)
{
	char *text = malloc(4 * CHUNK_BYTES + 2);
	int result = text ? 0 : -1;

	for (size_t at = 0; result == 0 && at < png->length;) {
		size_t left = png->length - at;
		size_t piece = left < CHUNK_BYTES ? left : CHUNK_BYTES;
		size_t length = numarray_encode(text, png->data + at, piece);

		if (at > 0)
			text[0] = ',';
		at += piece;
		result = send_bytes(conn, text,
		    at < png->length ? length - 1 : length);
	}
	free(text);
	return result;
}

static int send_success(struct conn *conn, uint64_t request_id,
    const struct buf *png)
{
	struct cloudp2p_message message = { .type = CLOUDP2P_TASK_RESPONSE,
		.request_id = request_id,
		.success = true };
	struct buf head = { 0 }, tail = { 0 };
	int result = cloudp2p_encode_around(&head, &tail, &message,
	    numarray_text_length(png->data, png->length));

	if (result == 0)
		result = send_bytes(conn, head.data, head.length);
	if (result == 0)
		result = send_picture(conn, png);
	if (result == 0)
		result = send_bytes(conn, tail.data, tail.length);
	buf_release(&head);
	buf_release(&tail);
	return result;
}

static int send_failure(struct conn *conn, uint64_t request_id, char *why)
{
	struct cloudp2p_message message = { .type = CLOUDP2P_TASK_RESPONSE,
		.request_id = request_id,
		.error_message = why };
	struct buf frame = { 0 };
	int result = cloudp2p_encode(&frame, &message, NULL, 0);

	if (result == 0)
		result = send_bytes(conn, frame.data, frame.length);
	buf_release(&frame);
	return result;
}

static bool fits_a_frame(const struct buf *png)
{
	return numarray_text_length(png->data, png->length) + 256 <=
	       CLOUDP2P_FRAME_MAX;
}

int task_serve(struct connection *connection,
    const struct cloudp2p_message *request)
{
	struct server *server = connection->server;
	struct embedding job = { .carrier = &server->carrier,
		.secret = &connection->frames.picture };
	size_t secret_length = job.secret->length;
	int result;

	server->active++;
	workers_run(server->workers, embed, &job);
	server->active--;
	buf_release(&connection->frames.picture);
	if (job.result == 0 && !fits_a_frame(&job.png))
		job.result = err_set(&job.err,
		    "The picture with the secret in it is larger than a "
		    "message may be. Secret image size: %zu bytes",
		    secret_length);
	if (job.result == 0)
		result = send_success(&connection->conn, request->request_id,
		    &job.png);
	else
		result = send_failure(&connection->conn, request->request_id,
		    job.err.text);
	log_write(&server->log, job.result ? LOG_WARN : LOG_DEBUG,
	    "Task #%" PRIu64 " of %s: %zu bytes hidden in a picture of %zu%s%s",
	    request->request_id, request->client_name, secret_length,
	    job.png.length, job.result ? ": " : "",
	    job.result ? job.err.text : "");
	buf_release(&job.png);
	return result;
}
