/* settings.h - what aggregate can be told. */
#ifndef AGGREGATE_SETTINGS_H
#define AGGREGATE_SETTINGS_H

#include "aggregate/anomalies.h"
#include "aggregate/baseline.h"
#include "aggregate/formats.h"
#include "lib/machine_clock.h"
#include "lib/options.h"

struct settings {
	char *output_dir, *scenario_dir, *run, *figures, *cost;
	struct text_list thresholds;
	struct text_list client_machines;
	char *fault_events;
	double recovery_tolerance;
	int64_t recovery_hold_ns, baseline_ns, clock_error_ns;
	struct anomaly_settings anomalies;
	struct formats formats;
	int faults; /* which of "worst|all" */
};

enum { FAULTS_WORST, FAULTS_ALL };

#define SETTINGS_SETS 4

/* Fills in the sets, whose rows point into `settings`. */
void settings_sets(struct settings *settings,
    struct option_set sets[SETTINGS_SETS]);

/* How faults are looked at; the clock of machines without a clock.json. */
struct impact_settings settings_impact(const struct settings *settings);
struct machine_clock settings_clock(const struct settings *settings,
    bool is_known);

#endif
