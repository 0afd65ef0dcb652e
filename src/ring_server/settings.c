#include "ring_server/settings.h"

#include "lib/mem.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define ROW(...) OPTION_ROW(struct settings, __VA_ARGS__)

static const struct option rows[] = {
	ROW("id", OPTION_COUNT, id, .from = "1", .to = "4294967295",
	    .help = "this server's number in the ring"),
	ROW("address", OPTION_TEXT, address, .words = "HOST:PORT",
	    .help = "where clients and peers reach this server"),
	ROW("listen", OPTION_TEXT, listen, .words = "HOST:PORT",
	    .help = "where it listens, if that is not its address"),
	ROW("peers", OPTION_LIST, peers, .words = "ID@HOST:PORT",
	    .help = "the other servers of the ring"),
	ROW("heartbeat-interval", OPTION_TIME, heartbeat_ns,
	    .fallback = "500ms", .from = "1ms", .to = "1h",
	    .help = "how often it says that it lives"),
	ROW("monitor-interval", OPTION_TIME, monitor_ns, .fallback = "500ms",
	    .from = "1ms", .to = "1h",
	    .help = "how often it checks the others and whom they follow"),
	ROW("failure-timeout", OPTION_TIME, failure_ns, .fallback = "3s",
	    .from = "5ms", .to = "1h",
	    .help = "a server silent for longer has failed"),
	ROW("election-timeout", OPTION_TIME, election_ns, .fallback = "300ms",
	    .from = "1ms", .to = "1h",
	    .help = "how long a candidate waits for objections"),
	ROW("cover-image", OPTION_TEXT, cover_image, .words = "FILE",
	    .help =
	        "the PNG or JPEG picture to hide secrets in; without it one is "
	        "made that is large enough"),
	ROW("log-file", OPTION_TEXT, log_file, .fallback = "-", .words = "FILE",
	    .help = "the log; - is stderr"),
	ROW("log-level", OPTION_CHOICE, log_level, .fallback = "info",
	    .words = "debug|info|warn|error",
	    .help = "the least that is worth a line"),
	ROW("workers", OPTION_COUNT, workers, .fallback = "2", .from = "1",
	    .to = "256", .help = "threads that hide secrets in pictures"),
	ROW("max-connections", OPTION_COUNT, max_connections,
	    .fallback = "4000", .from = "8", .to = "1000000",
	    .help = "open at once; beyond, the longest idle go"),
	ROW("max-task-bytes", OPTION_BYTES, max_task_bytes, .fallback = "256M",
	    .from = "1M", .to = "64G", .words = "BYTES",
	    .help = "of requests taken in at once; others wait"),
	ROW("stop-timeout", OPTION_TIME, stop_ns, .fallback = "10s",
	    .from = "0s", .to = "1h",
	    .help = "how long a stop waits for the tasks in hand"),
	ROW("ping", OPTION_FLAG, ping,
	    .help = "ask the server of this configuration whether it answers"),
};

struct options settings_options(struct settings *settings,
    struct option_set *set)
{
	*set = OPTION_SET("Server", rows, settings);
	return (struct options){
		.program = "ring_server",
		.about = "A node of a CloudP2P ring: it hides pictures in "
		         "pictures, and shares the work with its peers.",
		.sets = set,
		.set_count = 1,
	};
}

/* An address that clients can connect to: with a host, and not all of them. */
static int check_address(const char *key, const char *address, struct err *err)
{
	const char *colon = strrchr(address, ':');

	if (!colon || colon == address || !colon[1])
		return err_set(err,
		    "%s: '%s' is no HOST:PORT such as "
		    "127.0.0.1:8001",
		    key, address);
	if (strncmp(address, "0.0.0.0:", 8) == 0 ||
	    strncmp(address, "[::]:", 5) == 0)
		return err_set(err,
		    "%s: clients cannot connect to %s; give the address that "
		    "they reach this server by, and LISTEN=%s beside it",
		    key, address, address);
	return 0;
}

static int add_member(struct settings *settings, uint64_t id,
    const char *address, struct err *err)
{
	for (size_t i = 0; i < settings->member_count; i++) {
		if (settings->members[i].id == id)
			return err_set(err,
			    "PEERS: server %u is named twice (the list is of "
			    "the others, not of this server)",
			    settings->members[i].id);
	}
	settings->members[settings->member_count++] =
	    (struct node_member){ (uint32_t)id, address };
	return 0;
}

static int add_peer(struct settings *settings, const char *text,
    struct err *err)
{
	char *end = NULL;
	unsigned long id;

	errno = 0;
	id = strtoul(text, &end, 10);
	if (end == text || *end != '@' || text[0] < '0' || text[0] > '9' ||
	    errno || id < 1 || id > UINT32_MAX)
		return err_set(err,
		    "PEERS: '%s' is no ID@HOST:PORT such as 2@127.0.0.1:8002",
		    text);
	if (check_address("PEERS", end + 1, err) != 0)
		return -1;
	return add_member(settings, id, end + 1, err);
}

int settings_check(struct settings *settings, struct err *err)
{
	if (settings->id == 0)
		return err_set(err, "ID is missing: give this server's number, "
		                    "with --id or in a --conf file");
	if (!settings->address)
		return err_set(err, "ADDRESS is missing: give HOST:PORT, with "
		                    "--address or in a --conf file");
	if (check_address("ADDRESS", settings->address, err) != 0)
		return -1;
	if (settings->failure_ns < 2 * settings->heartbeat_ns)
		return err_set(err, "FAILURE_TIMEOUT must be at least twice "
		                    "the HEARTBEAT_INTERVAL");
	settings->members =
	    mem_new(settings->peers.count + 1, sizeof *settings->members);
	if (add_member(settings, settings->id, settings->address, err) != 0)
		return -1;
	for (size_t i = 0; i < settings->peers.count; i++) {
		if (add_peer(settings, settings->peers.items[i], err) != 0)
			return -1;
	}
	return 0;
}

void settings_release(struct settings *settings)
{
	free(settings->members);
}
