#include "stress_client/http_judge.h"

#include "lib/libssl.h"
#include "lib/mem.h"
#include "lib/unit.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* "200", or "2xx" for a hundred of them. */
static int allow(struct http_judge *judge, const char *text, struct err *err)
{
	size_t digits = strspn(text, "0123456789");
	unsigned status = digits <= 3 ? (unsigned)strtoul(text, NULL, 10) : 0;
	unsigned count = 1;

	if (digits == 1 && strcmp(text + 1, "xx") == 0) {
		status *= 100;
		count = 100;
	} else if (digits != 3 || text[3] != '\0') {
		status = 0;
	}
	if (status < 100 || status + count > HTTP_STATUSES)
		return err_set(err,
		    "CHECK_STATUS: '%s' is no status such as 200 or 2xx", text);
	for (unsigned i = status; i < status + count; i++)
		judge->right[i] = true;
	return 0;
}

static int allow_statuses(struct http_judge *judge,
    const struct text_list *list, struct err *err)
{
	for (unsigned i = 200; list->count == 0 && i < 400; i++)
		judge->right[i] = true;
	for (size_t i = 0; i < list->count; i++)
		if (allow(judge, list->items[i], err) < 0)
			return -1;
	for (unsigned i = 100; i < HTTP_STATUSES; i++)
		snprintf(judge->reasons[i], sizeof judge->reasons[i], "http %u",
		    i);
	return 0;
}

static int take_length(struct http_judge *judge, const char *text,
    struct err *err)
{
	double bytes;
	if (!text)
		return 0;
	if (unit_parse(text, UNIT_BYTES, &bytes) < 0 || bytes > 0x1p53)
		return err_set(err, "CHECK_BODY_LENGTH=%.80s: %s", text,
		    unit_words(UNIT_BYTES));
	judge->has_length = true;
	judge->length = (uint64_t)bytes;
	return 0;
}

static int take_hash(struct http_judge *judge, const char *text,
    struct err *err)
{
	static const char digits[] = "0123456789abcdefABCDEF";
	if (!text)
		return 0;
	if (strlen(text) != 2 * HTTP_HASH_BYTES ||
	    strspn(text, digits) != 2 * HTTP_HASH_BYTES)
		return err_set(err,
		    "CHECK_BODY_SHA256=%.80s: a hash has 64 hexadecimal "
		    "digits; sha256sum prints it",
		    text);
	for (size_t i = 0; i < HTTP_HASH_BYTES; i++) {
		char byte[3] = { text[2 * i], text[2 * i + 1], '\0' };
		judge->hash[i] = (uint8_t)strtoul(byte, NULL, 16);
	}
	judge->has_hash = true;
	return 0;
}

/* borders[i]: the longest beginning of the text that also ends its first i
 * bytes, where the search goes on when byte i does not match (Knuth, Morris,
 * Pratt 1977). */
static void take_text(struct http_judge *judge, const char *text)
{
	size_t border = 0;
	if (!text || !*text)
		return;
	judge->text = text;
	judge->text_length = strlen(text);
	judge->borders =
	    mem_new(judge->text_length + 1, sizeof *judge->borders);
	for (size_t i = 1; i < judge->text_length; i++) {
		while (border > 0 && text[i] != text[border])
			border = judge->borders[border];
		border += text[i] == text[border];
		judge->borders[i + 1] = border;
	}
}

int http_judge_init(struct http_judge *judge,
    const struct http_settings *settings, struct err *err)
{
	*judge = (struct http_judge){ 0 };
	if (allow_statuses(judge, &settings->check_status, err) < 0 ||
	    take_length(judge, settings->check_body_length, err) < 0 ||
	    take_hash(judge, settings->check_body_sha256, err) < 0)
		return -1;
	take_text(judge, settings->check_body_contains);
	judge->needs_body = judge->has_hash || judge->text;
	return 0;
}

void http_judge_release(struct http_judge *judge)
{
	free(judge->borders);
	judge->borders = NULL;
}

bool http_judge_redirects(unsigned status)
{
	return status >= 300 && status < 400 && status != 304;
}

int http_hearing_begin(struct http_hearing *hearing,
    const struct http_judge *judge)
{
	*hearing = (struct http_hearing){ .judge = judge };
	if (!judge->has_hash)
		return 0;
	hearing->hashing = EVP_MD_CTX_new();
	if (hearing->hashing &&
	    EVP_DigestInit_ex(hearing->hashing, EVP_sha256(), NULL) == 1)
		return 0;
	EVP_MD_CTX_free(hearing->hashing);
	hearing->hashing = NULL;
	return -1;
}

static void search(struct http_hearing *hearing, const char *bytes,
    size_t length)
{
	const struct http_judge *judge = hearing->judge;
	size_t matched = hearing->matched;

	for (size_t i = 0; i < length && matched < judge->text_length; i++) {
		while (matched > 0 && bytes[i] != judge->text[matched])
			matched = judge->borders[matched];
		matched += bytes[i] == judge->text[matched];
	}
	hearing->matched = matched;
}

void http_hearing_add(struct http_hearing *hearing, const void *bytes,
    size_t length)
{
	hearing->length += length;
	if (hearing->judge->text && bytes)
		search(hearing, bytes, length);
	if (hearing->hashing && bytes)
		EVP_DigestUpdate(hearing->hashing, bytes, length);
}

static bool hash_is_right(const struct http_hearing *hearing)
{
	unsigned char hash[EVP_MAX_MD_SIZE];
	unsigned length = 0;
	return EVP_DigestFinal_ex(hearing->hashing, hash, &length) == 1 &&
	       length == HTTP_HASH_BYTES &&
	       memcmp(hash, hearing->judge->hash, length) == 0;
}

const char *http_hearing_end(const struct http_hearing *hearing,
    unsigned status, char *detail, size_t size)
{
	const struct http_judge *judge = hearing->judge;

	if (!judge->right[status])
		return judge->reasons[status];
	if (judge->has_length && hearing->length != judge->length)
		snprintf(detail, size,
		    "a body of %" PRIu64 " bytes instead of %" PRIu64,
		    hearing->length, judge->length);
	else if (judge->text && hearing->matched < judge->text_length)
		snprintf(detail, size, "a body without '%.100s'", judge->text);
	else if (hearing->hashing && !hash_is_right(hearing))
		snprintf(detail, size, "a body with another hash");
	else
		return NULL;
	return "wrong answer";
}

void http_hearing_release(struct http_hearing *hearing)
{
	if (hearing->hashing)
		EVP_MD_CTX_free(hearing->hashing);
	hearing->hashing = NULL;
}
