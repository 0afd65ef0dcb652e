#include "cost/settings.h"

#define ROW(...) OPTION_ROW(struct settings, __VA_ARGS__)

static const struct option test_rows[] = {
	ROW("machines", OPTION_COUNT, machines, .fallback = "1", .to = "100k",
	    .help = "client machines"),
	ROW("time", OPTION_TIME, time_ns, .from = "1ms", .to = "10000h",
	    .help = "of the test; without it, the cost of an hour"),
	ROW("number", OPTION_FLAG, number,
	    .help = "print the amount alone, for scripts"),
};

static const struct option price_rows[] = {
	ROW("machine-type", OPTION_TEXT, machine_type, .words = "TYPE",
	    .help = "of the client machines; without it they cost nothing"),
	ROW("spot", OPTION_FLAG, spot, .help = "at the spot price"),
	ROW("other-machines", OPTION_ITEMS, other_machines, .words = "'TYPE N'",
	    .help = "that are there for the test besides: servers, a "
	            "controller; the flag once for each type"),
	ROW("setup-time", OPTION_TIME, setup_ns, .fallback = "0s", .to = "240h",
	    .help = "paid besides the time of the test"),
	ROW("max-cost", OPTION_TEXT, max_cost, .words = "AMOUNT",
	    .help = "exit 2 when it is more"),
	ROW("currency", OPTION_TEXT, currency, .fallback = "$",
	    .help = "before each amount"),
	ROW("prices", OPTION_ITEMS, prices, .words = "'TYPE PRICE SPOT'",
	    .help = "of a type, per hour, on demand and at the spot price; the "
	            "flag once for each"),
};

void settings_sets(struct settings *settings,
    struct option_set sets[SETTINGS_SETS])
{
	sets[0] = OPTION_SET("The test", test_rows, settings);
	sets[1] = OPTION_SET("Prices", price_rows, settings);
}
