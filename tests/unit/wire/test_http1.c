#include "wire/http1.h"
#include "wire/http1_request.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* What an answer came to. */
struct result {
	enum http1_progress progress;
	unsigned status;
	enum http1_framing framing;
	bool keep_alive;
	size_t used; /* bytes of the message */
	char body[256];
	size_t body_length;
	const char *error;
};

/* The bytes in a block of exactly their number, for the sanitizers. */
static char *exactly(const char *bytes, size_t length)
{
	char *copy = malloc(length ? length : 1);
	assert_non_null(copy);
	memcpy(copy, bytes, length);
	return copy;
}

static void read_body(struct result *result, const struct http1_head *head,
    const char *bytes, size_t length, size_t step)
{
	struct http1_body body;
	size_t at = 0;

	result->progress = http1_body_begin(&body, head);
	while (result->progress == HTTP1_MORE && at < length) {
		size_t count = length - at < step ? length - at : step;
		struct http1_piece piece;
		char *copy = exactly(bytes + at, count);
		result->progress = http1_body(&body, copy, &count, &piece);
		assert_true(
		    result->body_length + piece.length <= sizeof result->body);
		memcpy(result->body + result->body_length, piece.bytes,
		    piece.length);
		free(copy);
		result->body_length += piece.length;
		at += count;
	}
	if (result->progress == HTTP1_MORE)
		result->progress = http1_body_close(&body);
	result->error = body.error;
	result->used += at;
}

/* Reads one answer in pieces of `step` bytes; then the peer closes. */
static struct result read_in(const char *bytes, size_t length, size_t step,
    bool to_head)
{
	struct http1_head head = { .to_head = to_head };
	struct result result = { .progress = HTTP1_MORE };
	size_t got = 0;

	while (result.progress == HTTP1_MORE && got < length) {
		got = length - got < step ? length : got + step;
		char *copy = exactly(bytes, got);
		result.progress = http1_head(&head, copy, got);
		free(copy);
	}
	result.error = head.error;
	if (result.progress != HTTP1_DONE)
		return result;
	result.status = head.status;
	result.framing = head.framing;
	result.keep_alive = head.keep_alive;
	result.used = head.length;
	read_body(&result, &head, bytes + head.length, length - head.length,
	    step);
	return result;
}

/* Read in any pieces the result is the same. */
static struct result read_answer(const char *bytes, size_t length, bool to_head)
{
	struct result whole = read_in(bytes, length, length, to_head);

	for (size_t step = 1; step < 20; step++) {
		struct result again = read_in(bytes, length, step, to_head);
		assert_int_equal(again.progress, whole.progress);
		assert_int_equal(again.status, whole.status);
		assert_int_equal(again.used, whole.used);
		assert_int_equal(again.body_length, whole.body_length);
		assert_memory_equal(again.body, whole.body, whole.body_length);
		assert_ptr_equal(again.error, whole.error);
	}
	return whole;
}

#define READ(text) read_answer(text, sizeof(text) - 1, false)

struct sound {
	const char *answer;
	unsigned status;
	enum http1_framing framing;
	bool keep_alive;
	const char *body, *rest;
	bool to_head;
};

#define OK "HTTP/1.1 200 OK\r\n"

