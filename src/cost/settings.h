/* settings.h - what cost can be told. */
#ifndef COST_SETTINGS_H
#define COST_SETTINGS_H

#include "lib/options.h"

#define SETTINGS_SETS 2

struct settings {
	uint64_t machines;
	int64_t time_ns, setup_ns;
	char *machine_type, *max_cost, *currency;
	struct text_list prices, other_machines;
	bool spot, number;
};

/* The tables of all flags and conf keys, which fill in `settings`. */
void settings_sets(struct settings *settings,
    struct option_set sets[SETTINGS_SETS]);

#endif
