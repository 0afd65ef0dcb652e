/* http_load.h - what is asked of whom: settled before the clock starts, and
 * but for the answers that are known by now only read from then on. */
#ifndef STRESS_CLIENT_HTTP_LOAD_H
#define STRESS_CLIENT_HTTP_LOAD_H

#include "lib/buf.h"
#include "lib/net.h"
#include "stress_client/http_judge.h"
#include "stress_client/http_known.h"
#include "stress_client/http_mix.h"
#include "stress_client/http_names.h"

struct plan;

struct http_target {
	char *url;
	size_t origin;
	struct buf request; /* all of it, ready to be sent */
	char *operation, *redirected;
	struct http_known_list known;
};

/* All that the clients share. */
struct http_load {
	const struct http_settings *settings;
	struct http_mix mix;
	struct http_target *targets; /* one for each URL of the mix */
	struct address *origins;     /* to which there are connections */
	size_t origin_count;
	struct http_judge judge;
	struct http_names names;
	struct buf body;
	struct text_list headers;
	bool to_head;
	bool repeatable; /* asking twice does no harm */
};

/* From the settings; looks up the hosts. NULL with `err`. */
struct http_load *http_load_new(const struct http_settings *settings,
    const struct text_list *urls, struct err *err);
void http_load_free(struct http_load *http);

#endif
