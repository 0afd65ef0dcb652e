#include "stress_client/stray_flags.h"

#include <string.h>

static bool has(const struct driver *driver, const char *name, size_t length)
{
	for (size_t i = 0; i < driver->option_count; i++) {
		const char *known = driver->options[i].name;
		if (strncmp(known, name, length) == 0 && !known[length])
			return true;
	}
	return false;
}

/* The first that has it; NULL: it is a flag of every run. */
static const struct driver *owner_of(const char *name, size_t length)
{
	for (size_t i = 0; i < driver_count; i++)
		if (has(drivers[i], name, length))
			return drivers[i];
	return NULL;
}

void stray_flags_remark(const struct driver *driver, char *const *arguments,
    int count)
{
	for (int i = 0; i < count; i++) {
		const char *name = arguments[i] + 2;
		if (strncmp(arguments[i], "--", 2) != 0)
			continue;
		if (strncmp(name, "no-", 3) == 0)
			name += 3;
		size_t length = strcspn(name, "=");
		const struct driver *owner = owner_of(name, length);
		if (owner && !has(driver, name, length))
			err_warn("--%.*s has no part in this run: it is for "
			         "the driver %s, and this one is %s",
			    (int)length, name, owner->name, driver->name);
	}
}
