/* settings.h - what the user may say about a run: one table of flags and conf
 * keys, and the struct that it fills. A driver brings its own table. */
#ifndef STRESS_CLIENT_SETTINGS_H
#define STRESS_CLIENT_SETTINGS_H

#include "lib/options.h"

#include <stdbool.h>
#include <stdint.h>

struct settings {
	/* Load */
	char *driver;         /* NULL: by the scheme of the first URL */
	struct text_list url; /* each with its weight behind a blank, or none */
	uint64_t machine_id, machines, num_clients, requests_per_client;
	int64_t duration_ns, min_delay_ns, max_delay_ns, ramp_ns;
	int think_time;       /* enum think_time */
	double rate;          /* of all machines; 0: a closed loop */
	int arrivals;         /* enum arrivals_kind */
	uint64_t max_clients; /* 0: the default */
	int64_t max_lag_ns;   /* 0: no limit */
	struct text_list phases, stop_when;
	double scale; /* of the phases' durations */
	char *image_directory;
	struct text_list image_mix;
	char *client_config;

	/* Measurements */
	char *metrics_output_dir, *metrics_output, *run_id;
	int64_t timeline_ns;

	/* Process */
	char *client_binary;
	bool host_probe;
	uint64_t processes, clients_per_process, process;
	uint64_t threads; /* 0: the cores, shared by the processes */
	uint64_t seed, start_at_unix_ms;

	/* Talk */
	bool check, progress, quiet, no_color;
	int generator_check; /* enum generator_check */
};

/* As the rows' words are ordered. */
enum think_time { THINK_UNIFORM, THINK_EXPONENTIAL };
enum arrivals_kind { ARRIVALS_UNIFORM, ARRIVALS_POISSON };
enum generator_check { GENERATOR_CHECK_ON, GENERATOR_CHECK_OFF };

extern const struct option settings_rows[];
extern const size_t settings_count;

#endif
