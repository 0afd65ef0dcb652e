#include "wire/http1.h"
#include "wire/http1_chars.h"

/* A chunk's size with its extensions, and all trailers: longer ones serve no
 * purpose but ours to wait. */
#define CHUNK_LINE_MAX 4096
#define TRAILER_MAX    65536

/* Where in a chunked body the next byte stands (RFC 9112, 7.1). */
enum {
	SIZE_FIRST, /* the first digit of a chunk's size */
	SIZE,
	SIZE_BLANK, /* between the size and a semicolon */
	EXTENSION,
	SIZE_LF,
	DATA,
	DATA_CR,
	DATA_LF,
	TRAILER, /* the first byte of a trailer's line */
	TRAILER_NAME,
	TRAILER_VALUE,
	TRAILER_LF,
	END_LF,
};

static enum http1_progress bad(struct http1_body *body, const char *error)
{
	body->error = error;
	return HTTP1_BAD;
}

static enum http1_progress go(struct http1_body *body, int state)
{
	body->state = state;
	return HTTP1_MORE;
}

enum http1_progress http1_body_begin(struct http1_body *body,
    const struct http1_head *head)
{
	*body = (struct http1_body){ .framing = head->framing };
	if (head->framing == HTTP1_LENGTH)
		body->left = head->body_length;
	return head->framing == HTTP1_NO_BODY ||
	               (head->framing == HTTP1_LENGTH && body->left == 0)
	           ? HTTP1_DONE
	           : HTTP1_MORE;
}

static int hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	char low = (char)(c | 0x20);
	return low >= 'a' && low <= 'f' ? low - 'a' + 10 : -1;
}

static enum http1_progress take_digit(struct http1_body *body, int digit)
{
	if (body->left > (uint64_t)INT64_MAX >> 4)
		return bad(body, "a chunk beyond 2^63 bytes");
	body->left = body->left << 4 | (uint64_t)digit;
	return go(body, SIZE);
}

static enum http1_progress take_size(struct http1_body *body, char c)
{
	int digit = hex(c);
	if (digit >= 0)
		return take_digit(body, digit);
	if (body->state == SIZE_FIRST)
		return bad(body, "a chunk whose size is no number");
	if (c == '\r')
		return go(body, SIZE_LF);
	if (c == ';')
		return go(body, EXTENSION);
	if (http1_is_blank(c))
		return go(body, SIZE_BLANK);
	return bad(body, "a chunk whose size is no number");
}

static enum http1_progress end_line(struct http1_body *body, char c, int next)
{
	if (c != '\n')
		return bad(body, "a bare CR in the body's framing");
	body->line_bytes = 0;
	return go(body, next);
}

/* A byte of the line that begins a chunk. */
static enum http1_progress take_chunk_line(struct http1_body *body, char c)
{
	if (++body->line_bytes > CHUNK_LINE_MAX)
		return bad(body, "a chunk's size line of more than 4 KiB");
	switch (body->state) {
	case SIZE_BLANK:
		if (c == ';')
			return go(body, EXTENSION);
		return http1_is_blank(c)
		           ? HTTP1_MORE
		           : bad(body, "a chunk whose size is no number");
	case EXTENSION:
		if (c == '\r')
			return go(body, SIZE_LF);
		return http1_is_text(c)
		           ? HTTP1_MORE
		           : bad(body, "a control byte in a chunk's extension");
	case SIZE_LF:
		return end_line(body, c, body->left > 0 ? DATA : TRAILER);
	default:
		return take_size(body, c);
	}
}

static enum http1_progress take_trailer(struct http1_body *body, char c)
{
	if (++body->trailer_bytes > TRAILER_MAX)
		return bad(body, "trailers of more than 64 KiB");
	switch (body->state) {
	case TRAILER:
		if (c == '\r')
			return go(body, END_LF);
		return http1_is_token(c)
		           ? go(body, TRAILER_NAME)
		           : bad(body, "a trailer that is no field");
	case TRAILER_NAME:
		if (c == ':')
			return go(body, TRAILER_VALUE);
		return http1_is_token(c)
		           ? HTTP1_MORE
		           : bad(body, "a trailer that is no field");
	case TRAILER_VALUE:
		if (c == '\r')
			return go(body, TRAILER_LF);
		return http1_is_text(c)
		           ? HTTP1_MORE
		           : bad(body, "a control byte in a trailer");
	case TRAILER_LF:
		return end_line(body, c, TRAILER);
	default:
		return c == '\n' ? HTTP1_DONE
		                 : bad(body, "a bare CR in the body's framing");
	}
}

/* A byte that is no content. */
static enum http1_progress take_framing(struct http1_body *body, char c)
{
	switch (body->state) {
	case DATA_CR:
		return c == '\r' ? go(body, DATA_LF)
		                 : bad(body, "a chunk longer than its size");
	case DATA_LF:
		return c == '\n' ? go(body, SIZE_FIRST)
		                 : bad(body, "a chunk longer than its size");
	case TRAILER:
	case TRAILER_NAME:
	case TRAILER_VALUE:
	case TRAILER_LF:
	case END_LF:
		return take_trailer(body, c);
	default:
		return take_chunk_line(body, c);
	}
}

uint64_t http1_body_coming(const struct http1_body *body)
{
	switch (body->framing) {
	case HTTP1_LENGTH:
		return body->left;
	case HTTP1_CHUNKED:
		return body->state == DATA ? body->left : 0;
	case HTTP1_UNTIL_CLOSE:
		return UINT64_MAX;
	case HTTP1_NO_BODY:
		break;
	}
	return 0;
}

enum http1_progress http1_body_skip(struct http1_body *body, uint64_t count)
{
	if (body->framing == HTTP1_UNTIL_CLOSE)
		return HTTP1_MORE;
	body->left -= count;
	if (body->left > 0)
		return HTTP1_MORE;
	return body->framing == HTTP1_LENGTH ? HTTP1_DONE : go(body, DATA_CR);
}

static enum http1_progress take_content(struct http1_body *body,
    const char *bytes, size_t *count, struct http1_piece *piece)
{
	if (body->framing != HTTP1_UNTIL_CLOSE && *count > body->left)
		*count = (size_t)body->left;
	*piece = (struct http1_piece){ bytes, *count };
	return http1_body_skip(body, *count);
}

enum http1_progress http1_body(struct http1_body *body, const char *bytes,
    size_t *count, struct http1_piece *piece)
{
	size_t available = *count, taken = 0;
	enum http1_progress progress = HTTP1_MORE;

	*piece = (struct http1_piece){ bytes, 0 };
	if (body->framing != HTTP1_CHUNKED)
		return take_content(body, bytes, count, piece);
	while (progress == HTTP1_MORE && taken < available) {
		if (body->state == DATA) {
			*count = available - taken;
			progress =
			    take_content(body, bytes + taken, count, piece);
			*count += taken;
			return progress;
		}
		progress = take_framing(body, bytes[taken++]);
	}
	*count = taken;
	return progress;
}

enum http1_progress http1_body_close(struct http1_body *body)
{
	return body->framing == HTTP1_UNTIL_CLOSE
	           ? HTTP1_DONE
	           : bad(body, "closed before the end of the body");
}
