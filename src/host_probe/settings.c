#include "host_probe/settings.h"

#define ROW(...) OPTION_ROW(struct settings, __VA_ARGS__)

static const struct option rows[] = {
	ROW("interval", OPTION_TIME, interval_ns, .fallback = "1s",
	    .from = "10ms", .to = "1h", .help = "between two samples"),
	ROW("count", OPTION_COUNT, count, .from = "1", .to = "1G",
	    .help = "end after so many samples"),
	ROW("duration", OPTION_TIME, duration_ns, .from = "10ms",
	    .to = "10000h", .help = "end after so long"),
	ROW("once", OPTION_FLAG, once,
	    .help = "one sample, of the next 200 ms, for scripts"),
	ROW("until-eof", OPTION_FLAG, until_eof,
	    .help = "end when stdin does: when who started this has gone"),
	ROW("output", OPTION_TEXT, output, .words = "FILE", .fallback = "-",
	    .help = "append the samples to FILE; - is stdout"),
	ROW("process", OPTION_TEXT, process, .words = "NAME",
	    .help = "add memory, CPU and threads of all processes of that "
	            "name"),
	ROW("name", OPTION_TEXT, name,
	    .help = "of this machine in the samples; its host name unless "
	            "given"),
};

void settings_set(struct settings *settings, struct option_set *set)
{
	*set = OPTION_SET("Sampling", rows, settings);
}
