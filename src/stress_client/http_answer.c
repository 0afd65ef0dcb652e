#include "stress_client/http_answer.h"

#include "wire/http1.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What is at least this much is dropped unseen where nobody needs it; copying
 * less costs no more than asking again. */
#define DROP_LEAST ((size_t)16 << 10)
#define DROP_MOST  ((size_t)1 << 30)

/* A head that comes in pieces grows by so much. */
#define HEAD_STEP 4096

/* Bytes that were received and not yet taken. */
struct bytes {
	const char *at;
	size_t left;
	struct buf kept; /* holds them where a head came in pieces */
};

static ssize_t receive(struct http_answer *answer, void *to, size_t size,
    int flags)
{
	ssize_t got = http_link_receive(answer->link, to, size, flags,
	    answer->deadline_ns);
	if (got < 0)
		answer->error = errno;
	else
		answer->received += (uint64_t)got;
	return got;
}

static int refuse(struct http_answer *answer, const char *words)
{
	struct request *request = answer->request;
	request->outcome.reason = "bad reply";
	snprintf(request->detail, sizeof request->detail, "%s", words);
	return -1;
}

static int cut_short(struct http_answer *answer, const char *words)
{
	struct request *request = answer->request;
	answer->error = ENODATA;
	snprintf(request->detail, sizeof request->detail, "%s", words);
	return -1;
}

static bool drops_bodies(const struct http_answer *answer)
{
	return !answer->http->judge.needs_body;
}

/* Of an answer like the last one, asks for no more than is going to be looked
 * at. */
static ssize_t receive_first(struct http_answer *answer)
{
	const struct http_known *known =
	    http_known_last(&answer->target->known);
	size_t size = DRIVER_SCRATCH;

	if (drops_bodies(answer))
		size = DROP_LEAST;
	if (known && known->body_length >= DROP_LEAST)
		size = known->length;
	ssize_t got = receive(answer, answer->scratch, size, 0);
	if (got == 0) {
		answer->error = ENODATA;
		return -1;
	}
	return got;
}

static int drop(struct http_answer *answer, uint64_t left)
{
	while (left > 0) {
		size_t size = left < DROP_MOST ? (size_t)left : DROP_MOST;
		ssize_t got = receive(answer, NULL, size, MSG_TRUNC);
		if (got == 0)
			answer->error = ENODATA;
		if (got <= 0)
			return -1;
		left -= (uint64_t)got;
	}
	return 0;
}

static int take_known(struct http_answer *answer,
    const struct http_known *known, size_t got)
{
	struct outcome *outcome = &answer->request->outcome;
	uint64_t total = known->head + known->body_length;

	if (got > total)
		return refuse(answer, "more bytes came than were announced");
	if (got < total && drop(answer, total - got) < 0)
		return -1;
	outcome->server = known->server;
	outcome->operation = known->operation;
	answer->keep_alive = known->keep_alive;
	answer->status = known->status;
	answer->body_length = known->body_length;
	answer->whole = true;
	return 0;
}

/* Where nobody listens a connection can be made to itself (lib/net.c); then the
 * request comes back. */
static int refuse_head(struct http_answer *answer, const char *words,
    const struct bytes *bytes)
{
	const struct buf *request = &answer->target->request;
	size_t length =
	    bytes->left < request->length ? bytes->left : request->length;

	if (memcmp(bytes->at, request->data, length) != 0 ||
	    conn_finish(&answer->link->conn) == 0)
		return refuse(answer, words);
	answer->error = errno;
	return -1;
}

/* Reads until the head is whole. */
static int read_head(struct http_answer *answer, struct http1_head *head,
    struct bytes *bytes)
{
	enum http1_progress progress = http1_head(head, bytes->at, bytes->left);

	while (progress == HTTP1_MORE) {
		struct buf *kept = &bytes->kept;
		if (kept->length == 0 &&
		    buf_add(kept, bytes->at, bytes->left) < 0)
			goto no_memory;
		uint8_t *room = buf_room(kept, HEAD_STEP);
		if (!room)
			goto no_memory;
		ssize_t got = receive(answer, room, HEAD_STEP, 0);
		if (got == 0)
			return cut_short(answer, "closed within the head");
		if (got < 0)
			return -1;
		kept->length += (size_t)got;
		bytes->at = (const char *)kept->data;
		bytes->left = kept->length;
		progress = http1_head(head, bytes->at, bytes->left);
	}
	return progress == HTTP1_DONE ? 0
	                              : refuse_head(answer, head->error, bytes);
no_memory:
	answer->error = ENOMEM;
	return -1;
}

/* What the next bytes of the body come to; *got 0 when the peer has closed. */
static enum http1_progress read_more(struct http_answer *answer,
    struct http1_body *body, struct http_hearing *hearing, struct bytes *bytes,
    ssize_t *got)
{
	uint64_t coming = http1_body_coming(body);

	if (drops_bodies(answer) && coming >= DROP_LEAST) {
		size_t size = coming < DROP_MOST ? (size_t)coming : DROP_MOST;
		*got = receive(answer, NULL, size, MSG_TRUNC);
		if (*got <= 0)
			return HTTP1_MORE;
		http_hearing_add(hearing, NULL, (size_t)*got);
		return http1_body_skip(body, (uint64_t)*got);
	}
	*got = receive(answer, answer->scratch, DRIVER_SCRATCH, 0);
	bytes->at = (const char *)answer->scratch;
	bytes->left = *got > 0 ? (size_t)*got : 0;
	return HTTP1_MORE;
}

