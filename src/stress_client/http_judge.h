/* http_judge.h - whether an answer is right: its status, and where that was
 * asked for its body, which is looked at as it arrives. */
#ifndef STRESS_CLIENT_HTTP_JUDGE_H
#define STRESS_CLIENT_HTTP_JUDGE_H

#include "stress_client/http_settings.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define HTTP_STATUSES   600
#define HTTP_HASH_BYTES 32

/* What is right; only read once it is made. */
struct http_judge {
	bool right[HTTP_STATUSES];
	char reasons[HTTP_STATUSES][9]; /* "http 503" */
	bool needs_body;                /* to be looked at */
	bool has_length, has_hash;
	uint64_t length;
	const char *text; /* to be contained, or NULL; borrowed */
	size_t text_length;
	size_t *borders; /* of its beginnings, to search in pieces */
	uint8_t hash[HTTP_HASH_BYTES];
};

/* Borrows from the settings. Returns 0, or -1 with `err`. */
int http_judge_init(struct http_judge *judge,
    const struct http_settings *settings, struct err *err);
void http_judge_release(struct http_judge *judge);

/* Whether the status sends elsewhere; nobody goes there. */
bool http_judge_redirects(unsigned status);

/* One answer that is being looked at. */
struct http_hearing {
	const struct http_judge *judge;
	uint64_t length;
	size_t matched; /* bytes of the text, at the end of what was heard */
	void *hashing;
};

/* Returns 0, or -1 without memory. */
int http_hearing_begin(struct http_hearing *hearing,
    const struct http_judge *judge);
void http_hearing_add(struct http_hearing *hearing, const void *bytes,
    size_t length);

/* All was heard: NULL when the answer is right, or the reason why not, with a
 * `detail` for a person. */
const char *http_hearing_end(const struct http_hearing *hearing,
    unsigned status, char *detail, size_t size);
void http_hearing_release(struct http_hearing *hearing);

#endif