static const struct sound sound[] = {
	{ OK "Content-Length: 3\r\n\r\nabcd", 200, HTTP1_LENGTH, true, "abc",
	    "d", false },
	{ OK "content-LENGTH:3\r\nX:\r\n\r\nabc", 200, HTTP1_LENGTH, true,
	    "abc", "", false },
	{ OK "Content-Length: \t 003 \t\r\n\r\nabc", 200, HTTP1_LENGTH, true,
	    "abc", "", false },
	{ "HTTP/1.1 404\r\nContent-Length: 0\r\n\r\n", 404, HTTP1_LENGTH, true,
	    "", "", false },
	{ "HTTP/1.1 503 \r\nContent-Length: 0\r\n\r\n", 503, HTTP1_LENGTH, true,
	    "", "", false },
	{ OK "Content-Length: 1\r\nConnection: close\r\n\r\na", 200,
	    HTTP1_LENGTH, false, "a", "", false },
	{ OK "Content-Length: 1\r\nConnection: x, Close ,y\r\n\r\na", 200,
	    HTTP1_LENGTH, false, "a", "", false },
	{ "HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\na", 200, HTTP1_LENGTH,
	    false, "a", "", false },
	{ "HTTP/1.0 200 OK\r\nContent-Length: 1\r\nConnection: "
	  "Keep-Alive\r\n\r\na",
	    200, HTTP1_LENGTH, true, "a", "", false },
	{ OK "\r\nuntil it closes", 200, HTTP1_UNTIL_CLOSE, false,
	    "until it closes", "", false },
	{ OK "\r\n", 200, HTTP1_UNTIL_CLOSE, false, "", "", false },
	{ OK "Transfer-Encoding: Chunked\r\n\r\n"
	     "3\r\nabc\r\n00A ; a=b;c=\"d\"\r\n0123456789\r\n0\r\n\r\nrest",
	    200, HTTP1_CHUNKED, true, "abc0123456789", "rest", false },
	{ OK "Transfer-Encoding: chunked\r\n\r\n"
	     "1;x\r\na\r\n0;y\r\nA: b\r\nContent-Length: 9\r\n\r\n!",
	    200, HTTP1_CHUNKED, true, "a", "!", false },
	{ "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: "
	  "a\r\nContent-Length: 0\r\n\r\n" OK "Content-Length: 1\r\n\r\na",
	    200, HTTP1_LENGTH, true, "a", "", false },
	{ "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\nabc", 101,
	    HTTP1_NO_BODY, false, "", "abc", false },
	{ "HTTP/1.1 204 No Content\r\n\r\nabc", 204, HTTP1_NO_BODY, true, "",
	    "abc", false },
	{ "HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n", 204,
	    HTTP1_NO_BODY, true, "", "", false },
	{ "HTTP/1.1 304 Not Modified\r\nContent-Length: 7\r\n\r\n", 304,
	    HTTP1_NO_BODY, true, "", "", false },
	{ OK "Content-Length: 7\r\n\r\n", 200, HTTP1_NO_BODY, true, "", "",
	    true },
	{ OK "Transfer-Encoding: chunked\r\n\r\n", 200, HTTP1_NO_BODY, true, "",
	    "", true },
	{ OK "Content-Length: 9223372036854775807\r\n\r\n", 200, HTTP1_NO_BODY,
	    true, "", "", true },
};

static void every_framing_ends_where_it_should(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof sound / sizeof *sound; i++) {
		const struct sound *want = &sound[i];
		size_t length = strlen(want->answer);
		struct result got =
		    read_answer(want->answer, length, want->to_head);
		if (got.progress != HTTP1_DONE)
			fail_msg("%s: %s", want->answer, got.error);
		assert_int_equal(got.status, want->status);
		assert_int_equal(got.framing, want->framing);
		assert_int_equal(got.keep_alive, want->keep_alive);
		assert_int_equal(got.body_length, strlen(want->body));
		assert_memory_equal(got.body, want->body, got.body_length);
		assert_string_equal(want->answer + got.used, want->rest);
	}
}

