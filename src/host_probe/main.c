/* host_probe - what this machine does, a line for every interval. */
#include "host_probe/ends.h"
#include "host_probe/host.h"
#include "host_probe/settings.h"
#include "lib/appender.h"
#include "lib/clock.h"
#include "lib/mem.h"
#include "lib/record_sample.h"
#include "lib/ticker.h"

#include <stdlib.h>
#include <sys/utsname.h>

#define ONCE_NS (NS_PER_SECOND / 5)

static char *machine_name(const char *given)
{
	struct utsname system;
	if (given)
		return mem_text(given);
	return mem_text(uname(&system) < 0 ? "unknown" : system.nodename);
}

static int write_sample(struct record_sample *sample, struct host *host,
    struct ticker *ticker, struct buf *line, struct appender *out,
    struct err *err)
{
	record_sample_clear(sample);
	sample->t_unix_ms = clock_unix_ms();
	host_sample(host, &sample->values);
	if (ticker->missed)
		readings_add_format(&sample->values, READING_NOW,
		    (double)ticker->missed, "missed_samples");
	ticker->missed = 0;
	if (record_sample_write(line, sample) < 0)
		return err_system(err, "cannot write a sample");
	return appender_write(out, line, err);
}

/* Returns the exit code. */
static int probe(const struct settings *settings, const struct ends *ends,
    struct appender *out)
{
	struct ticker ticker = {
		.interval_ns = settings->once ? ONCE_NS : settings->interval_ns
	};
	struct record_sample sample = { .source = mem_text("host"),
		.name = machine_name(settings->name) };
	uint64_t count = settings->once ? 1 : settings->count;
	int64_t end_ns = CLOCK_NEVER;
	struct host host;
	struct buf line = { 0 };
	struct err err;
	int code = EXIT_PASSED;

	host_init(&host, "", settings->process);
	ticker.start_ns = clock_now_ns();
	if (settings->duration_ns)
		end_ns = ticker.start_ns + settings->duration_ns;
	for (uint64_t n = 0; code == EXIT_PASSED && (!count || n < count);
	     n++) {
		int64_t next_ns = ticker_next(&ticker, clock_now_ns());
		if (next_ns > end_ns)
			break;
		int signal;
		enum woken woken = ends_wait_until(ends, next_ns, &signal);
		if (woken == WOKEN_BY_END)
			break;
		if (woken == WOKEN_BY_SIGNAL)
			code = 128 + signal;
		else if (write_sample(&sample, &host, &ticker, &line, out,
		             &err) < 0)
			code = err_fail(&err, EXIT_CANNOT);
	}
	buf_release(&line);
	host_release(&host);
	record_sample_release(&sample);
	return code;
}

static int run(const struct settings *settings)
{
	struct appender out;
	struct ends ends;
	struct err err;
	if (appender_open(&out, settings->output, &err) < 0 ||
	    ends_init(&ends, settings->until_eof, &err) < 0)
		return err_fail(&err, EXIT_CANNOT);
	int code = probe(settings, &ends, &out);
	ends_release(&ends);
	appender_close(&out);
	return code;
}

int main(int argc, char **argv)
{
	struct settings settings = { 0 };
	struct option_set set;
	struct options options = {
		.program = "host_probe",
		.about = "Samples this machine: a line of JSON for every "
		         "interval.",
		.sets = &set,
		.set_count = 1,
	};
	int operand, code;

	settings_set(&settings, &set);
	if (options_start(&options, argc, argv, &operand, &code))
		code = run(&settings);
	options_release(&options);
	return err_end(code);
}
