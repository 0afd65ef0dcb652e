/* collect_metrics - brings every machine's metric files here. */
#include "collect_metrics/collection.h"
#include "collect_metrics/settings.h"
#include "lib/stop.h"

static int collect(const struct settings *settings,
    const struct text_list *machines)
{
	const struct machine_settings how = { settings->ssh_config,
		settings->connect_timeout_ns, settings->collect_timeout_ns,
		settings->max_file_bytes, settings->max_files };
	struct collection collection;
	struct err err;
	int code;

	if (collection_init(&collection, machines, settings->output_dir, &how,
	        &err) != 0) {
		code = err_fail(&err, EXIT_USAGE);
	} else {
		stop_on_signals(collection.loop);
		code = collection_run(&collection);
		stop_on_signals(NULL);
	}
	collection_release(&collection);
	return stop_signal() ? 128 + stop_signal() : code;
}

static int run(const struct settings *settings, char **operands, size_t count)
{
	struct text_list named = { operands, count };
	const struct text_list *machines =
	    count ? &named : &settings->client_machines;
	struct err err;

	if (machines->count > 0)
		return collect(settings, machines);
	err_set(&err, "name the machines as user@host:/path, or in "
	              "CLIENT_MACHINES of --conf config/aggregate.conf");
	return err_fail(&err, EXIT_USAGE);
}

int main(int argc, char **argv)
{
	struct settings settings = { 0 };
	struct option_set set;
	struct options options = {
		.program = "collect_metrics",
		.operands = "[MACHINE...]",
		.about = "Brings the metric files of all machines here, at "
		         "once, and measures their clocks.",
		.sets = &set,
		.set_count = 1,
		.shares_conf = true,
	};
	int operand, code;

	settings_set(&settings, &set);
	if (options_start(&options, argc, argv, &operand, &code))
		code = run(&settings, argv + operand, (size_t)(argc - operand));
	options_release(&options);
	return err_end(code);
}
