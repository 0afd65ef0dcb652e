/* http_answer.h - receives an answer and judges it. */
#ifndef STRESS_CLIENT_HTTP_ANSWER_H
#define STRESS_CLIENT_HTTP_ANSWER_H

#include "stress_client/http_exchange.h"

struct http_answer {
	struct http_load *http;
	struct http_target *target;
	struct http_client *client;
	struct http_link *link;
	uint8_t *scratch;
	struct request *request;
	int64_t deadline_ns;

	uint64_t received; /* bytes of it, so far */
	int error;         /* errno; 0 where there is none, or words instead */
	bool whole;        /* all of it has come, right or wrong */
	bool keep_alive;
	unsigned status;
	uint64_t body_length;
};

/* Fills in the request's outcome. Returns 0 when the whole answer has come; -1
 * when not, with `error` unless the outcome says what was wrong with it. */
int http_answer_read(struct http_answer *answer);

#endif
