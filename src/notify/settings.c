#include "notify/settings.h"

#define HOOK(...)    OPTION_ROW(struct settings, __VA_ARGS__)
#define NIGHTLY(...) OPTION_ROW(struct nightly, __VA_ARGS__)

static const struct option hook_rows[] = {
	HOOK("notify-url", OPTION_TEXT, url, .words = "URL",
	    .help = "of the web hook; a secret, so better as NOTIFY_URL in a "
	            "conf file or in the environment than as a flag"),
	HOOK("attempts", OPTION_COUNT, attempts, .fallback = "5", .from = "1",
	    .to = "20", .help = "before it is given up"),
	HOOK("backoff", OPTION_TIME, backoff_ns, .fallback = "1s",
	    .from = "1ms", .to = "10m",
	    .help = "before the second attempt; twice as long before each "
	            "further one, or as long as the hook asks for"),
	HOOK("timeout", OPTION_TIME, timeout_ns, .fallback = "10s",
	    .from = "10ms", .to = "10m", .help = "of one attempt"),
	HOOK("proxy", OPTION_TEXT, proxy, .words = "URL",
	    .help = "by which the web hook is reached"),
	HOOK("cacert", OPTION_TEXT, cacert, .words = "FILE",
	    .help = "PEM file: whom to trust instead of those whom the system "
	            "trusts"),
};

static const struct option nightly_rows[] = {
	NIGHTLY("notify-mail", OPTION_TEXT, mail, .words = "ADDRESS",
	    .help = "who gets a mail, by sendmail"),
	NIGHTLY("notify-when", OPTION_CHOICE, when, .words = "wrong|always",
	    .fallback = "wrong",
	    .help = "when something is wrong, or was in the run before; or "
	            "after each run"),
	NIGHTLY("keep", OPTION_COUNT, keep, .fallback = "14", .from = "1",
	    .to = "10k", .help = "runs; older ones are removed"),
	NIGHTLY("baseline", OPTION_TEXT, baseline, .words = "FOLDER",
	    .fallback = "metrics/baseline",
	    .help = "the run to compare with; the first that passes, where "
	            "there is none"),
	NIGHTLY("test-options", OPTION_ITEMS, test_options, .words = "WORD",
	    .help = "an option of full_test.sh, or its value"),
	NIGHTLY("compare-options", OPTION_ITEMS, compare_options,
	    .words = "WORD", .help = "an option of compare, or its value"),
};

void settings_sets(struct settings *settings, struct nightly *nightly,
    struct option_set sets[SETTINGS_SETS])
{
	sets[0] = OPTION_SET("The message", hook_rows, settings);
	sets[1] = OPTION_SET("Of nightly.sh, in the same conf file",
	    nightly_rows, nightly);
}
