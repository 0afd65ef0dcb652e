#include "wire/http1.h"
#include "wire/http1_chars.h"

#include <string.h>
#include <strings.h>

/* A part of the bytes. */
struct span {
	const char *at, *end;
};

static enum http1_progress bad(struct http1_head *head, const char *error)
{
	head->error = error;
	return HTTP1_BAD;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is(struct span span, const char *word)
{
	size_t length = (size_t)(span.end - span.at);
	return length == strlen(word) &&
	       strncasecmp(span.at, word, length) == 0;
}

static struct span trim(struct span span)
{
	while (span.at < span.end && http1_is_blank(*span.at))
		span.at++;
	while (span.at < span.end && http1_is_blank(span.end[-1]))
		span.end--;
	return span;
}

/* "HTTP/1.1 200 OK"; the words, and the blank before them, may be missing. */
static enum http1_progress take_status(struct http1_head *head,
    struct span line)
{
	const char *at = line.at + 9;
	if (line.end - line.at < 12 || memcmp(line.at, "HTTP/1.", 7) != 0 ||
	    (line.at[7] != '0' && line.at[7] != '1') || line.at[8] != ' ')
		return bad(head, "not an answer in HTTP/1.0 or HTTP/1.1");
	if (!is_digit(at[0]) || !is_digit(at[1]) || !is_digit(at[2]) ||
	    at[0] < '1' || at[0] > '5' || (line.end > at + 3 && at[3] != ' '))
		return bad(head, "not a status from 100 to 599");
	head->status = (unsigned)((at[0] - '0') * 100 + (at[1] - '0') * 10 +
	                          (at[2] - '0'));
	head->old = line.at[7] == '0';
	head->has_status = true;
	return HTTP1_MORE;
}

static enum http1_progress take_length(struct http1_head *head,
    struct span value)
{
	uint64_t length = 0;
	if (head->has_length)
		return bad(head, "two fields Content-Length");
	if (value.at == value.end)
		return bad(head, "an empty Content-Length");
	for (const char *at = value.at; at < value.end; at++) {
		if (!is_digit(*at))
			return bad(head, "a Content-Length that is no number");
		uint64_t digit = (uint64_t)(*at - '0');
		if (length > ((uint64_t)INT64_MAX - digit) / 10)
			return bad(head, "a Content-Length beyond 2^63");
		length = length * 10 + digit;
	}
	head->has_length = true;
	head->body_length = length;
	return HTTP1_MORE;
}

static enum http1_progress take_coding(struct http1_head *head,
    struct span value)
{
	if (head->chunked)
		return bad(head, "two fields Transfer-Encoding");
	if (!is(value, "chunked"))
		return bad(head, "a Transfer-Encoding other than chunked");
	head->chunked = true;
	return HTTP1_MORE;
}

static enum http1_progress take_connection(struct http1_head *head,
    struct span value)
{
	while (value.at < value.end) {
		const char *comma =
		    memchr(value.at, ',', (size_t)(value.end - value.at));
		struct span one = { value.at, comma ? comma : value.end };
		one = trim(one);
		if (is(one, "close"))
			head->close = true;
		else if (is(one, "keep-alive"))
			head->stay = true;
		value.at = comma ? comma + 1 : value.end;
	}
	return HTTP1_MORE;
}

static enum http1_progress take_value(struct http1_head *head, struct span name,
    struct span value)
{
	switch (name.end - name.at) {
	case 10:
		if (is(name, "Connection"))
			return take_connection(head, value);
		break;
	case 14:
		if (is(name, "Content-Length"))
			return take_length(head, value);
		break;
	case 17:
		if (is(name, "Transfer-Encoding"))
			return take_coding(head, value);
		break;
	default:
		break;
	}
	return HTTP1_MORE;
}

static enum http1_progress take_field(struct http1_head *head, struct span line)
{
	const char *colon = line.at;
	if (http1_is_blank(*line.at))
		return bad(head, "a folded header line");
	while (colon < line.end && http1_is_token(*colon))
		colon++;
	if (colon == line.end || *colon != ':')
		return bad(head, colon < line.end && http1_is_blank(*colon)
		                     ? "a blank in or behind a field's name"
		                     : "a header line that is no field");
	if (colon == line.at)
		return bad(head, "a field without a name");
	struct span name = { line.at, colon }, value = { colon + 1, line.end };
	return take_value(head, name, trim(value));
}

static enum http1_progress finish(struct http1_head *head)
{
	bool to_none =
	    head->status < 200 || head->status == 204 || head->status == 304;

