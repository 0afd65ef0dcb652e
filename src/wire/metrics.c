#define _GNU_SOURCE /* memmem */
#include "wire/metrics.h"

#include "lib/mem.h"
#include "wire/json_flat.h"
#include "wire/nginx_status.h"
#include "wire/prometheus.h"

#include <fnmatch.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define SLOTS_LEAST 256

/* Names that are there: a table of readings' numbers plus one, found by hash.
 */

static uint64_t hash_of(const char *name, size_t length)
{
	uint64_t hash = UINT64_C(14695981039346656037);
	for (size_t i = 0; i < length; i++)
		hash =
		    (hash ^ (unsigned char)name[i]) * UINT64_C(1099511628211);
	return hash ^ hash >> 32;
}

/* The slot of that name, or the empty one where it belongs. */
static uint32_t *find_slot(struct metrics *metrics, const char *name,
    size_t length)
{
	size_t mask = metrics->slot_count - 1;
	size_t at = hash_of(name, length) & mask;
	for (;; at = (at + 1) & mask) {
		uint32_t number = metrics->slots[at];
		if (number == 0)
			return &metrics->slots[at];
		const char *there =
		    readings_name(&metrics->readings, number - 1);
		if (strncmp(there, name, length) == 0 && !there[length])
			return &metrics->slots[at];
	}
}

static void grow_slots(struct metrics *metrics)
{
	metrics->slot_count =
	    metrics->slot_count ? 2 * metrics->slot_count : SLOTS_LEAST;
	free(metrics->slots);
	metrics->slots = mem_new(metrics->slot_count, sizeof *metrics->slots);
	for (size_t i = 0; i < metrics->readings.count; i++) {
		const char *name = readings_name(&metrics->readings, i);
		*find_slot(metrics, name, strlen(name)) = (uint32_t)i + 1;
	}
}

static bool is_wanted(const struct metrics *metrics, const char *name,
    size_t length)
{
	char text[METRICS_NAME_BYTES + 1];
	if (metrics->only_count == 0)
		return true;
	memcpy(text, name, length);
	text[length] = '\0';
	for (size_t i = 0; i < metrics->only_count; i++)
		if (fnmatch(metrics->only[i], text, 0) == 0)
			return true;
	return false;
}

void metrics_add(struct metrics *metrics, enum reading_kind kind, double value,
    const char *name, size_t length)
{
	if (length == 0 || length > METRICS_NAME_BYTES ||
	    memchr(name, '\0', length)) {
		metrics->malformed++;
		return;
	}
	if (!is_wanted(metrics, name, length))
		return;
	if (!isfinite(value)) {
		metrics->not_numbers++;
		return;
	}
	if (2 * (metrics->readings.count + 1) > metrics->slot_count)
		grow_slots(metrics);
	uint32_t *slot = find_slot(metrics, name, length);
	if (*slot) {
		metrics->twice++;
	} else if (metrics->readings.count == METRICS_MOST) {
		metrics->beyond++;
	} else {
		readings_add(&metrics->readings, kind, value, name, length);
		*slot = (uint32_t)metrics->readings.count;
	}
}

static void clear(struct metrics *metrics)
{
	readings_clear(&metrics->readings);
	metrics->format = METRICS_NONE;
	metrics->not_numbers = metrics->malformed = 0;
	metrics->beyond = metrics->twice = 0;
	if (metrics->slots)
		memset(metrics->slots, 0,
		    metrics->slot_count * sizeof *metrics->slots);
}

static bool contains(const char *page, size_t length, const char *text)
{
	return memmem(page, length, text, strlen(text)) != NULL;
}

int metrics_read(struct metrics *metrics, const char *page, size_t length,
    struct err *err)
{
	static const char begin[] = "Active connections:";
	clear(metrics);
	while (length > 0 && strchr(" \t\r\n", *page) && *page) {
		page++;
		length--;
	}
	if (length == 0)
		return err_set(err, "the page is empty");
	if (*page == '<')
		return err_set(err, "the page is %s, no metrics",
		    contains(page, length, "<?xml") ? "XML" : "HTML");
	if (*page == '{' || *page == '[') {
		metrics->format = METRICS_JSON;
		return json_flat_read(metrics, page, length, err);
	}
	if (strncmp(page, begin, sizeof begin - 1) == 0) {
		metrics->format = METRICS_NGINX;
		return nginx_status_read(metrics, page, err);
	}
	metrics->format = METRICS_PROMETHEUS;
	return prometheus_read(metrics, page, length, err);
}

void metrics_release(struct metrics *metrics)
{
	readings_release(&metrics->readings);
	free(metrics->slots);
	*metrics = (struct metrics){ 0 };
}
