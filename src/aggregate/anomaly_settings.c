#include "aggregate/anomalies.h"

#define ROW(...) OPTION_ROW(struct anomaly_settings, __VA_ARGS__)

static const struct option rows[] = {
	ROW("anomalies", OPTION_FLAG, on, .fallback = "true",
	    .help = "look for what was not as usual"),
	ROW("anomaly-samples", OPTION_COUNT, samples, .fallback = "10",
	    .from = "4", .to = "1M",
	    .help = "with fewer no latency spike and no leak is sought"),
	ROW("spike-factor", OPTION_COUNT, spike_factor, .fallback = "2",
	    .from = "1", .to = "1000",
	    .help = "latency spike: so many times the usual p95"),
	ROW("spike-least-ms", OPTION_TIME, spike_least_ns, .fallback = "5",
	    .from = "0ms", .to = "1h", .help = "and so much more than it"),
	ROW("drop-connections", OPTION_COUNT, drop_connections,
	    .fallback = "10", .to = "1G",
	    .help = "connection drop: more than so many lost"),
	ROW("leak-bytes", OPTION_BYTES, leak_bytes, .fallback = "100M",
	    .help = "memory leak: growth of more than that, from the first "
	            "quarter to the last"),
	ROW("burst-share", OPTION_SHARE, burst_share, .fallback = "5%",
	    .from = "0%", .to = "100%",
	    .help = "error burst: share of the requests that failed"),
	ROW("burst-least", OPTION_COUNT, burst_least, .fallback = "5",
	    .from = "1", .to = "1G", .help = "and so many of them"),
	ROW("collapse-share", OPTION_SHARE, collapse_share, .fallback = "50%",
	    .from = "0%", .to = "100%",
	    .help = "throughput collapse: below that share of before"),
	ROW("clock-step-ms", OPTION_TIME, clock_step_ns, .fallback = "100",
	    .from = "1ms", .to = "1h",
	    .help = "clock step: more than that at once"),
};

void anomaly_settings_set(struct anomaly_settings *settings,
    struct option_set *set)
{
	*set = OPTION_SET("Anomalies", rows, settings);
}
