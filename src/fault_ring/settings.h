/* settings.h - what the user may say about faults: one table of flags and conf
 * keys, and the struct that it fills. */
#ifndef FAULT_RING_SETTINGS_H
#define FAULT_RING_SETTINGS_H

#include "lib/options.h"

#include <stdbool.h>
#include <stdint.h>

/* SERVER_n_HOST and so on; a server without a host is not there. */
struct server_settings {
	char *host, *config, *work_dir, *binary;
	char *start_command, *stop_command, *pid_file, *ready_address;
};

enum pattern_kind {
	PATTERN_RING,
	PATTERN_RANDOM,
	PATTERN_SIMULTANEOUS,
	PATTERN_SCHEDULE,
};

struct settings {
	/* When, and to whom */
	int64_t start_after_ns, fault_interval_ns, restart_delay_ns;
	uint64_t num_cycles, count, seed;
	int pattern; /* enum pattern_kind */
	char *schedule;

	/* What */
	char *fault, *apply_command, *confirm_command;
	char *heal_command, *healed_command;
	double slow_share, loss;
	int partition_from; /* peers|clients|both */
	uint64_t rate_bytes_per_second;
	int64_t delay_ns, jitter_ns;

	/* How carefully */
	uint64_t max_down;
	bool allow_overlap;
	int64_t undo_margin_ns, confirm_timeout_ns, recovery_timeout_ns;
	char *ready_command, *leader_command;

	/* Talk */
	char *log_file, *run_id;
	bool dry_run, heal, quiet, no_color;

	struct server_settings servers[OPTION_MEMBERS]; /* number 1 first */
};

#define SETTINGS_SETS 4

/* The options of fault_ring, filling in `settings`. */
struct options settings_options(struct settings *settings,
    struct option_set sets[SETTINGS_SETS]);

#endif
