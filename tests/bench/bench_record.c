/* bench_record - what reading and merging the files of 10,000 clients costs,
 * apart from the disk. */
#include "lib/clock.h"
#include "lib/record.h"
#include "lib/rng.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CLIENTS  10000
#define REQUESTS 1000

/* A client with a thousand latencies over a decade and ten failures. */
static char *make_text(size_t *length)
{
	char name[] = "Machine_1_Client_42", driver[] = "cloudp2p";
	struct record_client client = { .client_name = name,
		.driver = driver,
		.machine_id = 1,
		.client_id = 42 };
	char *text = NULL;
	struct rng rng;
	FILE *stream;

	rng_init(&rng, 1, 0);
	for (int i = 0; i < REQUESTS; i++) {
		int64_t us = (int64_t)(20000 * pow(10, rng_unit(&rng)));
		struct outcome outcome = {
			.reason = i % 100 ? NULL : "request timed out",
			.operation = "task",
			.server = i % 3 ? "1" : "2",
			.service_us = us,
			.response_us = us + 50,
		};

		stats_record(&client.stats, &outcome);
	}
	stream = open_memstream(&text, length);
	if (!stream || record_write_client(stream, &client, false) ||
	    fclose(stream))
		exit(1);
	stats_clear(&client.stats);
	return text;
}

int main(void)
{
	struct stats all = { 0 };
	int64_t start, ns;
	size_t length;
	char *text = make_text(&length);
	struct err err;

	start = clock_now_ns();
	for (int i = 0; i < CLIENTS; i++) {
		struct record record;

		if (record_read(&record, text, length, &err))
			exit(1);
		stats_merge(&all, &record.as.client.stats);
		record_release(&record);
	}
	ns = clock_now_ns() - start;
	printf("a client's record:   %zu bytes\n", length);
	printf("read and merge them: %.0f /s, %d in %.2f s\n",
	    CLIENTS * (double)NS_PER_SECOND / (double)ns, CLIENTS,
	    (double)ns / (double)NS_PER_SECOND);
	stats_clear(&all);
	free(text);
	return 0;
}
