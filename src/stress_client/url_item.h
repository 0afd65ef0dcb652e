/* url_item.h - an item of --url: "URL", or "URL WEIGHT" with a blank between.
 */
#ifndef STRESS_CLIENT_URL_ITEM_H
#define STRESS_CLIENT_URL_ITEM_H

#include "lib/err.h"

/* The URL, owned by the caller; its weight, above 0 and at most 1e9, or 0 where
 * it has none. NULL with `err`. */
char *url_item_split(const char *item, double *weight, struct err *err);

#endif
