#include "live_view/settings.h"

#define ROW(...) OPTION_ROW(struct settings, __VA_ARGS__)

static const struct option rows[] = {
	ROW("processes", OPTION_COUNT, processes, .fallback = "1", .from = "1",
	    .to = "100k",
	    .help = "end when so many processes have written their last line"),
	ROW("planned", OPTION_COUNT, planned,
	    .help = "requests of the whole run, for the bar"),
	ROW("duration", OPTION_TIME, duration_ns, .from = "1ms", .to = "720h",
	    .help = "of the whole run, for the bar"),
	ROW("phases", OPTION_ITEMS, phases, .words = "'NAME TIME LOAD'",
	    .help = "a phase of the run, in order; only the name is shown"),
	ROW("title", OPTION_TEXT, title, .fallback = "stress test",
	    .words = "TEXT", .help = "first words of the display"),
	ROW("lines", OPTION_FLAG, lines,
	    .help = "a line every 5 s, on a terminal as well"),
	ROW("no-color", OPTION_FLAG, no_color, .help = "no colour"),
};

void settings_set(struct settings *settings, struct option_set *set)
{
	*set = OPTION_SET("Display", rows, settings);
}
