/* tables.h - every flag and conf key: the general settings, then those of each
 * driver. */
#ifndef STRESS_CLIENT_TABLES_H
#define STRESS_CLIENT_TABLES_H

#include "lib/options.h"
#include "stress_client/driver.h"
#include "stress_client/settings.h"

struct tables {
	struct settings general;
	struct option_set *sets;
	struct options options;
};

void tables_init(struct tables *tables);
void tables_release(struct tables *tables);

/* The struct that a driver's own rows fill in; NULL: it has none. */
const void *tables_of(const struct tables *tables, const struct driver *driver);

#endif
