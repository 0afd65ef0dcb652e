#include "aggregate/settings.h"

#include "lib/clock.h"

#define SETTING(member) offsetof(struct settings, member)

static const struct option report_rows[] = {
	{ .name = "output-dir",
	    .type = OPTION_TEXT,
	    .offset = SETTING(output_dir),
	    .words = "DIR",
	    .help = "write final_report.json and final_report.txt there, too" },
	{ .name = "scenario-dir",
	    .type = OPTION_TEXT,
	    .offset = SETTING(scenario_dir),
	    .words = "DIR",
	    .help = "write the files of a scenario's run there, too: "
	            "summary.json, metrics.csv, ..." },
	{ .name = "run",
	    .type = OPTION_TEXT,
	    .offset = SETTING(run),
	    .words = "ID",
	    .help = "the run to report, in full or its last part, where the "
	            "files are of several" },
	{ .name = "thresholds",
	    .type = OPTION_ITEMS,
	    .offset = SETTING(thresholds),
	    .words = "CONDITION",
	    .help = "what the run must meet, such as 'p99[sustained] < 200ms'; "
	            "the flag once for each, exit 3 when one is missed" },
	{ .name = "figures",
	    .type = OPTION_TEXT,
	    .offset = SETTING(figures),
	    .words = "NAMES",
	    .help = "print only these, such as 'throughput p99 failure_rate', "
	            "as plain numbers on one line" },
	{ .name = "cost",
	    .type = OPTION_TEXT,
	    .offset = SETTING(cost),
	    .words = "WORDS",
	    .help = "what the test has cost, for the report: the scripts have "
	            "it from cost" },
	{ .name = "client-machines",
	    .type = OPTION_LIST,
	    .offset = SETTING(client_machines),
	    .words = "FOLDER",
	    .help = "the folders to read when no PATH is named; for "
	            "aggregate_metrics.sh" },
};

static const struct option fault_rows[] = {
	{ .name = "fault-events",
	    .type = OPTION_TEXT,
	    .offset = SETTING(fault_events),
	    .words = "FILE",
	    .fallback = "./fault_events.jsonl",
	    .help = "what fault_ring did; passed over when it is not there" },
	{ .name = "recovery-tolerance",
	    .type = OPTION_SHARE,
	    .offset = SETTING(recovery_tolerance),
	    .fallback = "20%",
	    .from = "0%",
	    .to = "90%",
	    .help = "how far from before the fault is as before" },
	{ .name = "recovery-hold-secs",
	    .type = OPTION_TIME,
	    .offset = SETTING(recovery_hold_ns),
	    .fallback = "5",
	    .from = "100ms",
	    .to = "1h",
	    .help = "how long it must stay so" },
	{ .name = "baseline-secs",
	    .type = OPTION_TIME,
	    .offset = SETTING(baseline_ns),
	    .fallback = "10",
	    .from = "100ms",
	    .to = "1h",
	    .help = "how long before a fault is what it is compared with" },
	{ .name = "clock-error-ms",
	    .type = OPTION_TIME,
	    .offset = SETTING(clock_error_ns),
	    .from = "0ms",
	    .to = "1h",
	    .help = "how far the clocks of machines without a clock.json are "
	            "at most from the controller's" },
	{ .name = "faults",
	    .type = OPTION_CHOICE,
	    .offset = SETTING(faults),
	    .words = "worst|all",
	    .fallback = "worst",
	    .help = "whose service times the text shows" },
};

#define ROWS(of) .rows = (of), .count = sizeof(of) / sizeof *(of)

void settings_sets(struct option_set sets[SETTINGS_SETS],
    struct settings *settings)
{
	sets[0] = (struct option_set){ .title = "Report",
		ROWS(report_rows),
		.values = settings };
	formats_set(&settings->formats, &sets[1]);
	sets[2] = (struct option_set){ .title = "Faults",
		ROWS(fault_rows),
		.values = settings };
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
