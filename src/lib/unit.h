/* unit.h - quantities as people write and read them. */
#ifndef LIB_UNIT_H
#define LIB_UNIT_H

#include <stdint.h>

enum unit {
	UNIT_NONE,    /* a count: 100, 4k (1,000s), 2M */
	UNIT_BYTES,   /* 4096, 64k, 2M, 1G (1,024s) */
	UNIT_NS,      /* 10us, 250ms, 10s, 5m, 1h; a bare number is refused */
	UNIT_MS,      /* the same; a bare number is milliseconds */
	UNIT_SECONDS, /* the same; a bare number is seconds */
	UNIT_PER_SECOND, /* 5000, 5000/s, 90/m */
	UNIT_SHARE,      /* 80%, or 0.8 */
};

/* Reads the whole of `text`. Times come out in nanoseconds whatever the bare
 * number meant, shares as 0..1. Returns 0, or -1 when `text` is not one
 * non-negative finite quantity of that unit. */
int unit_parse(const char *text, enum unit unit, double *value);

/* What unit_parse takes, for error messages: "a time such as 250ms". */
const char *unit_words(enum unit unit);

/* Writers. Each fills `out` (at least UNIT_TEXT bytes) and returns it. */
#define UNIT_TEXT 40
char *unit_count(char *out, uint64_t n);                 /* 300,000 */
char *unit_decimal(char *out, double value, int digits); /* 8,234.56 */
/* In milliseconds; below one to the microsecond. */
char *unit_ms(char *out, double us, int digits); /* 12.34, 0.045 */
char *unit_bytes(char *out, uint64_t bytes);     /* 1.4 MB */
char *unit_duration(char *out, int64_t ns);      /* 7m 20s, 4.1 s */

#endif
