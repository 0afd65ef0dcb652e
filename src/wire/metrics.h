/* metrics.h - pages of metrics as figures: JSON flattened to names with dots,
 * Prometheus' text, nginx' stub_status. Pure; what it reads is input. */
#ifndef WIRE_METRICS_H
#define WIRE_METRICS_H

#include "lib/err.h"
#include "lib/readings.h"

#include <stddef.h>
#include <stdint.h>

#define METRICS_MOST       10000 /* figures of a page */
#define METRICS_NAME_BYTES 512

enum metrics_format {
	METRICS_NONE, /* nothing was read yet */
	METRICS_JSON,
	METRICS_PROMETHEUS,
	METRICS_NGINX,
};

/* {0} is empty and takes everything. */
struct metrics {
	const char *const *only; /* patterns of names that count; borrowed */
	size_t only_count;       /* 0: all of them */
	enum metrics_format format;
	struct readings readings;
	/* What was passed over. */
	size_t not_numbers; /* texts, null, NaN, infinities */
	size_t malformed;   /* lines, or names that are too long or too deep */
	size_t beyond;      /* more than METRICS_MOST */
	size_t twice;       /* names that were there already */
	/* metrics.c's own: which names are there. */
	uint32_t *slots;
	size_t slot_count;
};

/* Reads a page of `length` bytes, behind which a NUL stands; what was there
 * before is forgotten. Returns 0, or -1 with `err` saying what the page is
 * instead: "is HTML, no metrics". */
int metrics_read(struct metrics *metrics, const char *page, size_t length,
    struct err *err);

void metrics_release(struct metrics *metrics);

/* For the formats: takes a figure, unless it is not wanted, not finite or there
 * already. */
void metrics_add(struct metrics *metrics, enum reading_kind kind, double value,
    const char *name, size_t length);

#endif