	if (head->chunked && head->has_length)
		return bad(head, "Content-Length beside Transfer-Encoding");
	if (head->chunked && head->old)
		return bad(head, "Transfer-Encoding in HTTP/1.0");
	if (to_none && head->status != 304 &&
	    (head->chunked || (head->has_length && head->body_length > 0)))
		return bad(head, "a body announced where none may be");
	head->keep_alive =
	    !head->close && (!head->old || head->stay) && head->status != 101;
	if (to_none || head->to_head) {
		head->framing = HTTP1_NO_BODY;
	} else if (head->chunked) {
		head->framing = HTTP1_CHUNKED;
	} else if (head->has_length) {
		head->framing = HTTP1_LENGTH;
	} else {
		head->framing = HTTP1_UNTIL_CLOSE;
		head->keep_alive = false;
	}
	head->length = head->line;
	return HTTP1_DONE;
}

/* Behind an interim response the next head begins. */
static enum http1_progress begin_again(struct http1_head *head)
{
	*head = (struct http1_head){ .to_head = head->to_head,
		.line = head->line,
		.begin = head->line };
	return HTTP1_MORE;
}

static enum http1_progress take_end(struct http1_head *head)
{
	if (!head->has_status)
		return bad(head, "not an answer in HTTP/1.0 or HTTP/1.1");
	enum http1_progress progress = finish(head);
	if (progress == HTTP1_DONE && head->status < 200 && head->status != 101)
		return begin_again(head);
	return progress;
}

/* A line without its CR LF. */
static enum http1_progress take_line(struct http1_head *head, struct span line)
{
	for (const char *at = line.at; at < line.end; at++)
		if (!http1_is_text(*at))
			return bad(head, *at == '\r' ? "a bare CR in the head"
			                 : *at ? "a control byte in the head"
			                       : "a NUL in the head");
	if (line.at == line.end)
		return take_end(head);
	return head->has_status ? take_field(head, line)
	                        : take_status(head, line);
}

/* What is not HTTP is refused before its line ends, which may never be. */
static bool may_become_status(const char *at, size_t length)
{
	static const char start[] = "HTTP/1.";
	return memcmp(at, start,
	           length < sizeof start - 1 ? length : sizeof start - 1) == 0;
}

enum http1_progress http1_head(struct http1_head *head, const char *bytes,
    size_t length)
{
	size_t usable = length < HTTP1_HEAD_MAX ? length : HTTP1_HEAD_MAX;
	enum http1_progress progress = HTTP1_MORE;

	while (progress == HTTP1_MORE) {
		const char *at = bytes + head->line;
		size_t left = usable - head->line;
		const char *end = left > 0 ? memchr(at, '\n', left) : NULL;
		if (!head->has_status && !may_become_status(at, left))
			return bad(head,
			    "not an answer in HTTP/1.0 or HTTP/1.1");
		if (!end && length >= HTTP1_HEAD_MAX)
			return bad(head, "a head of more than 64 KiB");
		if (!end)
			return HTTP1_MORE;
		if (end == at || end[-1] != '\r')
			return bad(head, "a line of the head without CR");
		head->line += (size_t)(end + 1 - at);
		progress = take_line(head, (struct span){ at, end - 1 });
	}
	return progress;
}

const char *http1_field(const struct http1_head *head, const char *bytes,
    const char *name, size_t *length)
{
	const char *line = bytes + head->begin, *end = bytes + head->length;
	size_t wanted = strlen(name);

	while (
	    (line = memchr(line, '\n', (size_t)(end - line))) && ++line < end) {
		if ((size_t)(end - line) <= wanted || line[wanted] != ':' ||
		    strncasecmp(line, name, wanted) != 0)
			continue;
		const char *stop = memchr(line, '\r', (size_t)(end - line));
		struct span value =
		    trim((struct span){ line + wanted + 1, stop });
		*length = (size_t)(value.end - value.at);
		return value.at;
	}
	return NULL;
}
