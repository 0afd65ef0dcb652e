/* record_sample.h - "ringstorm-sample/1": the figures of a machine or of a
 * service at one moment, one line of probe_NAME.jsonl or host_NAME.jsonl. */
#ifndef LIB_RECORD_SAMPLE_H
#define LIB_RECORD_SAMPLE_H

#include "lib/buf.h"
#include "lib/err.h"
#include "lib/readings.h"

#include <stdbool.h>
#include <stdint.h>

/* A figure that cannot be right, or one that must be known to read it. */
struct record_mark {
	char *name, *why; /* owned */
};

/* {0} is empty. */
struct record_sample {
	char *source; /* "relay", "host"; owned */
	char *name;   /* whose: "client1"; owned */
	int64_t t_unix_ms;
	struct readings values;
	char *failed;   /* why there are none, or NULL; owned */
	bool restarted; /* counters begin anew with this one */
	struct record_mark *marks;
	size_t mark_count;
};

/* Says of a figure why it cannot be right. */
void record_sample_mark(struct record_sample *sample, const char *name,
    const char *format, ...) __attribute__((format(printf, 3, 4)));

/* Makes it fit for the next moment: all but source and name is forgotten. */
void record_sample_clear(struct record_sample *sample);
void record_sample_release(struct record_sample *sample);

/* Appends one line with its newline. A value that is no finite number is left
 * out. Returns 0, or -1 with errno. */
int record_sample_write(struct buf *to, const struct record_sample *sample);

/* Whether a line looks like one, without reading all of it. */
bool record_sample_is(const char *line, size_t length);

/* Reads one line. What is read is input: at most 10,100 values, names of at
 * most 1,024 bytes, times within 10^15; control characters are shown as
 * printable.h says. Returns 0, or -1 with `err`; then it owns nothing. */
int record_sample_read(struct record_sample *sample, const char *line,
    size_t length, struct err *err);

#endif
