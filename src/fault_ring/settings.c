#include "fault_ring/settings.h"

#define ROW(...) OPTION_ROW(struct settings, __VA_ARGS__)

static const struct option plan_rows[] = {
	ROW("fault-interval-secs", OPTION_TIME, fault_interval_ns,
	    .fallback = "30", .from = "0", .to = "24h",
	    .help = "from one server's recovery to the next fault"),
	ROW("restart-delay-secs", OPTION_TIME, restart_delay_ns,
	    .fallback = "10", .from = "0", .to = "24h",
	    .help = "how long a fault lasts"),
	ROW("num-cycles", OPTION_COUNT, num_cycles, .fallback = "3",
	    .from = "1", .to = "10k", .help = "rounds over all servers"),
	ROW("start-after", OPTION_TIME, start_after_ns, .fallback = "0s",
	    .from = "0s", .to = "24h",
	    .help = "from the start to the first "
	            "fault"),
	ROW("pattern", OPTION_CHOICE, pattern, .fallback = "ring",
	    .words = "ring|random|simultaneous|schedule",
	    .help = "in order; in a new random order each cycle; several at "
	            "once; as a file says"),
	ROW("count", OPTION_COUNT, count, .fallback = "2", .from = "1",
	    .to = "64", .help = "servers at once (simultaneous)"),
	ROW("seed", OPTION_COUNT, seed,
	    .help = "makes a random order repeatable; default: random, and "
	            "printed"),
	ROW("schedule", OPTION_TEXT, schedule, .words = "FILE",
	    .help = "lines such as: at +30s kill 2 for 10s"),
};

static const struct option fault_rows[] = {
	ROW("fault", OPTION_TEXT, fault, .fallback = "kill", .words = "NAME",
	    .help = "kill, term, pause, slow, partition, loss, reset, rate, "
	            "delay or command"),
	ROW("slow-share", OPTION_SHARE, slow_share, .fallback = "80%",
	    .from = "5%", .to = "95%",
	    .help = "slow: stopped for this share of every 100 ms"),
	ROW("partition-from", OPTION_CHOICE, partition_from, .fallback = "both",
	    .words = "peers|clients|both",
	    .help = "partition: whose traffic is dropped"),
	ROW("loss", OPTION_SHARE, loss, .fallback = "30%", .from = "0.1%",
	    .to = "100%", .help = "loss: share of packets dropped"),
	ROW("rate", OPTION_BYTES, rate_bytes_per_second, .fallback = "128k",
	    .from = "1k", .to = "10G",
	    .help = "rate: bytes a second that the server may send"),
	ROW("delay-ms", OPTION_TIME, delay_ns, .fallback = "100", .from = "0",
	    .to = "1m", .help = "delay: added to what the server sends"),
	ROW("jitter-ms", OPTION_TIME, jitter_ns, .fallback = "0", .from = "0",
	    .to = "1m", .help = "delay: give or take"),
	ROW("apply-command", OPTION_TEXT, apply_command, .words = "COMMAND",
	    .help = "command: makes the fault; runs in the work folder with "
	            "SERVER_ID set"),
	ROW("confirm-command", OPTION_TEXT, confirm_command, .words = "COMMAND",
	    .help = "command: succeeds once the fault is there"),
	ROW("heal-command", OPTION_TEXT, heal_command, .words = "COMMAND",
	    .help = "command: undoes it; harmless when repeated"),
	ROW("healed-command", OPTION_TEXT, healed_command, .words = "COMMAND",
	    .help = "command: succeeds once the fault is gone"),
};

static const struct option care_rows[] = {
	ROW("max-down", OPTION_COUNT, max_down, .fallback = "1", .from = "1",
	    .to = "64", .help = "never more servers with a fault than this"),
	ROW("allow-overlap", OPTION_FLAG, allow_overlap,
	    .help = "a fault need not wait until the one before is healed"),
	ROW("undo-margin-secs", OPTION_TIME, undo_margin_ns, .fallback = "15",
	    .from = "1", .to = "1h",
	    .help = "a server heals itself so long after its fault's end"),
	ROW("confirm-timeout-secs", OPTION_TIME, confirm_timeout_ns,
	    .fallback = "15", .from = "1", .to = "10m",
	    .help = "a fault not seen by then is unconfirmed"),
	ROW("recovery-timeout-secs", OPTION_TIME, recovery_timeout_ns,
	    .fallback = "30", .from = "1", .to = "1h",
	    .help = "a server not back by then has failed"),
	ROW("ready-command", OPTION_TEXT, ready_command, .words = "COMMAND",
	    .help = "run here; succeeds when the service is whole again"),
	ROW("leader-command", OPTION_TEXT, leader_command, .words = "COMMAND",
	    .help = "run here before each fault; prints the number of the "
	            "server that leads"),
	ROW("log-file", OPTION_TEXT, log_file, .fallback = "./fault_events.log",
	    .words = "FILE",
	    .help = "events for people; those for programs are beside it in "
	            ".jsonl"),
	ROW("run-id", OPTION_TEXT, run_id, .words = "TEXT",
	    .help = "names the run in the events"),
	ROW("dry-run", OPTION_FLAG, dry_run,
	    .help = "print every command that would be sent, and send none"),
	ROW("heal", OPTION_FLAG, heal,
	    .help = "undo what is left of faults on all servers, and leave"),
	ROW("quiet", OPTION_FLAG, quiet, .help = "only events and errors"),
	ROW("no-color", OPTION_FLAG, no_color, .help = "no countdown"),
};

#define SERVER_ROW(flag, member, word, text)                                   \
	OPTION_ROW(struct server_settings, flag, OPTION_TEXT, member,          \
	    .words = word, .help = text)

static const struct option server_rows[] = {
	SERVER_ROW("host", host, "HOST",
	    "user@host, user@host:port, an alias of ~/.ssh/config, or local"),
	SERVER_ROW("config", config, "FILE",
	    "its configuration, by which its process is known"),
	SERVER_ROW("work-dir", work_dir, "DIR",
	    "where it works; its other paths may be relative to it"),
	SERVER_ROW("binary", binary, "FILE",
	    "its program (default ./bin/ring_server)"),
	SERVER_ROW("start-command", start_command, "COMMAND",
	    "default ./scripts/start_server.sh N if it is there, else the "
	    "binary with its configuration"),
	SERVER_ROW("stop-command", stop_command, "COMMAND",
	    "what term does; default SIGTERM"),
	SERVER_ROW("pid-file", pid_file, "FILE", "default logs/server_N.pid"),
	SERVER_ROW("ready-address", ready_address, "HOST:PORT",
	    "must take connections from here before it counts as up"),
};

struct options settings_options(struct settings *settings,
    struct option_set sets[SETTINGS_SETS])
{
	sets[0] = OPTION_SET("Pattern", plan_rows, settings);
	sets[1] = OPTION_SET("Fault", fault_rows, settings);
	sets[2] = OPTION_SET("Care", care_rows, settings);
	sets[3] = OPTION_SET("Server", server_rows, settings->servers);
	sets[3].family = "server";
	sets[3].size = sizeof *settings->servers;
	return (struct options){
		.program = "fault_ring",
		.about = "Breaks the servers of a ring one after the other, "
		         "sees that they broke, mends them and sees that they "
		         "are whole.",
		.sets = sets,
		.set_count = SETTINGS_SETS,
	};
}