static const struct refused {
	const char *answer, *error;
} refused[] = {
	/* Smuggling. */
	{ OK "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n",
	    "Content-Length beside Transfer-Encoding" },
	{ OK "Content-Length: 3\r\nContent-Length: 4\r\n\r\n",
	    "two fields Content-Length" },
	{ OK "Content-Length: 3\r\nContent-Length: 3\r\n\r\n",
	    "two fields Content-Length" },
	{ OK "Content-Length: 3, 3\r\n\r\n",
	    "a Content-Length that is no number" },
	{ OK "Content-Length: -1\r\n\r\n",
	    "a Content-Length that is no number" },
	{ OK "Content-Length: +1\r\n\r\n",
	    "a Content-Length that is no number" },
	{ OK "Content-Length: 0x1\r\n\r\n",
	    "a Content-Length that is no number" },
	{ OK "Content-Length:\r\n\r\n", "an empty Content-Length" },
	{ OK "Content-Length: 9223372036854775808\r\n\r\n",
	    "a Content-Length beyond 2^63" },
	{ OK "Content-Length: 18446744073709551617\r\n\r\n",
	    "a Content-Length beyond 2^63" },
	{ OK "Content-Length : 3\r\n\r\n",
	    "a blank in or behind a field's name" },
	{ OK "Content Length: 3\r\n\r\n",
	    "a blank in or behind a field's name" },
	{ OK "X: a\r\n b\r\n\r\n", "a folded header line" },
	{ OK "\tContent-Length: 3\r\n\r\n", "a folded header line" },
	{ OK "X: a\rContent-Length: 3\r\n\r\n", "a bare CR in the head" },
	{ OK "X: a\nContent-Length: 3\r\n\r\n",
	    "a line of the head without CR" },
	{ OK "X: a\r\n\n", "a line of the head without CR" },
	{ OK "X: a\x01\r\n\r\n", "a control byte in the head" },
	{ OK ": a\r\n\r\n", "a field without a name" },
	{ OK "nothing\r\n\r\n", "a header line that is no field" },
	{ OK "a(b): c\r\n\r\n", "a header line that is no field" },
	{ OK "Transfer-Encoding: gzip, chunked\r\n\r\n",
	    "a Transfer-Encoding other than chunked" },
	{ OK "Transfer-Encoding: identity\r\n\r\n",
	    "a Transfer-Encoding other than chunked" },
	{ OK "Transfer-Encoding: chunked\r\nTransfer-Encoding: "
	     "chunked\r\n\r\n",
	    "two fields Transfer-Encoding" },
	{ "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
	    "Transfer-Encoding in HTTP/1.0" },
	{ "HTTP/1.1 204 No Content\r\nContent-Length: 3\r\n\r\n",
	    "a body announced where none may be" },
	{ "HTTP/1.1 204 No Content\r\nTransfer-Encoding: chunked\r\n\r\n",
	    "a body announced where none may be" },
	{ "HTTP/1.1 100 Continue\r\nContent-Length: 3\r\n\r\n",
	    "a body announced where none may be" },

	/* No HTTP. */
	{ "SSH-2.0-OpenSSH_9.2", "not an answer in HTTP/1.0 or HTTP/1.1" },
	{ "HTTP/2", "not an answer in HTTP/1.0 or HTTP/1.1" },
	{ "\r\n" OK "\r\n", "not an answer in HTTP/1.0 or HTTP/1.1" },
	{ "HTTP/1.2 200 OK\r\n", "not an answer in HTTP/1.0 or HTTP/1.1" },
	{ "HTTP/1.1\r\n", "not an answer in HTTP/1.0 or HTTP/1.1" },
	{ "HTTP/1.1  200 OK\r\n", "not a status from 100 to 599" },
	{ "HTTP/1.1 099 OK\r\n", "not a status from 100 to 599" },
	{ "HTTP/1.1 600 OK\r\n", "not a status from 100 to 599" },
	{ "HTTP/1.1 2000 OK\r\n", "not a status from 100 to 599" },
	{ "HTTP/1.1 20x OK\r\n", "not a status from 100 to 599" },

/* Bodies. */
#define CHUNKS OK "Transfer-Encoding: chunked\r\n\r\n"
	{ OK "Content-Length: 3\r\n\r\nab",
	    "closed before the end of the body" },
	{ CHUNKS "3\r\nab", "closed before the end of the body" },
	{ CHUNKS "0\r\n", "closed before the end of the body" },
	{ CHUNKS "\r\n", "a chunk whose size is no number" },
	{ CHUNKS "-1\r\n", "a chunk whose size is no number" },
	{ CHUNKS " 1\r\n", "a chunk whose size is no number" },
	{ CHUNKS "1 \r\n", "a chunk whose size is no number" },
	{ CHUNKS "0x1\r\n", "a chunk whose size is no number" },
	{ CHUNKS "8000000000000000\r\n", "a chunk beyond 2^63 bytes" },
	{ CHUNKS "100000000000000001\r\n", "a chunk beyond 2^63 bytes" },
	{ CHUNKS "1\nab", "a chunk whose size is no number" },
	{ CHUNKS "1\rab", "a bare CR in the body's framing" },
	{ CHUNKS "1;a\nb", "a control byte in a chunk's extension" },
	{ CHUNKS "1\r\nabc", "a chunk longer than its size" },
	{ CHUNKS "1\r\na\nb", "a chunk longer than its size" },
	{ CHUNKS "1\r\na\rb", "a chunk longer than its size" },
	{ CHUNKS "0\r\n\rx", "a bare CR in the body's framing" },
	{ CHUNKS "0\r\nno field\r\n", "a trailer that is no field" },
	{ CHUNKS "0\r\n folded\r\n", "a trailer that is no field" },
	{ CHUNKS "0\r\na: b\nc", "a control byte in a trailer" },
};

