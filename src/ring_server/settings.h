/* settings.h - the configuration of a node: flags and conf keys. */
#ifndef RING_SERVER_SETTINGS_H
#define RING_SERVER_SETTINGS_H

#include "lib/err.h"
#include "lib/options.h"
#include "ring_server/node.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct settings {
	uint64_t id;
	char *address, *listen; /* listen NULL: where `address` says */
	struct text_list peers; /* "2@127.0.0.1:8002" */
	int64_t heartbeat_ns, monitor_ns, failure_ns, election_ns;
	char *cover_image; /* NULL: a generated carrier */
	char *log_file;
	int log_level;
	uint64_t workers, max_connections, max_task_bytes;
	int64_t stop_ns;
	bool ping;

	/* From the above, by settings_check. */
	struct node_member *members; /* [0] is this node */
	size_t member_count;
};

/* The option table, filling `settings`. */
struct options settings_options(struct settings *settings,
    struct option_set *set);

/* Checks what no single row can, and fills in the members. Returns 0, or -1
 * with `err`. */
int settings_check(struct settings *settings, struct err *err);
void settings_release(struct settings *settings);

#endif
