/* settings.h - the options of compare. */
#ifndef COMPARE_SETTINGS_H
#define COMPARE_SETTINGS_H

#include "compare/effects.h"

#include "lib/options.h"

struct settings {
	char *baseline, *phase, *html, *trend;
	double tolerance, failures_tolerance;
	bool anyway, with_faults, json, list;
	uint64_t resamples, seed;
};

#define SETTINGS_SETS 2
void settings_sets(struct settings *settings,
    struct option_set sets[SETTINGS_SETS]);

struct effects_settings settings_effects(const struct settings *settings);

#endif
