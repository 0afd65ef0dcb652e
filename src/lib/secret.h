/* secret.h - what a report must not show: it is sent, kept and passed on. */
#ifndef LIB_SECRET_H
#define LIB_SECRET_H

#include <stdbool.h>

/* Whether `text`, a setting or its value, looks like one: a token, a password,
 * a header that proves who asks, a URL with a user before its host. */
bool secret_in(const char *text);

#endif
