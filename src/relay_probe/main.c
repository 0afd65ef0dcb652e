/* relay_probe - what a service says of itself, a line for every poll. */
#include "lib/stop.h"
#include "relay_probe/probe.h"
#include "relay_probe/settings.h"

static int judge(struct probe *probe)
{
	if (probe->halted)
		return err_fail(&probe->err, EXIT_CANNOT);
	if (stop_signal())
		return 128 + stop_signal();
	if (probe->good > 0)
		return EXIT_PASSED;
	struct err why = probe->err;
	err_set(&probe->err, "%s: not one poll succeeded: %.300s",
	    probe->settings->url, why.text);
	return err_fail(&probe->err, EXIT_CANNOT);
}

static int run(const struct settings *settings)
{
	struct probe probe;
	int code;

	if (probe_init(&probe, settings) < 0) {
		code = err_fail(&probe.err, EXIT_CANNOT);
	} else if (!fiber_spawn(probe.loop, probe_run, &probe)) {
		err_system(&probe.err, "cannot poll");
		code = err_fail(&probe.err, EXIT_CANNOT);
	} else {
		stop_on_signals(probe.loop);
		if (loop_run(probe.loop, &probe.err) < 0)
			probe.halted = true;
		stop_on_signals(NULL);
		code = judge(&probe);
	}
	probe_release(&probe);
	return code;
}

int main(int argc, char **argv)
{
	struct settings settings = { 0 };
	struct option_set sets[SETTINGS_SETS];
	struct options options = {
		.program = "relay_probe",
		.about = "Polls a page of metrics: a line of JSON for every "
		         "poll.",
		.sets = sets,
		.set_count = SETTINGS_SETS,
	};
	struct err err;
	int operand, code;

	settings_sets(&settings, sets);
	if (options_start(&options, argc, argv, &operand, &code))
		code = settings_check(&settings, &err) < 0
		           ? err_fail(&err, EXIT_USAGE)
		           : run(&settings);
	options_release(&options);
	return err_end(code);
}
