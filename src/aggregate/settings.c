#include "aggregate/settings.h"

#include "lib/clock.h"

#define ROW(...) OPTION_ROW(struct settings, __VA_ARGS__)

static const struct option report_rows[] = {
	ROW("output-dir", OPTION_TEXT, output_dir, .words = "DIR",
	    .help = "write final_report.json and final_report.txt there, too"),
	ROW("scenario-dir", OPTION_TEXT, scenario_dir, .words = "DIR",
	    .help = "write the files of a scenario's run there, too: "
	            "summary.json, metrics.csv, ..."),
	ROW("run", OPTION_TEXT, run, .words = "ID",
	    .help = "the run to report, in full or its last part, where the "
	            "files are of several"),
	ROW("thresholds", OPTION_ITEMS, thresholds, .words = "CONDITION",
	    .help = "what the run must meet, such as 'p99[sustained] < 200ms'; "
	            "the flag once for each, exit 3 when one is missed"),
	ROW("figures", OPTION_TEXT, figures, .words = "NAMES",
	    .help = "print only these, such as 'throughput p99 failure_rate', "
	            "as plain numbers on one line"),
	ROW("cost", OPTION_TEXT, cost, .words = "WORDS",
	    .help = "what the test has cost, for the report: the scripts have "
	            "it from cost"),
	ROW("client-machines", OPTION_LIST, client_machines, .words = "FOLDER",
	    .help = "the folders to read when no PATH is named; for "
	            "aggregate_metrics.sh"),
};

static const struct option fault_rows[] = {
	ROW("fault-events", OPTION_TEXT, fault_events, .words = "FILE",
	    .fallback = "./fault_events.jsonl",
	    .help = "what fault_ring did; passed over when it is not there"),
	ROW("recovery-tolerance", OPTION_SHARE, recovery_tolerance,
	    .fallback = "20%", .from = "0%", .to = "90%",
	    .help = "how far from before the fault is as before"),
	ROW("recovery-hold-secs", OPTION_TIME, recovery_hold_ns,
	    .fallback = "5", .from = "100ms", .to = "1h",
	    .help = "how long it must stay so"),
	ROW("baseline-secs", OPTION_TIME, baseline_ns, .fallback = "10",
	    .from = "100ms", .to = "1h",
	    .help = "how long before a fault is what it is compared with"),
	ROW("clock-error-ms", OPTION_TIME, clock_error_ns, .from = "0ms",
	    .to = "1h",
	    .help = "how far the clocks of machines without a clock.json are "
	            "at most from the controller's"),
	ROW("faults", OPTION_CHOICE, faults, .words = "worst|all",
	    .fallback = "worst", .help = "whose service times the text shows"),
};

void settings_sets(struct settings *settings,
    struct option_set sets[SETTINGS_SETS])
{
	sets[0] = OPTION_SET("Report", report_rows, settings);
	formats_set(&settings->formats, &sets[1]);
	sets[2] = OPTION_SET("Faults", fault_rows, settings);
	anomaly_settings_set(&settings->anomalies, &sets[3]);
}

struct impact_settings settings_impact(const struct settings *settings)
{
	return (struct impact_settings){
		.tolerance = settings->recovery_tolerance,
		.hold_ms = settings->recovery_hold_ns / NS_PER_MS,
		.baseline_ms = settings->baseline_ns / NS_PER_MS,
	};
}

struct machine_clock settings_clock(const struct settings *settings,
    bool is_known)
{
	return (struct machine_clock){
		.known = is_known,
		.error_ms =
		    (double)settings->clock_error_ns / (double)NS_PER_MS,
	};
}
