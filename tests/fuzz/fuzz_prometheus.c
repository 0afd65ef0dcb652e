/* fuzz_prometheus - pages of metrics, whatever their format: what is taken are
 * finite figures with different names, and a sample of them is read again as it
 * was written. */
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

static void require_sound(const struct figures *figures)
{
	for (size_t i = 0; i < figures->count; i++) {
		const char *name = figures_name(figures, i);
		require(*name && strlen(name) <= METRICS_NAME_BYTES);
		require(isfinite(figures->items[i].value));
		require(i >= 100 || figures_find(figures, name,
		                        figures->count) == &figures->items[i]);
	}
}

static bool is_ascii(const struct figures *figures)
{
	for (size_t i = 0; i < figures->names_length; i++)
		if (figures->names[i] & 0x80 ||
		    (figures->names[i] < ' ' && figures->names[i]) ||
		    figures->names[i] == 0x7f)
			return false;
	return true;
}

static void require_survives(const struct figures *figures)
{
	struct record_sample sample = { .source = mem_text("relay"),
		.name = mem_text("x") },
	                     again;
	struct buf line = { 0 };
	struct err err = { "" };
	for (size_t i = 0; i < figures->count; i++) {
		const char *name = figures_name(figures, i);
		figures_add(&sample.values, FIGURE_NOW, figures->items[i].value,
		    name, strlen(name));
	}
	require(record_sample_write(&line, &sample) == 0);
	require(record_sample_read(&again, (const char *)line.data, line.length,
	            &err) == 0);
	require(again.values.count == figures->count);
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
	require_sound(&metrics.figures);
	if (is_ascii(&metrics.figures))
		require_survives(&metrics.figures);
	metrics_release(&metrics);
	free(page);
	return 0;
}
