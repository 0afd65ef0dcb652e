#include "fault_ring/events.h"

#include "lib/buf.h"
#include "lib/clock.h"
#include "lib/mem.h"
#include "lib/unit.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int open_append(const char *path, struct err *err)
{
	int fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0666);

	if (fd < 0)
		err_system(err, "cannot write to %s", path);
	return fd;
}

/* fault_events.log to fault_events.jsonl. */
static char *lines_path(const char *log_file)
{
	size_t length = strlen(log_file);

	if (length > 4 && strcmp(log_file + length - 4, ".log") == 0)
		length -= 4;
	return mem_format("%.*s.jsonl", (int)length, log_file);
}

int events_open(struct events *events, const char *log_file, const char *run_id,
    bool countdown, struct err *err)
{
	*events = (struct events){
		.log_fd = -1,
		.lines_fd = -1,
		.log_path = mem_text(log_file),
		.lines_path = lines_path(log_file),
		.run_id = run_id,
		.countdown = countdown,
	};
	events->log_fd = open_append(events->log_path, err);
	if (events->log_fd < 0)
		return -1;
	events->lines_fd = open_append(events->lines_path, err);
	return events->lines_fd < 0 ? -1 : 0;
}

/* A full disk is said once; the faults are healed all the same. */
static void append(struct events *events, int fd, const char *path,
    const char *text, size_t length)
{
	ssize_t written = write(fd, text, length);

	if (written == (ssize_t)length || events->failed)
		return;
	events->failed = true;
	if (written >= 0)
		errno = ENOSPC;
	err_warn("cannot write to %s: %s; what follows may be missing there",
	    path, strerror(errno));
}

void events_say(struct events *events, const char *format, ...)
{
	char text[1024], stamp[CLOCK_STAMP];
	struct buf line = { 0 };
	va_list arguments;

	events_countdown_end(events);
	va_start(arguments, format);
	vsnprintf(text, sizeof text, format, arguments);
	va_end(arguments);
	clock_stamp(stamp, clock_unix_ms());
	buf_add_format(&line, "[%s] %s\n", stamp, text);
	fwrite(line.data, 1, line.length, stdout);
	fflush(stdout);
	append(events, events->log_fd, events->log_path,
	    (const char *)line.data, line.length);
	buf_release(&line);
}

void events_countdown(struct events *events, const char *what,
    int64_t remaining_ns)
{
	int64_t seconds = (remaining_ns + NS_PER_SECOND - 1) / NS_PER_SECOND;
	char text[UNIT_TEXT];

	if (!events->countdown)
		return;
	unit_duration(text, seconds * NS_PER_SECOND);
	if (seconds < 60)
		snprintf(text, sizeof text, "%" PRId64 " s", seconds);
	fprintf(stderr, "\r  %s in %s \033[K", what, text);
	fflush(stderr);
	events->counting = true;
}

void events_countdown_end(struct events *events)
{
	if (!events->counting)
		return;
	fputs("\r\033[K", stderr);
	fflush(stderr);
	events->counting = false;
}

/* What another machine said may be anything; JSON is UTF-8. */
static json_t *text_value(const char *text)
{
	json_t *value = json_string(text);
	char *plain;

	if (value)
		return value;
	plain = mem_text(text);
	for (char *c = plain; *c; c++)
		*c = (unsigned char)*c < 0x80 ? *c : '?';
	value = json_string(plain);
	free(plain);
	return value;
}

void events_record(struct events *events, const struct event *event)
{
	json_t *object = json_pack("{ss ss sI si si si so ss ss sI so sf}",
	    "schema", "ringstorm-fault/1", "run_id", events->run_id,
	    "t_unix_ms", (json_int_t)event->unix_ms, "number",
	    (int)event->number, "cycle", (int)event->cycle, "server",
	    (int)event->server, "host", text_value(event->host), "fault",
	    event->fault, "event", event->name, "pid",
	    (json_int_t)strtoll(event->pid, NULL, 10), "detail",
	    text_value(event->detail), "clock_error_ms", event->clock_error_ms);
	char *text;

	if (*event->role)
		json_object_set_new(object, "role", json_string(event->role));
	if (event->planned_unix_ms != 0)
		json_object_set_new(object, "planned_unix_ms",
		    json_integer((json_int_t)event->planned_unix_ms));
	if (event->acted_unix_ms != 0)
		json_object_set_new(object, "acted_unix_ms",
		    json_integer((json_int_t)event->acted_unix_ms));
	text = json_dumps(object, JSON_COMPACT | JSON_REAL_PRECISION(6));
	json_decref(object);
	if (text) {
		char *line = mem_format("%s\n", text);
		append(events, events->lines_fd, events->lines_path, line,
		    strlen(line));
		free(line);
	}
	free(text);
}

void events_close(struct events *events)
{
	events_countdown_end(events);
	if (events->log_fd >= 0)
		close(events->log_fd);
	if (events->lines_fd >= 0)
		close(events->lines_fd);
	free(events->log_path);
	free(events->lines_path);
}
