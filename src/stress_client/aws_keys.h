/* aws_keys.h - what requests are signed with, from where AWS's own tools take
 * it too. */
#ifndef STRESS_CLIENT_AWS_KEYS_H
#define STRESS_CLIENT_AWS_KEYS_H

#include "lib/err.h"

/* {0} is none; all owned. */
struct aws_keys {
	char *id, *secret;
	char *token; /* of a session; NULL without one */
};

/* From `file`, a credentials file such as ~/.aws/credentials, there of the
 * profile that AWS_PROFILE names, or "default"; without a file from
 * AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN. Returns 0, or
 * -1 with `err`, which never has a key in it. */
int aws_keys_find(struct aws_keys *keys, const char *file, struct err *err);
void aws_keys_release(struct aws_keys *keys);

#endif
