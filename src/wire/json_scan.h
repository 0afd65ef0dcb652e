/* json_scan.h - one JSON text, taken apart from the front, as strictly as
 * serde_json does (RFC 8259; integers stay integers up to 2^64 - 1).
 *
 * Works in place: texts lose their escapes and gain a NUL where they stand.
 * Every function returns 0, or -1 with `error` set; then the scan is over.
 * White space before a value is skipped. */
#ifndef WIRE_JSON_SCAN_H
#define WIRE_JSON_SCAN_H

#include <stdbool.h>
#include <stdint.h>

struct json_scan {
	char *at, *end; /* *end is there and may be written */
	unsigned depth; /* of what json_skip is in */
	const char *error;
};

/* Sets the error; returns -1. */
int json_error(struct json_scan *scan, const char *error);

/* The next byte that is not white space; 0 at the end. */
char json_peek(struct json_scan *scan);

/* Takes that byte if it is `c`. */
bool json_take(struct json_scan *scan, char c);
int json_expect(struct json_scan *scan, char c);

/* Before each member of an array or object, `first` true at the beginning: 1
 * when there is one, 0 when `close` was taken, -1 on a missing or trailing
 * comma. */
int json_next(struct json_scan *scan, bool *first, char close);

/* A text, valid UTF-8; refused if it has a NUL in it, which C cannot keep.
 * *text lies in the scanned bytes. */
int json_text(struct json_scan *scan, char **text);

/* A number as that type holds it; another one is an error. */
int json_u64(struct json_scan *scan, uint64_t *value);
int json_u32(struct json_scan *scan, uint32_t *value);
int json_f64(struct json_scan *scan, double *value); /* integers too; finite */
int json_bool(struct json_scan *scan, bool *value);
bool json_take_null(struct json_scan *scan); /* if it is next */

/* Any value, looked at no closer than serde_json does: its texts may be no
 * UTF-8. At most JSON_DEPTH arrays and objects deep. */
#define JSON_DEPTH 128
int json_skip(struct json_scan *scan);

/* Nothing but white space is left. */
int json_finish(struct json_scan *scan);

#endif
