/* settings.h - what collect_metrics can be told. */
#ifndef COLLECT_METRICS_SETTINGS_H
#define COLLECT_METRICS_SETTINGS_H

#include "lib/options.h"

/* Settings of aggregate, which reads the same conf file. */
#define SETTINGS_OTHERS 28

struct settings {
	struct text_list client_machines;
	char *output_dir, *ssh_config;
	int64_t connect_timeout_ns, collect_timeout_ns;
	uint64_t max_file_bytes, max_files;
	char *passed_over[SETTINGS_OTHERS];
	struct text_list passed_over_list;
};

#define SETTINGS_SETS 3

/* The tables of all flags and conf keys, which fill in `settings`. */
void settings_sets(struct settings *settings,
    struct option_set sets[SETTINGS_SETS]);

#endif
