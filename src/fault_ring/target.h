/* target.h - a server of the ring and the host that it runs on. */
#ifndef FAULT_RING_TARGET_H
#define FAULT_RING_TARGET_H

#include "fault_ring/fault.h"
#include "fault_ring/settings.h"
#include "fault_ring/vars.h"
#include "lib/net.h"
#include "lib/remote.h"

#include <stdint.h>

struct target {
	unsigned id;
	const struct server_settings *settings;
	struct remote *remote;
	struct vars vars;     /* what every script for it begins with */
	char address[128];    /* where others reach it, or "" */
	struct address ready; /* READY_ADDRESS; of length 0 when not given */
	struct remote_clock clock;
};

struct targets {
	struct target *items; /* owned, in the order of their numbers */
	size_t count;
};

/* Those servers that have a host. -1 with `err` when there is none, or a host
 * makes no sense. */
int targets_init(struct targets *targets, const struct settings *settings,
    struct err *err);
struct target *targets_find(const struct targets *targets, unsigned id);
void targets_release(struct targets *targets);

/* Sets `address` and the variables port and port_hex, from "host:port". */
void target_set_address(struct target *target, const char *address);

enum target_answer {
	TARGET_DONE,
	TARGET_REFUSED, /* `err` says why: its own words */
	TARGET_LOST,    /* `err` says what happened to the connection */
};

/* An error of remote.h without the host's name before it: our messages begin
 * with the server. */
const char *target_words(const struct target *target, const struct err *err);

/* Sends one step (shell.h); `words` as for remote_run. What it printed is in
 * result->out. */
enum target_answer target_run(struct target *target, const struct vars *vars,
    const struct fault *fault, const char *step, const char *const *words,
    int64_t timeout_ns, struct remote_result *result, struct err *err);

#endif
