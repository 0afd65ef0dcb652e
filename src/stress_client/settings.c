#include "stress_client/settings.h"

#define ROW(...) OPTION_ROW(struct settings, __VA_ARGS__)

const struct option settings_rows[] = {
	ROW("driver", OPTION_TEXT, driver, .words = "NAME",
	    .help = "protocol to speak; default: what the URLs' schemes "
	            "say, and cloudp2p without a URL"),
	ROW("url", OPTION_ITEMS, url, .words = "URL",
	    .help = "what to ask; several take turns, or as often as the "
	            "weight behind each says: 'http://a/ 3'"),
	ROW("machine-id", OPTION_COUNT, machine_id, .fallback = "1",
	    .from = "1", .to = "999999",
	    .help = "number of this machine, unique in the run"),
	ROW("machines", OPTION_COUNT, machines, .fallback = "1", .from = "1",
	    .to = "999999",
	    .help = "machines 1 to N that share NUM_CLIENTS, MAX_CLIENTS and "
	            "RATE"),
	ROW("num-clients", OPTION_COUNT, num_clients, .fallback = "100",
	    .from = "1", .to = "1M", .help = "virtual clients on this machine"),
	ROW("requests-per-client", OPTION_COUNT, requests_per_client,
	    .fallback = "1000", .from = "0", .to = "1000000M",
	    .help = "requests of each client; 0, and when only a duration or "
	            "phases are given: no limit"),
	ROW("duration", OPTION_TIME, duration_ns, .from = "1ms", .to = "720h",
	    .help = "no request starts after this time"),
	ROW("min-delay-ms", OPTION_TIME, min_delay_ns, .fallback = "0",
	    .from = "0", .to = "1h",
	    .help = "shortest pause between two requests of a client"),
	ROW("max-delay-ms", OPTION_TIME, max_delay_ns, .fallback = "0",
	    .from = "0", .to = "1h", .help = "longest pause"),
	ROW("think-time", OPTION_CHOICE, think_time, .fallback = "uniform",
	    .words = "uniform|exponential",
	    .help = "how pauses are distributed: evenly between the two, or "
	            "exponentially with the same mean"),
	ROW("ramp-ms", OPTION_TIME, ramp_ns, .fallback = "1000", .from = "0",
	    .to = "1h",
	    .help = "the clients' first requests are spread over this time"),
	ROW("rate", OPTION_RATE, rate, .from = "0.001/s", .to = "10000000/s",
	    .help = "requests a second, whatever becomes of them: an open "
	            "loop"),
	ROW("arrivals", OPTION_CHOICE, arrivals, .fallback = "uniform",
	    .words = "uniform|poisson",
	    .help = "how the moments of an open loop are spaced"),
	ROW("max-clients", OPTION_COUNT, max_clients, .from = "1", .to = "1M",
	    .help = "clients that an open loop may make; default: NUM_CLIENTS, "
	            "at least 1000"),
	ROW("max-lag", OPTION_TIME, max_lag_ns, .from = "1ms", .to = "720h",
	    .help = "what an open loop could not send this long after its "
	            "moment is skipped"),
	ROW("phases", OPTION_ITEMS, phases, .words = "'NAME TIME LOAD'",
	    .help = "how the load changes: 'rampup 2m 10%..100%', of "
	            "NUM_CLIENTS or RATE"),
	ROW("scale", OPTION_SHARE, scale, .fallback = "1", .from = "0.0001",
	    .to = "1", .help = "makes all phases this much shorter"),
	ROW("stop-when", OPTION_ITEMS, stop_when, .words = "CONDITION",
	    .help = "end the run early: 'error_rate > 10% for 5s'"),
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
	ROW("host-probe", OPTION_FLAG, host_probe, .fallback = "true",
	    .help = "lets stress_test.sh sample this machine meanwhile"),
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
	ROW("threads", OPTION_COUNT, threads, .from = "1", .to = "1024",
	    .help = "threads of this process; default: the cores, shared by "
	            "the processes"),
	ROW("seed", OPTION_COUNT, seed,
	    .help = "makes pauses and choices repeatable; default: random"),
	ROW("start-at", OPTION_COUNT, start_at_unix_ms, .words = "UNIX_MS",
	    .from = "0", .to = "4000000000000",
	    .help = "start at this moment, in milliseconds since 1970"),

	ROW("generator-check", OPTION_CHOICE, generator_check, .fallback = "on",
	    .words = "on|off",
	    .help = "exit 5 where this machine, not its target, was what was "
	            "slow"),
	ROW("check", OPTION_FLAG, check,
	    .help = "ask every server once, say what was found, and leave"),
	ROW("progress", OPTION_FLAG, progress, .fallback = "true",
	    .help = "show how the run goes on stderr"),
	ROW("quiet", OPTION_FLAG, quiet, .help = "only errors on stderr"),
	ROW("no-color", OPTION_FLAG, no_color, .help = "no colour"),
};

const size_t settings_count = sizeof(settings_rows) / sizeof(*settings_rows);
