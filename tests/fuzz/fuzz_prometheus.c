/* fuzz_prometheus - pages of metrics, whatever their format: what is taken are
 * finite readings with different names, and a sample of them is read again as
 * it was written. */
#include "lib/mem.h"
#include "lib/record_sample.h"
#include "wire/metrics.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
	if (!holds)
		abort();
}

static void require_sound(const struct readings *readings)
{
	for (size_t i = 0; i < readings->count; i++) {
		const char *name = readings_name(readings, i);
		require(*name && strlen(name) <= METRICS_NAME_BYTES);
		require(isfinite(readings->items[i].value));
		require(i >= 100 ||
		        readings_find(readings, name, readings->count) ==
		            &readings->items[i]);
	}
}

static bool is_ascii(const struct readings *readings)
{
	for (size_t i = 0; i < readings->names_length; i++)
		if (readings->names[i] & 0x80 ||
		    (readings->names[i] < ' ' && readings->names[i]) ||
		    readings->names[i] == 0x7f)
			return false;
	return true;
}

static void require_survives(const struct readings *readings)
{
	struct record_sample sample = { .source = mem_text("relay"),
		.name = mem_text("x") },
	                     again;
	struct buf line = { 0 };
	struct err err = { "" };
	for (size_t i = 0; i < readings->count; i++) {
		const char *name = readings_name(readings, i);
		readings_add(&sample.values, READING_NOW,
		    readings->items[i].value, name, strlen(name));
	}
	require(record_sample_write(&line, &sample) == 0);
	require(record_sample_read(&again, (const char *)line.data, line.length,
	            &err) == 0);
	require(again.values.count == readings->count);
	record_sample_release(&again);
	record_sample_release(&sample);
	buf_release(&line);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct metrics metrics = { 0 };
	struct err err = { "" };
	char *page = malloc(size + 1);
	require(page);
	if (size)
		memcpy(page, data, size);
	page[size] = '\0';
	if (metrics_read(&metrics, page, size, &err) != 0)
		require(err.text[0] != '\0');
	require_sound(&metrics.readings);
	if (is_ascii(&metrics.readings))
		require_survives(&metrics.readings);
	metrics_release(&metrics);
	free(page);
	return 0;
}