static void what_can_be_read_in_two_ways_is_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
		const char *answer = refused[i].answer;
		struct result got = read_answer(answer, strlen(answer), false);
		if (got.progress != HTTP1_BAD)
			fail_msg("taken: %s", answer);
		assert_string_equal(got.error, refused[i].error);
	}
}

static void a_nul_is_refused_wherever_it_stands(void **state)
{
	(void)state;
	assert_string_equal(READ("HTTP/1.1 200 O\0K\r\n\r\n").error,
	    "a NUL in the head");
	assert_string_equal(READ(OK "A: \0\r\n\r\n").error,
	    "a NUL in the head");
	assert_string_equal(READ(OK "A\0: b\r\n\r\n").error,
	    "a NUL in the head");
	assert_string_equal(READ(CHUNKS "1;\0\r\n").error,
	    "a control byte in a chunk's extension");
	assert_string_equal(READ(CHUNKS "0\r\na:\0\r\n").error,
	    "a control byte in a trailer");
}

/* OK, then `count` times `line`, then nothing. */
static char *long_answer(const char *begin, const char *line, size_t count)
{
	struct buf text = { 0 };
	assert_int_equal(buf_add_text(&text, begin), 0);
	for (size_t i = 0; i < count; i++)
		assert_int_equal(buf_add_text(&text, line), 0);
	assert_int_equal(buf_add(&text, "", 1), 0);
	return (char *)text.data;
}

static void heads_and_lines_without_end_are_refused(void **state)
{
	(void)state;
	static const struct refused endless[] = {
		{ OK, "a head of more than 64 KiB" },
		{ OK "X: ", "a head of more than 64 KiB" },
		{ CHUNKS "1;", "a chunk's size line of more than 4 KiB" },
		{ CHUNKS "0\r\n", "trailers of more than 64 KiB" },
	};
	static const char *const lines[] = { "Aa: bbbb\r\n", "xxxxxxxxxx",
		"xxxxxxxxxx", "Aa: bbbb\r\n" };
	for (size_t i = 0; i < 4; i++) {
		char *answer = long_answer(endless[i].answer, lines[i], 7000);
		size_t length = strlen(answer);
		struct result got = read_in(answer, length, length, false);
		assert_int_equal(got.progress, HTTP1_BAD);
		assert_string_equal(got.error, endless[i].error);
		got = read_in(answer, length, 997, false);
		assert_int_equal(got.progress, HTTP1_BAD);
		assert_string_equal(got.error, endless[i].error);
		free(answer);
	}

	/* Interim responses count, too. */
	char *answer = long_answer("", "HTTP/1.1 100 C\r\n\r\n", 4000);
	assert_string_equal(
	    read_in(answer, strlen(answer), strlen(answer), false).error,
	    "a head of more than 64 KiB");
	free(answer);
}

static void fields_of_the_final_head_are_found(void **state)
{
	(void)state;
	static const char text[] =
	    "HTTP/1.1 100 Continue\r\nServer: interim\r\n\r\n"
	    "HTTP/1.1 200 OK\r\nX-Server: no\r\nserver:  a b \r\nServer: "
	    "c\r\nEmpty:\r\nContent-Length: 0\r\n\r\nOther: x\r\n";
	struct http1_head head = { 0 };
	size_t length = 99;

	assert_int_equal(http1_head(&head, text, sizeof text - 1), HTTP1_DONE);
	const char *value = http1_field(&head, text, "Server", &length);
	assert_int_equal(length, 3);
	assert_memory_equal(value, "a b", 3);
	assert_non_null(http1_field(&head, text, "empty", &length));
	assert_int_equal(length, 0);
	assert_null(http1_field(&head, text, "Other", &length));
	assert_null(http1_field(&head, text, "Content", &length));
}

