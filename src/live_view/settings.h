/* settings.h - what live_view can be told. */
#ifndef LIVE_VIEW_SETTINGS_H
#define LIVE_VIEW_SETTINGS_H

#include "lib/options.h"

#include <stdbool.h>
#include <stdint.h>

struct settings {
	uint64_t processes, planned;
	int64_t duration_ns;
	struct text_list phases;
	char *title;
	bool no_color, lines;
};

/* The table of all flags and conf keys, which fill in `settings`. */
void settings_set(struct settings *settings, struct option_set *set);

#endif
