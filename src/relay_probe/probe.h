/* probe.h - polls the page at even distances and tells of each poll. */
#ifndef RELAY_PROBE_PROBE_H
#define RELAY_PROBE_PROBE_H

#include "lib/appender.h"
#include "lib/fiber.h"
#include "lib/http.h"
#include "lib/record_sample.h"
#include "lib/ticker.h"
#include "relay_probe/check.h"
#include "relay_probe/process.h"
#include "relay_probe/settings.h"
#include "relay_probe/table.h"

struct probe {
	const struct settings *settings; /* borrowed */
	struct loop *loop;
	struct http_request request;
	struct http_answer answer;
	struct metrics before, now; /* pages: the last good one, and this one */
	struct process process;
	bool has_process;
	struct procfs_process found, found_before;
	int64_t process_ns; /* when it was looked at before */
	struct ticker ticker;
	struct record_sample sample;
	struct buf line;
	struct appender out; /* fd -1: none */
	struct table table;
	uint64_t polls, good;
	bool halted;    /* we cannot write; `err` says why */
	struct err err; /* or why the last poll failed */
};

/* Returns 0, or -1 with probe->err; either way probe_release it. */
int probe_init(struct probe *probe, const struct settings *settings);

/* On the loop's only fiber, until count or duration are over or the loop is
 * stopped; `arg` is the struct. */
void probe_run(void *arg);

void probe_release(struct probe *probe);

#endif