static void content_may_be_skipped_unseen(void **state)
{
	(void)state;
	struct http1_head head = { .framing = HTTP1_CHUNKED };
	struct http1_body body;
	struct http1_piece piece;
	size_t count = 5;

	assert_int_equal(http1_body_begin(&body, &head), HTTP1_MORE);
	assert_int_equal(http1_body_coming(&body), 0);
	assert_int_equal(http1_body(&body, "64\r\na", &count, &piece),
	    HTTP1_MORE);
	assert_int_equal(http1_body_coming(&body), 99);
	assert_int_equal(http1_body_skip(&body, 90), HTTP1_MORE);
	assert_int_equal(http1_body_coming(&body), 9);
	assert_int_equal(http1_body_skip(&body, 9), HTTP1_MORE);
	assert_int_equal(http1_body_coming(&body), 0);
	count = 7;
	assert_int_equal(http1_body(&body, "\r\n0\r\n\r\n", &count, &piece),
	    HTTP1_DONE);

	head =
	    (struct http1_head){ .framing = HTTP1_LENGTH, .body_length = 1000 };
	assert_int_equal(http1_body_begin(&body, &head), HTTP1_MORE);
	assert_int_equal(http1_body_coming(&body), 1000);
	assert_int_equal(http1_body_skip(&body, 1000), HTTP1_DONE);
}

static void urls_are_taken_apart(void **state)
{
	(void)state;
	static const struct {
		const char *url, *authority, *host, *target;
	} urls[] = {
		{ "http://a", "a:80", "a", "/" },
		{ "HTTP://a.example:8080/x?y=%20z", "a.example:8080",
		    "a.example:8080", "/x?y=%20z" },
		{ "http://a?x", "a:80", "a", "/?x" },
		{ "http://a:80/", "a:80", "a", "/" },
		{ "https://a/", "a:443", "a", "/" },
		{ "wss://a:80/@:", "a:80", "a:80", "/@:" },
		{ "http://[::1]:8080/", "[::1]:8080", "[::1]:8080", "/" },
		{ "ws://[fe80::1]", "[fe80::1]:80", "[fe80::1]", "/" },
	};
	for (size_t i = 0; i < sizeof urls / sizeof *urls; i++) {
		struct http1_url url;
		struct err err;
		char host[sizeof url.authority];
		if (http1_url_parse(&url, urls[i].url, &err) < 0)
			fail_msg("%s", err.text);
		http1_url_host(&url, host);
		assert_string_equal(url.authority, urls[i].authority);
		assert_string_equal(host, urls[i].host);
		assert_string_equal(url.target, urls[i].target);
		http1_url_release(&url);
	}
}

static void a_url_that_does_not_parse_is_told_why(void **state)
{
	(void)state;
	static const struct {
		const char *url, *words;
	} urls[] = {
		{ "", "begins with http://" },
		{ "a:80", "begins with http://" },
		{ "ftp://a/", "begins with http://" },
		{ "http:/a/", "begins with http://" },
		{ "http:///x", "host is missing" },
		{ "http://:80/", "host is missing" },
		{ "http://a b/", "byte 9 must be written as %20" },
		{ "http://a/\xc3\xa4", "byte 10 must be written as %C3" },
		{ "http://a/x\r\nX: y", "must be written as %0D" },
		{ "http://a/\\b", "must be written as %5C" },
		{ "http://a/#x", "'#'" },
		{ "http://u:p@a/", "user and password" },
		{ "http://a:/", "a port is a number" },
		{ "http://a:0/", "a port is a number" },
		{ "http://a:65536/", "a port is a number" },
		{ "http://a:99999999999999999999/", "a port is a number" },
		{ "http://a:8x/", "a port is a number" },
		{ "http://a:-1/", "a port is a number" },
		{ "http://[::1/", "is no host" },
		{ "http://[]/", "is no host" },
		{ "http://[::1]x/", "a port is a number" },
		{ "http://::1/", "host is missing" },
		{ "http://a*/", "is no host" },
	};
	for (size_t i = 0; i < sizeof urls / sizeof *urls; i++) {
		struct http1_url url;
		struct err err = { "" };
		if (http1_url_parse(&url, urls[i].url, &err) == 0)
			fail_msg("taken: %s", urls[i].url);
		if (!strstr(err.text, urls[i].words))
			fail_msg("%s: %s", urls[i].url, err.text);
	}
}

