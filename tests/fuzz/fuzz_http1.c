/* fuzz_http1.c - an answer as a connection brings it, in steps that the first
 * byte gives; the steps make no difference. What is left behind it is taken for
 * a URL: one that parses makes a request of one line and two fields. */
#include "wire/http1.h"
#include "wire/http1_request.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What an answer came to. */
struct outcome {
	enum http1_progress progress;
	struct http1_head head;
	const char *error;
	struct buf content;
	size_t used;
};

static void check(bool holds)
{
	if (!holds)
		abort();
}

static void read_body(struct outcome *outcome, const char *bytes, size_t size,
    size_t step)
{
	struct http1_body body;

	outcome->progress = http1_body_begin(&body, &outcome->head);
	while (outcome->progress == HTTP1_MORE && outcome->used < size) {
		size_t left = size - outcome->used;
		size_t given = left < step ? left : step, count = given;
		struct http1_piece piece;
		outcome->progress =
		    http1_body(&body, bytes + outcome->used, &count, &piece);
		check(count <= given);
		check(
		    buf_add(&outcome->content, piece.bytes, piece.length) == 0);
		outcome->used += count;
	}
	outcome->error = body.error;
}

static void read_answer(struct outcome *outcome, const char *bytes, size_t size,
    size_t step, bool to_head)
{
	struct http1_head *head = &outcome->head;
	size_t length;

	head->to_head = to_head;
	for (size_t got = 0; got < size && outcome->progress == HTTP1_MORE;) {
		got = size - got < step ? size : got + step;
		outcome->progress = http1_head(head, bytes, got);
	}
	outcome->error = head->error;
	if (outcome->progress != HTTP1_DONE)
		return;
	check(head->length <= size && head->begin < head->length);
	check(head->status >= 101 && head->status <= 599);
	const char *value = http1_field(head, bytes, "Server", &length);
	check(!value || (value > bytes && value + length < bytes + size));
	outcome->used = head->length;
	read_body(outcome, bytes, size, step);
}

static void compare(const struct outcome *a, const struct outcome *b)
{
	check(a->progress == b->progress && a->error == b->error);
	check(a->used == b->used && a->content.length == b->content.length);
	check(a->head.status == b->head.status &&
	      a->head.framing == b->head.framing &&
	      a->head.keep_alive == b->head.keep_alive);
	check(a->content.length == 0 ||
	      memcmp(a->content.data, b->content.data, a->content.length) == 0);
}

static void request(const char *text)
{
	struct http1_url url;
	struct buf out = { 0 };
	size_t lines = 0;

	if (http1_url_parse(&url, text, NULL) < 0) {
		check(!url.target);
		return;
	}
	struct http1_request get = { .method = "GET", .url = &url };
	check(http1_request_build(&out, &get, NULL) == 0);
	for (size_t i = 0; i < out.length; i++)
		lines += out.data[i] == '\n';
	check(lines == 4);
	buf_release(&out);
	http1_url_release(&url);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct outcome whole = { 0 }, parts = { 0 };

	if (size < 1)
		return 0;
	size_t length = size - 1;
	char *bytes = malloc(length + 1);
	check(bytes);
	memcpy(bytes, data + 1, length);
	bytes[length] = '\0';
	bool to_head = data[0] & 0x80;
	read_answer(&whole, bytes, length, length + 1, to_head);
	read_answer(&parts, bytes, length, 1 + data[0] % 61, to_head);
	compare(&whole, &parts);
	request(bytes + whole.used);
	buf_release(&whole.content);
	buf_release(&parts.content);
	free(bytes);
	return 0;
}
