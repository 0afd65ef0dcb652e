#include "wire/websocket_handshake.h"

#include "lib/base64.h"
#include "lib/libssl.h"
#include "wire/http1_request.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

static const char guid[] = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

void websocket_key(char key[WEBSOCKET_KEY], const uint8_t random[16])
{
	base64_encode(key, random, 16);
}

void websocket_accept(char accept[WEBSOCKET_ACCEPT], const char *key,
    size_t key_length)
{
	uint8_t hash[EVP_MAX_MD_SIZE] = { 0 };
	EVP_MD_CTX *digest = EVP_MD_CTX_new();

	if (digest && EVP_DigestInit_ex(digest, EVP_sha1(), NULL)) {
		EVP_DigestUpdate(digest, key, key_length);
		EVP_DigestUpdate(digest, guid, sizeof guid - 1);
		EVP_DigestFinal_ex(digest, hash, NULL);
	}
	EVP_MD_CTX_free(digest);
	base64_encode(accept, hash, 20);
}

size_t websocket_head_end(const uint8_t *text, size_t length)
{
	for (size_t i = 3; i < length; i++)
		if (text[i] == '\n' && memcmp(text + i - 3, "\r\n\r", 3) == 0)
			return i + 1;
	return 0;
}

static bool is_ours(const char *field)
{
	static const char prefix[] = "Sec-WebSocket-";
	return strncasecmp(field, prefix, strlen(prefix)) == 0;
}

int websocket_check_header(const char *field, struct err *err)
{
	if (http1_field_check(field, err) < 0)
		return -1;
	if (!is_ours(field))
		return 0;
	return err_set(err,
	    "the header %.*s is not yours to give; it follows from what is "
	    "offered",
	    (int)strcspn(field, ":"), field);
}

static bool has_host(const struct websocket_offer *offer)
{
	for (size_t i = 0; i < offer->header_count; i++)
		if (http1_field_is(offer->headers[i], "Host"))
			return true;
	return false;
}

int websocket_write_offer(struct buf *to, const struct websocket_offer *offer)
{
	if (buf_add_format(to, "GET %s HTTP/1.1\r\n", offer->path) < 0)
		return -1;
	if (!has_host(offer) &&
	    buf_add_format(to, "Host: %s\r\n", offer->host) < 0)
		return -1;
	if (buf_add_format(to,
	        "Upgrade: websocket\r\nConnection: Upgrade\r\n"
	        "Sec-WebSocket-Key: %s\r\nSec-WebSocket-Version: 13\r\n",
	        offer->key) < 0)
		return -1;
	if (offer->protocol &&
	    buf_add_format(to, "Sec-WebSocket-Protocol: %s\r\n",
	        offer->protocol) < 0)
		return -1;
	for (size_t i = 0; i < offer->header_count; i++)
		if (buf_add_format(to, "%s\r\n", offer->headers[i]) < 0)
			return -1;
	return buf_add_text(to, "\r\n");
}

/* Lines of a head */

struct line {
	const char *name, *value;
	size_t name_length, value_length;
};

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static void trim(const char **text, size_t *length)
{
	while (*length > 0 && is_blank(**text)) {
		(*text)++;
		(*length)--;
	}
	while (*length > 0 && is_blank((*text)[*length - 1]))
		(*length)--;
}

/* The next line without its end; NULL at the empty one. */
static const char *next_line(const char **at, const char *end, size_t *length)
{
	const char *start = *at;
	const char *newline = memchr(start, '\n', (size_t)(end - start));
	if (!newline)
		return NULL;
	*at = newline + 1;
	*length = (size_t)(newline - start);
	if (*length > 0 && newline[-1] == '\r')
		(*length)--;
	return *length > 0 ? start : NULL;
}

/* 1: a header; 0: there are no more; -1: that is none. */
static int next_header(const char **at, const char *end, struct line *line)
{
	size_t length;
	const char *start = next_line(at, end, &length);
	if (!start)
		return 0;
	const char *colon = memchr(start, ':', length);
	if (!colon || colon == start || is_blank(*start) || is_blank(colon[-1]))
		return -1;
	line->name = start;
	line->name_length = (size_t)(colon - start);
	line->value = colon + 1;
	line->value_length = length - line->name_length - 1;
	trim(&line->value, &line->value_length);
	return 1;
}

static bool equals(const char *text, size_t length, const char *word)
{
	return length == strlen(word) && strncasecmp(text, word, length) == 0;
}

static bool is_named(const struct line *line, const char *name)
{
	return equals(line->name, line->name_length, name);
}

/* Whether a list "a, b" has the word. */
static bool lists(const struct line *line, const char *word)
{
	const char *at = line->value, *end = at + line->value_length;
	while (at < end) {
		const char *comma = memchr(at, ',', (size_t)(end - at));
		const char *item = at;
		size_t length = (size_t)((comma ? comma : end) - at);
		trim(&item, &length);
		if (equals(item, length, word))
			return true;
		at = comma ? comma + 1 : end;
	}
	return false;
}

/* What both sides look for. */
struct headers {
	bool upgrade, connection, version, extension;
	struct line key, accept, protocol; /* name NULL: there is none */
};

