/* settings.h - what collect_metrics can be told. */
#ifndef COLLECT_METRICS_SETTINGS_H
#define COLLECT_METRICS_SETTINGS_H

#include "lib/options.h"

struct settings {
	struct text_list client_machines;
	char *output_dir, *ssh_config;
	int64_t connect_timeout_ns, collect_timeout_ns;
	uint64_t max_file_bytes, max_files;
};

/* The table of all flags and conf keys, which fill in `settings`. */
void settings_set(struct settings *settings, struct option_set *set);

#endif
