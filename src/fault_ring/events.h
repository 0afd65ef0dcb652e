/* events.h - what happened, for people (LOG_FILE, in CloudP2P's line format,
 * and stdout) and for programs (the same name in .jsonl). A line is one write,
 * so that two runs do not mix within one. */
#ifndef FAULT_RING_EVENTS_H
#define FAULT_RING_EVENTS_H

#include "lib/err.h"

#include <stdbool.h>
#include <stdint.h>

struct events {
	int log_fd, lines_fd; /* -1: closed */
	char *log_path, *lines_path;
	const char *run_id; /* borrowed */
	bool countdown;     /* stderr is a terminal */
	bool counting;      /* a countdown stands on the terminal's line */
	bool failed;        /* a line could not be written */
};

/* Opens both for appending, making them if need be. */
int events_open(struct events *events, const char *log_file, const char *run_id,
    bool countdown, struct err *err);

/* "[2025-10-31 10:01:00] text", to stdout and the log. */
void events_say(struct events *events, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Shows, on a terminal, what is waited for; the next event takes its place. */
void events_countdown(struct events *events, const char *what,
    int64_t remaining_ns);
void events_countdown_end(struct events *events);

/* ringstorm-fault/1 (DESIGN.md). */
struct event {
	const char *name; /* "commanded", "confirmed", ... */
	int64_t unix_ms;
	unsigned number, cycle, server;
	const char *host, *fault;
	const char *pid;    /* digits, or "" */
	const char *role;   /* "leader", or "" */
	const char *detail; /* or "" */
	double clock_error_ms;
	int64_t planned_unix_ms, acted_unix_ms; /* 0: not told */
};

void events_record(struct events *events, const struct event *event);
void events_close(struct events *events);

#endif
