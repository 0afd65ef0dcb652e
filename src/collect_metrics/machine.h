/* machine.h - one machine's metrics, brought to a folder here. */
#ifndef COLLECT_METRICS_MACHINE_H
#define COLLECT_METRICS_MACHINE_H

#include "lib/err.h"
#include "lib/remote.h"

#include <stdbool.h>
#include <stdint.h>

struct machine_settings {
	const char *ssh_config; /* or NULL */
	int64_t connect_timeout_ns, timeout_ns;
	uint64_t most_file_bytes, most_files;
};

enum machine_state {
	MACHINE_COLLECTED,
	MACHINE_PARTIAL, /* some files are missing */
	MACHINE_MISSING, /* `err` says why */
	MACHINE_HALTED,  /* we cannot write here; `err` says why */
};

struct machine {
	const char *words; /* "user@host:/path", or a folder of this machine */
	char *host, *folder; /* taken apart; owned */
	char *to;            /* where its files go; owned */
	const struct machine_settings *settings;

	/* What came of it. */
	enum machine_state state;
	struct err err;
	uint64_t copied, unchanged, hostile, left_out, bytes;
	struct err left_out_why; /* of the first one */
	bool has_clock;
	struct remote_clock clock;
};

/* Takes the words apart. Returns 0, or -1 with `err`. */
int machine_init(struct machine *machine, const char *words, const char *to,
    const struct machine_settings *settings, struct err *err);
void machine_release(struct machine *machine);

/* Does it all, on a fiber, and fills in what came of it. */
void machine_collect(struct machine *machine);

#endif
