/* fuzz_sample - reading samples: whatever is accepted is the same after it was
 * written and read again. */
#include "lib/record_sample.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
	if (!holds)
		abort();
}

static struct buf line_of(const struct record_sample *sample)
{
	struct buf line = { 0 };
	require(record_sample_write(&line, sample) == 0);
	return line;
}

static void require_survives(const struct record_sample *sample)
{
	struct buf first = line_of(sample), second;
	struct record_sample again;
	struct err err = { "" };
	/* What printable.h shows of two names may be one. */
	if (record_sample_read(&again, (const char *)first.data, first.length,
	        &err) == 0) {
		require(again.values.count == sample->values.count);
		require(again.mark_count == sample->mark_count);
		require(again.restarted == sample->restarted);
		second = line_of(&again);
		require(first.length == second.length);
		require(memcmp(first.data, second.data, first.length) == 0);
		buf_release(&second);
		record_sample_release(&again);
	} else {
		require(strstr(err.text, "duplicate") != NULL);
	}
	buf_release(&first);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct record_sample sample;
	struct err err = { "" };
	if (record_sample_read(&sample, (const char *)data, size, &err) < 0) {
		require(err.text[0] != '\0');
		return 0;
	}
	require_survives(&sample);
	record_sample_release(&sample);
	return 0;
}
