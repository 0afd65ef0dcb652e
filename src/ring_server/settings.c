#include "ring_server/settings.h"

#include "lib/mem.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define AT(field) offsetof(struct settings, field)

static const struct option rows[] = {
	{ "id", OPTION_COUNT, AT(id), NULL, "1", "4294967295", "N",
	    "this server's number in the ring" },
	{ "address", OPTION_TEXT, AT(address), NULL, NULL, NULL, "HOST:PORT",
	    "where clients and peers reach this server" },
	{ "listen", OPTION_TEXT, AT(listen), NULL, NULL, NULL, "HOST:PORT",
	    "where it listens, if that is not its address" },
	{ "peers", OPTION_LIST, AT(peers), NULL, NULL, NULL, "ID@HOST:PORT",
	    "the other servers of the ring" },
	{ "heartbeat-interval", OPTION_TIME, AT(heartbeat_ns), "500ms", "1ms",
	    "1h", "TIME", "how often it says that it lives" },
	{ "monitor-interval", OPTION_TIME, AT(monitor_ns), "500ms", "1ms", "1h",
	    "TIME", "how often it checks the others and whom they follow" },
	{ "failure-timeout", OPTION_TIME, AT(failure_ns), "3s", "5ms", "1h",
	    "TIME", "a server silent for longer has failed" },
	{ "election-timeout", OPTION_TIME, AT(election_ns), "300ms", "1ms",
	    "1h", "TIME", "how long a candidate waits for objections" },
	{ "cover-image", OPTION_TEXT, AT(cover_image), NULL, NULL, NULL, "FILE",
	    "the PNG or JPEG picture to hide secrets in; without it one is "
	    "made that is large enough" },
	{ "log-file", OPTION_TEXT, AT(log_file), "-", NULL, NULL, "FILE",
	    "the log; - is stderr" },
	{ "log-level", OPTION_CHOICE, AT(log_level), "info", NULL, NULL,
	    "debug|info|warn|error", "the least that is worth a line" },
	{ "workers", OPTION_COUNT, AT(workers), "2", "1", "256", "N",
	    "threads that hide secrets in pictures" },
	{ "max-connections", OPTION_COUNT, AT(max_connections), "4000", "8",
	    "1000000", "N", "open at once; beyond, the longest idle go" },
	{ "max-task-bytes", OPTION_BYTES, AT(max_task_bytes), "256M", "1M",
	    "64G", "BYTES", "of requests taken in at once; others wait" },
	{ "stop-timeout", OPTION_TIME, AT(stop_ns), "10s", "0s", "1h", "TIME",
	    "how long a stop waits for the tasks in hand" },
	{ "ping", OPTION_FLAG, AT(ping), NULL, NULL, NULL, NULL,
	    "ask the server of this configuration whether it answers" },
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
