/* json_write.h - values appended as JSON, byte for byte as serde_json writes
 * them. Return 0, or -1 as buf_add. */
#ifndef WIRE_JSON_WRITE_H
#define WIRE_JSON_WRITE_H

#include "lib/buf.h"

/* With its quotes. */
int json_add_text(struct buf *out, const char *text);

/* The shortest form that reads back as the same number, always with a fraction
 * or an exponent: 20.0, 5.5, 1e21. (Some powers of two beyond 1e18 and below
 * 1e-9 come out a digit longer.) EINVAL unless it is finite. */
int json_add_f64(struct buf *out, double value);

#endif
