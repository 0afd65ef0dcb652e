/* http_mix.h - several URLs under one load: in turn, or by weight. */
#ifndef STRESS_CLIENT_HTTP_MIX_H
#define STRESS_CLIENT_HTTP_MIX_H

#include "lib/err.h"
#include "lib/options.h"
#include "lib/rng.h"

#include <stddef.h>
#include <stdint.h>

#define HTTP_URLS_MAX 256

/* {0} is empty. */
struct http_mix {
	char **urls; /* owned, without their weights */
	size_t count;
	double *until; /* sums of the weights up to each; NULL: in turn */
};

/* From items "URL" or "URL WEIGHT"; where one has a weight, the others weigh 1.
 * Returns 0, or -1 with `err`. */
int http_mix_read(struct http_mix *mix, const struct text_list *items,
    struct err *err);
void http_mix_release(struct http_mix *mix);

/* Which is next. *turn is the client's own and moves on; any number is a good
 * beginning. */
size_t http_mix_next(const struct http_mix *mix, uint32_t *turn,
    struct rng *rng);

#endif