static int read_body(struct http_answer *answer, const struct http1_head *head,
    struct http_hearing *hearing, struct bytes *bytes)
{
	struct http1_body body;
	enum http1_progress progress = http1_body_begin(&body, head);

	while (progress == HTTP1_MORE) {
		ssize_t got = 1;
		if (bytes->left == 0)
			progress =
			    read_more(answer, &body, hearing, bytes, &got);
		if (got < 0)
			return -1;
		if (got == 0)
			progress = http1_body_close(&body);
		if (got == 0 && progress == HTTP1_BAD)
			return cut_short(answer, body.error);
		if (bytes->left == 0)
			continue;
		size_t count = bytes->left;
		struct http1_piece piece;
		progress = http1_body(&body, bytes->at, &count, &piece);
		http_hearing_add(hearing, piece.bytes, piece.length);
		bytes->at += count;
		bytes->left -= count;
	}
	if (progress == HTTP1_BAD)
		return refuse(answer, body.error);
	if (bytes->left > 0)
		return refuse(answer, "more bytes came than were announced");
	return 0;
}

static void name_server(struct http_answer *answer,
    const struct http1_head *head, const char *bytes)
{
	const char *field = answer->http->settings->server_header;
	size_t length = 0;

	if (!field)
		return;
	const char *value = http1_field(head, bytes, field, &length);
	answer->client->server =
	    http_names_keep(&answer->http->names, value ? value : "unnamed",
	        value ? length : 7, answer->client->server);
	answer->request->outcome.server = answer->client->server;
}

/* An answer that came at once, or but for a body that nobody looks at, is known
 * from now on if it is right. NULL: it is none, or there are enough. */
static struct http_known *candidate(const struct http_answer *answer,
    const struct http1_head *head, size_t got)
{
	struct http_known like = {
		.keep_alive = head->keep_alive,
		.status = head->status,
		.head = head->length,
	};
	size_t length = head->length;

	if (head->framing == HTTP1_LENGTH)
		like.body_length = head->body_length;
	else if (head->framing != HTTP1_NO_BODY)
		return NULL;
	if (!drops_bodies(answer))
		length += like.body_length;
	if (head->begin > 0 || got < length ||
	    !http_known_wanted(&answer->target->known))
		return NULL;
	return http_known_new(&like, (const char *)answer->scratch, length);
}

static void settle(const struct http_answer *answer, struct http_known *known)
{
	const struct outcome *outcome = &answer->request->outcome;

	if (!known)
		return;
	if (!answer->whole || outcome->reason) {
		free(known);
		return;
	}
	known->server = outcome->server;
	known->operation = outcome->operation;
	http_known_add(&answer->target->known, known);
}

static void judge(struct http_answer *answer, struct http_hearing *hearing)
{
	struct request *request = answer->request;
	answer->whole = true;
	answer->body_length = hearing->length;
	request->outcome.reason = http_hearing_end(hearing, answer->status,
	    request->detail, sizeof request->detail);
	if (!request->outcome.reason && http_judge_redirects(answer->status))
		request->outcome.operation = answer->target->redirected;
}

/* What the head says, then the body. */
static int take(struct http_answer *answer, const struct http1_head *head,
    struct bytes *bytes, size_t got)
{
	struct http_known *known = candidate(answer, head, got);
	struct http_hearing hearing;

	answer->status = head->status;
	answer->keep_alive = head->keep_alive;
	name_server(answer, head, bytes->at);
	bytes->at += head->length;
	bytes->left -= head->length;
	if (http_hearing_begin(&hearing, &answer->http->judge) < 0)
		answer->error = ENOMEM;
	else if (read_body(answer, head, &hearing, bytes) == 0)
		judge(answer, &hearing);
	http_hearing_release(&hearing);
	settle(answer, known);
	return answer->whole ? 0 : -1;
}

static int parse(struct http_answer *answer, size_t got)
{
	struct http1_head head = { .to_head = answer->http->to_head };
	struct bytes bytes = { .at = (const char *)answer->scratch,
		.left = got };
	int result = read_head(answer, &head, &bytes);

	if (result == 0)
		result = take(answer, &head, &bytes, bytes.kept.data ? 0 : got);
	buf_release(&bytes.kept);
	return result;
}

int http_answer_read(struct http_answer *answer)
{
	ssize_t got = receive_first(answer);
	if (got < 0)
		return -1;
	const char *bytes = (const char *)answer->scratch;
	const struct http_known *known =
	    http_known_find(&answer->target->known, bytes, (size_t)got);
	return known ? take_known(answer, known, (size_t)got)
	             : parse(answer, (size_t)got);
}
