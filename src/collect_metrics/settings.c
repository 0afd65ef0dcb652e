#include "collect_metrics/settings.h"

#define ROW(flag, kind, member, ...)                                           \
	{                                                                      \
		.name = flag, .type = kind,                                    \
		.offset = offsetof(struct settings, member), __VA_ARGS__       \
	}

static const struct option rows[] = {
	ROW("client-machines", OPTION_LIST, client_machines, .words = "MACHINE",
	    .help = "user@host:/path, or a folder here; unless named as "
	            "operands"),
	ROW("output-dir", OPTION_TEXT, output_dir, .words = "DIR",
	    .fallback = "./aggregated_metrics",
	    .help = "files go to DIR/collected/machine_N"),
	ROW("ssh-config", OPTION_TEXT, ssh_config, .words = "FILE",
	    .help = "instead of ~/.ssh/config"),
	ROW("connect-timeout", OPTION_TIME, connect_timeout_ns,
	    .fallback = "10s", .from = "10ms", .to = "10m",
	    .help = "until a machine lets us in, and for each of its answers"),
	ROW("collect-timeout", OPTION_TIME, collect_timeout_ns,
	    .fallback = "30m", .from = "100ms", .to = "24h",
	    .help = "for one machine in all"),
	ROW("max-file-bytes", OPTION_BYTES, max_file_bytes, .fallback = "1G",
	    .from = "1", .help = "larger files are left out"),
	ROW("max-files", OPTION_COUNT, max_files, .fallback = "1M", .from = "1",
	    .to = "100M", .help = "of one machine, metrics or not"),
};

/* What aggregate alone reads in the conf file that both share. */
#define PASSED_OVER(index, flag)                                               \
	{                                                                      \
		.name = flag, .type = OPTION_TEXT,                             \
		.offset = (index) * sizeof(char *), .words = "VALUE",          \
		.help = "passed over"                                          \
	}

static const struct option others[SETTINGS_OTHERS] = {
	PASSED_OVER(0, "run"),
	PASSED_OVER(1, "figures"),
	PASSED_OVER(2, "fault-events"),
	PASSED_OVER(3, "recovery-tolerance"),
	PASSED_OVER(4, "recovery-hold-secs"),
	PASSED_OVER(5, "baseline-secs"),
	PASSED_OVER(6, "clock-error-ms"),
	PASSED_OVER(7, "faults"),
	PASSED_OVER(8, "anomalies"),
	PASSED_OVER(9, "anomaly-samples"),
	PASSED_OVER(10, "spike-factor"),
	PASSED_OVER(11, "spike-least-ms"),
	PASSED_OVER(12, "drop-connections"),
	PASSED_OVER(13, "leak-bytes"),
	PASSED_OVER(14, "burst-share"),
	PASSED_OVER(15, "burst-least"),
	PASSED_OVER(16, "collapse-share"),
	PASSED_OVER(17, "clock-step-ms"),
	PASSED_OVER(18, "html"),
	PASSED_OVER(19, "json"),
	PASSED_OVER(20, "scenario-dir"),
	PASSED_OVER(21, "csv"),
	PASSED_OVER(22, "hgrm"),
	PASSED_OVER(23, "hlog"),
	PASSED_OVER(24, "junit"),
	PASSED_OVER(25, "prometheus"),
	PASSED_OVER(26, "github"),
	PASSED_OVER(27, "cost"),
};

static const struct option lists[] = {
	{ .name = "thresholds",
	    .type = OPTION_ITEMS,
	    .offset = 0,
	    .words = "VALUE",
	    .help = "passed over" },
};

void settings_sets(struct settings *settings,
    struct option_set sets[SETTINGS_SETS])
{
	sets[0] = (struct option_set){ .title = "Collecting",
		.rows = rows,
		.count = sizeof rows / sizeof *rows,
		.values = settings };
	sets[1] =
	    (struct option_set){ .title = "Of aggregate, in the same conf file",
		    .rows = others,
		    .count = SETTINGS_OTHERS,
		    .values = settings->passed_over };
	sets[2] = (struct option_set){ .title = "Of aggregate, too",
		.rows = lists,
		.count = sizeof lists / sizeof *lists,
		.values = &settings->passed_over_list };
}
