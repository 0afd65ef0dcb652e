/* settings.h - what host_probe can be told. */
#ifndef HOST_PROBE_SETTINGS_H
#define HOST_PROBE_SETTINGS_H

#include "lib/options.h"

struct settings {
	char *name, *output, *process;
	int64_t interval_ns, duration_ns;
	uint64_t count;
	bool once, until_eof;
};

/* The table of all flags and conf keys, which fill in `settings`. */
void settings_set(struct settings *settings, struct option_set *set);

#endif