static int read_headers(struct headers *headers, const char *at,
    const char *end)
{
	struct line line = { 0 };
	int more;

	*headers = (struct headers){ 0 };
	while ((more = next_header(&at, end, &line)) > 0) {
		if (is_named(&line, "Upgrade"))
			headers->upgrade |= lists(&line, "websocket");
		else if (is_named(&line, "Connection"))
			headers->connection |= lists(&line, "Upgrade");
		else if (is_named(&line, "Sec-WebSocket-Version"))
			headers->version |= lists(&line, "13");
		else if (is_named(&line, "Sec-WebSocket-Key"))
			headers->key = line;
		else if (is_named(&line, "Sec-WebSocket-Accept"))
			headers->accept = line;
		else if (is_named(&line, "Sec-WebSocket-Protocol"))
			headers->protocol = line;
		else if (is_named(&line, "Sec-WebSocket-Extensions"))
			headers->extension |= line.value_length > 0;
	}
	return more;
}

/* "HTTP/1.1 101 ..."; 0 when it is no such line. */
static unsigned status_of(const char *line, size_t length)
{
	if (length < 12 || memcmp(line, "HTTP/1.", 7) != 0 || line[8] != ' ' ||
	    (length > 12 && line[12] != ' '))
		return 0;
	unsigned status = 0;
	for (size_t i = 9; i < 12; i++) {
		if (line[i] < '0' || line[i] > '9')
			return 0;
		status = status * 10 + (unsigned)(line[i] - '0');
	}
	return status < 100 ? 0 : status;
}

static int check_answer(const struct headers *headers,
    const struct websocket_offer *offer, struct err *err)
{
	char accept[WEBSOCKET_ACCEPT];
	const struct line *chosen = &headers->protocol;

	websocket_accept(accept, offer->key, strlen(offer->key));
	if (!headers->upgrade || !headers->connection)
		return err_set(err, "the answer 101 upgrades to something "
		                    "else than a WebSocket");
	if (headers->accept.value_length != strlen(accept) ||
	    memcmp(headers->accept.value, accept, strlen(accept)) != 0)
		return err_set(err, "the answer's Sec-WebSocket-Accept does "
		                    "not belong to our key");
	if (headers->extension)
		return err_set(err, "the server chose an extension, and none "
		                    "was offered");
	if (!chosen->name)
		return 0;
	struct line offered = { .value =
		                    offer->protocol ? offer->protocol : "" };
	char word[64];
	offered.value_length = strlen(offered.value);
	if (chosen->value_length >= sizeof word)
		return err_set(err, "the server chose a sub-protocol that was "
		                    "not offered");
	memcpy(word, chosen->value, chosen->value_length);
	word[chosen->value_length] = '\0';
	if (!lists(&offered, word))
		return err_set(err,
		    "the server chose the sub-protocol '%s', which was not "
		    "offered",
		    word);
	return 0;
}

enum websocket_answer websocket_read_answer(const uint8_t *head, size_t length,
    const struct websocket_offer *offer, unsigned *status, struct err *err)
{
	const char *at = (const char *)head, *end = at + length;
	size_t line_length;
	const char *line = next_line(&at, end, &line_length);
	struct headers headers;

	*status = line ? status_of(line, line_length) : 0;
	if (*status == 0 || read_headers(&headers, at, end) < 0) {
		err_set(err, "the server's answer is not HTTP");
		return WEBSOCKET_NO_HTTP;
	}
	if (*status != 101) {
		err_set(err, "the server answered HTTP %u instead of 101",
		    *status);
		return WEBSOCKET_REFUSED;
	}
	return check_answer(&headers, offer, err) < 0 ? WEBSOCKET_WRONG
	                                              : WEBSOCKET_ACCEPTED;
}

/* The server's side */

static int read_target(struct websocket_request *request, const char *line,
    size_t length)
{
	const char get[] = "GET ", version[] = " HTTP/1.1";
	size_t around = strlen(get) + strlen(version);

	if (!line || length <= around || memcmp(line, get, strlen(get)) != 0 ||
	    memcmp(line + length - strlen(version), version, strlen(version)) !=
	        0)
		return -1;
	request->path = line + strlen(get);
	request->path_length = length - around;
	return memchr(request->path, ' ', request->path_length) ? -1 : 0;
}

int websocket_read_request(struct websocket_request *request,
    const uint8_t *head, size_t length, struct err *err)
{
	const char *at = (const char *)head, *end = at + length;
	size_t line_length = 0;
	const char *line = next_line(&at, end, &line_length);
	struct headers headers;
	uint8_t key[18];
	size_t key_length;

	*request = (struct websocket_request){ 0 };
	if (read_target(request, line, line_length) < 0 ||
	    read_headers(&headers, at, end) < 0)
		return err_set(err, "this is no GET request of HTTP/1.1");
	if (!headers.upgrade || !headers.connection)
		return err_set(err, "the request asks for no WebSocket");
	if (!headers.version)
		return err_set(err, "the request is not for version 13");
	if (headers.key.value_length != WEBSOCKET_KEY - 1 ||
	    base64_decode(key, &key_length, headers.key.value,
	        headers.key.value_length) < 0 ||
	    key_length != 16)
		return err_set(err, "the key is not 16 bytes in base64");
	request->key = headers.key.value;
	request->key_length = headers.key.value_length;
	request->protocol = headers.protocol.value;
	request->protocol_length = headers.protocol.value_length;
	return 0;
}

int websocket_write_answer(struct buf *to,
    const struct websocket_request *request, const char *protocol)
{
	char accept[WEBSOCKET_ACCEPT];

	websocket_accept(accept, request->key, request->key_length);
	if (buf_add_format(to,
	        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
	        "Connection: Upgrade\r\nSec-WebSocket-Accept: %s\r\n",
	        accept) < 0)
		return -1;
	if (protocol &&
	    buf_add_format(to, "Sec-WebSocket-Protocol: %s\r\n", protocol) < 0)
		return -1;
	return buf_add_text(to, "\r\n");
}
