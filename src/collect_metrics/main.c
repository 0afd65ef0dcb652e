/* collect_metrics - brings every machine's metric files here. */
#include "collect_metrics/collection.h"

#include <signal.h>

struct settings {
	struct text_list client_machines;
	char *output_dir, *ssh_config;
	int64_t connect_timeout_ns, collect_timeout_ns;
	uint64_t max_file_bytes, max_files;
};

#define ROW(flag, kind, member, ...)                                           \
	{                                                                      \
		.name = flag, .type = kind,                                    \
		.offset = offsetof(struct settings, member), __VA_ARGS__       \
	}

static const struct option rows[] = {
	ROW("client-machines", OPTION_LIST, client_machines, .words = "MACHINE",
	    .help = "user@host:/path, or a folder here; unless named as "
	            "operands"),
	ROW("output-dir", OPTION_TEXT, output_dir, .words = "DIR",
	    .fallback = "./aggregated_metrics",
	    .help = "files go to DIR/collected/machine_N"),
	ROW("ssh-config", OPTION_TEXT, ssh_config, .words = "FILE",
	    .help = "instead of ~/.ssh/config"),
	ROW("connect-timeout", OPTION_TIME, connect_timeout_ns,
	    .fallback = "10s", .from = "10ms", .to = "10m",
	    .help = "until a machine lets us in, and for each of its answers"),
	ROW("collect-timeout", OPTION_TIME, collect_timeout_ns,
	    .fallback = "30m", .from = "100ms", .to = "24h",
	    .help = "for one machine in all"),
	ROW("max-file-bytes", OPTION_BYTES, max_file_bytes, .fallback = "1G",
	    .from = "1", .help = "larger files are left out"),
	ROW("max-files", OPTION_COUNT, max_files, .fallback = "1M", .from = "1",
	    .to = "100M", .help = "of one machine, metrics or not"),
};

/* What aggregate alone reads in the conf file that both share. */
#define PASSED_OVER(index, flag)                                               \
	{                                                                      \
		.name = flag, .type = OPTION_TEXT,                             \
		.offset = (index) * sizeof(char *), .words = "VALUE",          \
		.help = "passed over"                                          \
	}

static const struct option others[] = {
	PASSED_OVER(0, "run"),
	PASSED_OVER(1, "fault-events"),
	PASSED_OVER(2, "recovery-tolerance"),
	PASSED_OVER(3, "recovery-hold-secs"),
	PASSED_OVER(4, "baseline-secs"),
	PASSED_OVER(5, "clock-error-ms"),
	PASSED_OVER(6, "faults"),
};

#define OTHERS (sizeof others / sizeof *others)

static struct loop *loop; /* for the signal handler */
static volatile sig_atomic_t stopped;

static void on_signal(int signal)
{
	stopped = signal;
	loop_stop(loop);
}

static void catch_signals(void)
{
	struct sigaction action = { .sa_handler = on_signal };

	sigemptyset(&action.sa_mask);
	(void)sigaction(SIGINT, &action, NULL);
	(void)sigaction(SIGTERM, &action, NULL);
}

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
		loop = collection.loop;
		catch_signals();
		code = collection_run(&collection);
	}
	collection_release(&collection);
	return stopped ? 128 + stopped : code;
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
	char *passed_over[OTHERS] = { NULL };
	const struct option_set sets[] = {
		{ .title = "Collecting",
		    .rows = rows,
		    .count = sizeof rows / sizeof *rows,
		    .values = &settings },
		{ .title = "Of aggregate, in the same conf file",
		    .rows = others,
		    .count = OTHERS,
		    .values = passed_over },
	};
	struct options options = {
		.program = "collect_metrics",
		.operands = "[MACHINE...]",
		.about = "Brings the metric files of all machines here, at "
		         "once, and measures their clocks.",
		.sets = sets,
		.set_count = sizeof sets / sizeof *sets,
	};
	struct err err;
	int operand, code = EXIT_PASSED;

	err_program(argv[0]);
	switch (options_read(&options, argc, argv, &operand, &err)) {
	case OPTIONS_BAD:
		code = err_fail(&err, EXIT_USAGE);
		break;
	case OPTIONS_DONE:
		break;
	case OPTIONS_RUN:
		code = run(&settings, argv + operand, (size_t)(argc - operand));
		break;
	}
	options_release(&options);
	return code;
}
