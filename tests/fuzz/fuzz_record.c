/* fuzz_record - reading metric files: whatever is accepted keeps its
 * identities, and is the same after it was written and read again. */
#include "lib/record.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
	if (!holds)
		abort();
}

static const struct stats *stats_of(const struct record *record)
{
	return record->kind == RECORD_CLIENT ? &record->as.client.stats
	                                     : &record->as.interval.stats;
}

/* An optional histogram may be missing; writers have none that is. */
static bool is_complete(const struct stats *stats)
{
	return stats->failed_service.count == stats->failed;
}

static char *text_of(const struct record *record, size_t *length)
{
	char *text = NULL;
	FILE *stream = open_memstream(&text, length);

	require(stream);
	if (record->kind == RECORD_CLIENT)
		require(
		    record_write_client(stream, &record->as.client, true) == 0);
	else
		require(
		    record_write_interval(stream, &record->as.interval) == 0);
	require(fclose(stream) == 0);
	return text;
}

static void require_survives(const struct record *record)
{
	char *first, *second;
	size_t first_length, second_length;
	struct record again;
	struct err err;

	first = text_of(record, &first_length);
	require(record_read(&again, first, first_length, &err) == 0);
	require(again.kind == record->kind);
	second = text_of(&again, &second_length);
	require(strcmp(first, second) == 0);
	record_release(&again);
	free(first);
	free(second);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct err err = { "" };
	struct record record;

	if (record_read(&record, (const char *)data, size, &err)) {
		require(err.text[0] != '\0');
		return 0;
	}
	if (record.kind != RECORD_OTHER) {
		require(stats_check(stats_of(&record), &err) == 0);
		if (is_complete(stats_of(&record)) ||
		    (record.kind == RECORD_CLIENT && record.as.client.estimate))
			require_survives(&record);
	}
	record_release(&record);
	return 0;
}
