/* post.h - the message, sent until the web hook has taken it. */
#ifndef NOTIFY_POST_H
#define NOTIFY_POST_H

#include "lib/err.h"
#include "notify/settings.h"

struct post {
	const struct settings *settings;
	const struct buf *body;
	bool taken;
	struct err err; /* unless it was: why not */
};

/* Of a fiber; `arg` is the struct post. Tells of failed attempts on stderr. No
 * message has more of the URL than its host. */
void post_run(void *arg);

#endif
