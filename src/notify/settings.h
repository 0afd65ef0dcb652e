/* settings.h - what notify can be told. */
#ifndef NOTIFY_SETTINGS_H
#define NOTIFY_SETTINGS_H

#include "lib/options.h"

#define SETTINGS_SETS 2

struct settings {
	char *url, *proxy, *cacert;
	uint64_t attempts;
	int64_t backoff_ns, timeout_ns;
};

/* What nightly.sh reads of the same conf file. */
struct nightly {
	char *mail, *baseline;
	struct text_list test_options, compare_options;
	uint64_t keep;
	int when;
};

/* The tables of all flags and conf keys, which fill in both. */
void settings_sets(struct settings *settings, struct nightly *nightly,
    struct option_set sets[SETTINGS_SETS]);

#endif
