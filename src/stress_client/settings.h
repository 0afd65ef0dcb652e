/* settings.h - what the user may say about a run: one table of flags and conf
 * keys, and the struct that it fills. A driver brings its own table. */
#ifndef STRESS_CLIENT_SETTINGS_H
#define STRESS_CLIENT_SETTINGS_H

#include "lib/options.h"

#include <stdbool.h>
#include <stdint.h>

struct settings {
	/* Load */
	char *driver;
	uint64_t machine_id, num_clients, requests_per_client;
	int64_t duration_ns, min_delay_ns, max_delay_ns, ramp_ns;
	char *image_directory;
	struct text_list image_mix;
	char *client_config;

	/* Measurements */
	char *metrics_output_dir, *metrics_output, *run_id;
	int64_t timeline_ns;

	/* Process */
	char *client_binary;
	uint64_t processes, clients_per_process, process, threads;
	uint64_t seed, start_at_unix_ms;

	/* Talk */
	bool check, progress, quiet, no_color;
};

extern const struct option settings_rows[];
extern const size_t settings_count;

#endif
