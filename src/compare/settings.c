#include "compare/settings.h"

#define ROW(...) OPTION_ROW(struct settings, __VA_ARGS__)

static const struct option comparing[] = {
	ROW("baseline", OPTION_TEXT, baseline, .words = "FOLDER",
	    .fallback = "metrics/baseline",
	    .help = "what a RUN alone is compared with, and --list marks"),
	ROW("tolerance", OPTION_SHARE, tolerance, .fallback = "5%",
	    .to = "100%", .help = "a change for the worse beyond it is exit 3"),
	ROW("failures-tolerance", OPTION_SHARE, failures_tolerance,
	    .fallback = "0.1%", .to = "100%",
	    .help = "the least that the failure rate may rise by, of all "
	            "requests"),
	ROW("phase", OPTION_TEXT, phase, .words = "NAME",
	    .help = "the phase that is compared, instead of sustained"),
	ROW("with-faults", OPTION_FLAG, with_faults,
	    .help = "the seconds of faults count among the steady ones"),
	ROW("anyway", OPTION_FLAG, anyway,
	    .help = "compare also what was configured differently"),
	ROW("resamples", OPTION_COUNT, resamples, .fallback = "2000",
	    .from = "200", .to = "100k",
	    .help = "how often each run is drawn anew for its range"),
	ROW("seed", OPTION_COUNT, seed, .fallback = "1",
	    .help = "of the drawing"),
};

static const struct option writing[] = {
	ROW("json", OPTION_FLAG, json, .help = "print JSON in place of text"),
	ROW("html", OPTION_TEXT, html, .words = "FILE",
	    .help = "write a page there, too, with both runs' curves"),
	ROW("list", OPTION_FLAG, list,
	    .help = "print a line for each RUN: verdict and figures"),
	ROW("trend", OPTION_TEXT, trend, .words = "FILE",
	    .help = "draw the figures of the listed runs on a page there"),
};

void settings_sets(struct settings *settings,
    struct option_set sets[SETTINGS_SETS])
{
	sets[0] = OPTION_SET("Comparing", comparing, settings);
	sets[1] = OPTION_SET("Writing", writing, settings);
}

struct effects_settings settings_effects(const struct settings *settings)
{
	return (struct effects_settings){
		.tolerance = settings->tolerance,
		.failures_tolerance = settings->failures_tolerance,
		.resamples = settings->resamples,
		.seed = settings->seed,
	};
}