static char *built(struct http1_request *request, const char *text)
{
	struct http1_url url;
	struct buf out = { 0 };
	struct err err;
	assert_int_equal(http1_url_parse(&url, text, &err), 0);
	request->url = &url;
	if (http1_request_build(&out, request, &err) < 0)
		fail_msg("%s", err.text);
	assert_int_equal(buf_add(&out, "", 1), 0);
	http1_url_release(&url);
	return (char *)out.data;
}

static void a_request_says_what_it_must_and_no_more(void **state)
{
	(void)state;
	struct http1_request get = { .method = "GET" };
	char *text = built(&get, "http://h:81/p?q");
	assert_string_equal(text,
	    "GET /p?q HTTP/1.1\r\nHost: h:81\r\nUser-Agent: "
	    "ringstorm/" RINGSTORM_VERSION "\r\n\r\n");
	free(text);

	char host[] = "host: other", agent[] = "User-Agent: x", y[] = "X: y";
	char *fields[] = { host, agent, y };
	struct http1_request post = { .method = "POST",
		.fields = fields,
		.field_count = 3,
		.close = true,
		.body = "a\0b",
		.body_length = 3 };
	text = built(&post, "http://h/");
	static const char want[] =
	    "POST / HTTP/1.1\r\nhost: other\r\nUser-Agent: x\r\nX: y\r\n"
	    "Content-Length: 3\r\nConnection: close\r\n\r\na\0b";
	assert_memory_equal(text, want, sizeof want);
	free(text);

	struct http1_request empty = { .method = "PUT" };
	text = built(&empty, "http://h/");
	assert_non_null(strstr(text, "\r\nContent-Length: 0\r\n"));
	free(text);
}

static void a_request_that_would_become_another_is_refused(void **state)
{
	(void)state;
	static const struct {
		const char *method, *field, *words;
	} requests[] = {
		{ "", "A: b", "no method" },
		{ "GE T", "A: b", "no method" },
		{ "CONNECT", "A: b", "no method" },
		{ "GET", "A b", "'Name: value'" },
		{ "GET", "A : b", "'Name: value'" },
		{ "GET", ": b", "'Name: value'" },
		{ "GET", "A: b\r\nC: d", "control" },
		{ "GET", "content-length: 3", "not yours" },
		{ "GET", "Transfer-Encoding: chunked", "not yours" },
		{ "GET", "Connection: close", "not yours" },
	};
	struct http1_url url;
	struct err err = { "" };
	assert_int_equal(http1_url_parse(&url, "http://h/", &err), 0);
	for (size_t i = 0; i < sizeof requests / sizeof *requests; i++) {
		struct buf out = { 0 };
		char *field = strdup(requests[i].field);
		struct http1_request request = { .method = requests[i].method,
			.url = &url,
			.fields = &field,
			.field_count = 1 };
		assert_int_equal(http1_request_build(&out, &request, &err), -1);
		if (!strstr(err.text, requests[i].words))
			fail_msg("%s: %s", requests[i].field, err.text);
		buf_release(&out);
		free(field);
	}
	http1_url_release(&url);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_framing_ends_where_it_should),
		cmocka_unit_test(what_can_be_read_in_two_ways_is_refused),
		cmocka_unit_test(a_nul_is_refused_wherever_it_stands),
		cmocka_unit_test(heads_and_lines_without_end_are_refused),
		cmocka_unit_test(fields_of_the_final_head_are_found),
		cmocka_unit_test(content_may_be_skipped_unseen),
		cmocka_unit_test(urls_are_taken_apart),
		cmocka_unit_test(a_url_that_does_not_parse_is_told_why),
		cmocka_unit_test(a_request_says_what_it_must_and_no_more),
		cmocka_unit_test(
		    a_request_that_would_become_another_is_refused),
	};
	return cmocka_run_group_tests_name("http1", tests, NULL, NULL);
}
