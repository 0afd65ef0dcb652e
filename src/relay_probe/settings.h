/* settings.h - what relay_probe can be told. */
#ifndef RELAY_PROBE_SETTINGS_H
#define RELAY_PROBE_SETTINGS_H

#include "lib/options.h"

struct settings {
	char *url, *name, *output;
	int64_t interval_ns, duration_ns, timeout_ns;
	uint64_t count, max_bytes;
	bool once;
	struct text_list only, watch;

	struct text_list headers;
	char *cacert;
	bool insecure;

	uint64_t pid;
	char *host, *process, *ssh_config;
	char *connections, *pid_figure;
};

#define SETTINGS_SETS 3

/* The tables of all flags and conf keys, which fill in `settings`. */
void settings_sets(struct settings *settings,
    struct option_set sets[SETTINGS_SETS]);

/* Whether they make sense together. Returns 0, or -1 with `err`. */
int settings_check(const struct settings *settings, struct err *err);

#endif
