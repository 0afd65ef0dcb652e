/* settings.c - see settings.h. */
#include "stress_client/settings.h"

#define ROW(flag, kind, member, ...)                                           \
	{                                                                      \
		.name = flag, .type = kind,                                    \
		.offset = offsetof(struct settings, member), __VA_ARGS__       \
	}

const struct option settings_rows[] = {
	ROW("driver", OPTION_TEXT, driver, .fallback = "cloudp2p",
	    .words = "NAME", .help = "protocol to speak: cloudp2p, null"),
	ROW("machine-id", OPTION_COUNT, machine_id, .fallback = "1",
	    .from = "1", .to = "999999",
	    .help = "number of this machine, unique in the run"),
	ROW("num-clients", OPTION_COUNT, num_clients, .fallback = "100",
	    .from = "1", .to = "1M", .help = "virtual clients on this machine"),
	ROW("requests-per-client", OPTION_COUNT, requests_per_client,
	    .fallback = "1000", .from = "1", .to = "1000000M",
	    .help = "requests of each client; no limit of their number "
	            "when only a duration is given"),
	ROW("duration", OPTION_TIME, duration_ns, .from = "1ms", .to = "720h",
	    .help = "no request starts after this time"),
	ROW("min-delay-ms", OPTION_TIME, min_delay_ns, .fallback = "100",
	    .from = "0", .to = "1h",
	    .help = "shortest pause between two requests of a client"),
	ROW("max-delay-ms", OPTION_TIME, max_delay_ns, .fallback = "2000",
	    .from = "0", .to = "1h",
	    .help = "longest pause; pauses are uniform between the two"),
	ROW("ramp-ms", OPTION_TIME, ramp_ns, .fallback = "1000", .from = "0",
	    .to = "1h",
	    .help = "the clients' first requests are spread over this time"),
	ROW("image-directory", OPTION_TEXT, image_directory,
	    .fallback = "./test_images", .words = "DIR",
	    .help = "folder with the pictures to send (png, jpg, jpeg)"),
	ROW("image-mix", OPTION_LIST, image_mix, .words = "FILE=WEIGHT",
	    .help = "how often each picture is chosen; default: all alike"),
	ROW("client-config", OPTION_CONF, client_config, .words = "FILE",
	    .help = "conf file with server addresses and time-outs"),

	ROW("metrics-output-dir", OPTION_TEXT, metrics_output_dir,
	    .fallback = "./metrics", .words = "DIR",
	    .help = "folder for the files of this run"),
	ROW("metrics-output", OPTION_TEXT, metrics_output, .words = "-",
	    .help = "-: metrics as JSON lines to stdout, not into files"),
	ROW("run-id", OPTION_TEXT, run_id, .words = "TEXT",
	    .help = "names the run where several processes share it"),
	ROW("timeline-ms", OPTION_TIME, timeline_ns, .fallback = "1000",
	    .from = "100", .to = "1m",
	    .help = "length of one interval of the timeline"),

	ROW("client-binary", OPTION_TEXT, client_binary,
	    .fallback = "./bin/stress_client", .words = "FILE",
	    .help = "the program that stress_test.sh starts"),
	ROW("processes", OPTION_COUNT, processes, .from = "1", .to = "100k",
	    .help = "processes that share the clients of this machine; "
	            "stress_test.sh: default one per core"),
	ROW("clients-per-process", OPTION_COUNT, clients_per_process,
	    .from = "1", .to = "1M",
	    .help = "lets stress_test.sh compute the number of processes"),
	ROW("process", OPTION_COUNT, process, .fallback = "0", .from = "0",
	    .to = "99999",
	    .help = "which of them this is; it runs the clients i with "
	            "(i - 1) mod processes = process"),
	ROW("threads", OPTION_COUNT, threads, .fallback = "1", .from = "1",
	    .to = "1024", .help = "threads of this process"),
	ROW("seed", OPTION_COUNT, seed, .words = "N",
	    .help = "makes pauses and choices repeatable; default: random"),
	ROW("start-at", OPTION_COUNT, start_at_unix_ms, .words = "UNIX_MS",
	    .help = "start at this moment, in milliseconds since 1970"),

	ROW("check", OPTION_FLAG, check,
	    .help = "ask every server once, say what was found, and leave"),
	ROW("progress", OPTION_FLAG, progress, .fallback = "true",
	    .help = "show how the run goes on stderr"),
	ROW("quiet", OPTION_FLAG, quiet, .help = "only errors on stderr"),
	ROW("no-color", OPTION_FLAG, no_color, .help = "no colour"),
};

const size_t settings_count = sizeof(settings_rows) / sizeof(*settings_rows);
