#include "collect_metrics/settings.h"

#define ROW(...) OPTION_ROW(struct settings, __VA_ARGS__)

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

void settings_set(struct settings *settings, struct option_set *set)
{
	*set = OPTION_SET("Collecting", rows, settings);
}
