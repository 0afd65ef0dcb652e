#include "lib/record.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib/interval_text.h"

static void request(struct stats *stats, const char *reason, int64_t us)
{
	struct outcome outcome = { .reason = reason,
		.operation = "task",
		.server = us % 2 ? "1" : "2",
		.service_us = us,
		.response_us = us + 10,
		.bytes_sent = 1000,
		.bytes_received = 2000 };

	stats_record(stats, &outcome);
}

static struct record_client make_client(void)
{
	struct record_client client = { .run_id = strdup("7f3a"),
		.client_name = strdup("Machine_1_Client_42"),
		.driver = strdup("null"),
		.machine_id = 1,
		.client_id = 42,
		.process = 3,
		.start_unix_ms = 1761904800123,
		.duration_seconds = 12.5 };

	request(&client.stats, NULL, 1235);
	request(&client.stats, NULL, 45230);
	request(&client.stats, "connection refused", 77);
	stats_skip(&client.stats, 4);
	return client;
}

static void release_client(struct record_client *client)
{
	struct record record = { .kind = RECORD_CLIENT, .as.client = *client };

	record_release(&record);
}

static char *client_text(const struct record_client *client, bool compact)
{
	char *text = NULL;
	size_t length;
	FILE *stream = open_memstream(&text, &length);

	assert_non_null(stream);
	assert_int_equal(record_write_client(stream, client, compact), 0);
	assert_int_equal(fclose(stream), 0);
	return text;
}

/* `text` with its first `from` replaced, to be freed. */
static char *with(const char *text, const char *from, const char *to)
{
	const char *at = strstr(text, from);
	size_t size = strlen(text) + strlen(to) + 1;
	char *changed = malloc(size);

	if (!at)
		fail_msg("%s is not in the record", from);
	assert_non_null(changed);
	snprintf(changed, size, "%.*s%s%s", (int)(at - text), text, to,
	    at + strlen(from));
	return changed;
}

static void assert_refused(const char *text, const char *words)
{
	struct record record;
	struct err err = { "" };

	assert_int_equal(record_read(&record, text, strlen(text), &err), -1);
	if (!strstr(err.text, words))
		fail_msg("\"%s\" does not say \"%s\"", err.text, words);
	record_release(&record); /* harmless after a refusal */
}

/* A client's record with one change is refused with these words. */
static void assert_change_refused(const char *from, const char *to,
    const char *words)
{
	struct record_client client = make_client();
	char *text = client_text(&client, true);
	char *changed = with(text, from, to);

	assert_refused(changed, words);
	free(changed);
	free(text);
	release_client(&client);
}

static void assert_same_counts(const struct counts *a, const struct counts *b)
{
	assert_int_equal(a->length, b->length);
	for (size_t i = 0; i < a->length; i++) {
		assert_string_equal(a->items[i].name, b->items[i].name);
		assert_int_equal(a->items[i].n, b->items[i].n);
	}
}

static void assert_same_histogram(const struct histogram *a,
    const struct histogram *b)
{
	char *text_a = histogram_encode(a), *text_b = histogram_encode(b);

	assert_string_equal(text_a, text_b);
	free(text_a);
	free(text_b);
}

static void assert_same_operations(const struct stats *a, const struct stats *b)
{
	assert_int_equal(a->operations.length, b->operations.length);
	for (size_t i = 0; i < a->operations.length; i++) {
		const struct operation *of_a = &a->operations.items[i];
		const struct operation *of_b = &b->operations.items[i];
		assert_string_equal(of_a->name, of_b->name);
		assert_int_equal(of_a->ok, of_b->ok);
		assert_int_equal(of_a->failed, of_b->failed);
		if (a->service.count == 0)
			continue; /* an estimate */
		assert_same_histogram(stats_operation_service(a, of_a),
		    stats_operation_service(b, of_b));
		assert_same_histogram(stats_operation_response(a, of_a),
		    stats_operation_response(b, of_b));
	}
}

static void assert_same_stats(const struct stats *a, const struct stats *b)
{
	assert_int_equal(a->planned, b->planned);
	assert_int_equal(a->sent, b->sent);
	assert_int_equal(a->skipped, b->skipped);
	assert_int_equal(a->ok, b->ok);
	assert_int_equal(a->failed, b->failed);
	assert_int_equal(a->retries, b->retries);
	assert_int_equal(a->bytes_sent, b->bytes_sent);
	assert_int_equal(a->bytes_received, b->bytes_received);
	assert_same_counts(&a->servers, &b->servers);
	assert_same_counts(&a->reasons, &b->reasons);
	assert_same_operations(a, b);
	assert_same_histogram(&a->service, &b->service);
	assert_int_equal(a->response_apart, b->response_apart);
	assert_same_histogram(stats_response(a), stats_response(b));
	assert_same_histogram(&a->failed_service, &b->failed_service);
}

static void read_back(struct record *record, const char *text)
{
	struct err err = { "" };

	if (record_read(record, text, strlen(text), &err))
		fail_msg("%s", err.text);
}

/* ---- a client's record ---- */

static void a_client_is_read_as_it_was_written(void **state)
{
	struct record_client client = make_client();
	struct record record;

	(void)state;
	for (int compact = 0; compact < 2; compact++) {
		char *text = client_text(&client, compact);

		read_back(&record, text);
		assert_int_equal(record.kind, RECORD_CLIENT);
		assert_string_equal(record.as.client.run_id, "7f3a");
		assert_string_equal(record.as.client.client_name,
		    "Machine_1_Client_42");
		assert_string_equal(record.as.client.driver, "null");
		assert_int_equal(record.as.client.machine_id, 1);
		assert_int_equal(record.as.client.client_id, 42);
		assert_int_equal(record.as.client.process, 3);
		assert_int_equal(record.as.client.start_unix_ms, 1761904800123);
		assert_true(record.as.client.duration_seconds == 12.5);
		assert_false(record.as.client.estimate);
		assert_same_stats(&record.as.client.stats, &client.stats);
		record_release(&record);
		free(text);
	}
	release_client(&client);
}

static void a_client_has_its_keys_in_order_and_two_decimals(void **state)
{
	static const char *const expected =
	    "{\n"
	    "  \"schema\": \"ringstorm-client/1\",\n"
	    "  \"run_id\": \"7f3a\",\n"
	    "  \"client_name\": \"Machine_1_Client_42\",\n"
	    "  \"machine_id\": 1,\n"
	    "  \"client_id\": 42,\n"
	    "  \"process\": 3,\n"
	    "  \"driver\": \"null\",\n"
	    "  \"loop\": \"closed\",\n"
	    "  \"start_unix_ms\": 1761904800123,\n"
	    "  \"test_duration_secs\": 12.5,\n"
	    "  \"aggregated_stats\": {\n"
	    "    \"total_requests\": 3,\n"
	    "    \"successful_requests\": 2,\n"
	    "    \"failed_requests\": 1,\n"
	    "    \"failure_rate\": 33.3333,\n"
	    "    \"planned_requests\": 7,\n"
	    "    \"sent_requests\": 3,\n"
	    "    \"skipped_requests\": 4,\n"
	    "    \"retries\": 0,\n"
	    "    \"bytes_sent\": 3000,\n"
	    "    \"bytes_received\": 6000,\n"
	    "    \"latency_min_ms\": 1.24,\n"
	    "    \"latency_avg_ms\": 23.23,\n"
	    "    \"latency_max_ms\": 45.25,\n"
	    "    \"latency_p50_ms\": 1.24,\n"
	    "    \"latency_p95_ms\": 45.25,\n"
	    "    \"latency_p99_ms\": 45.25,\n"
	    "    \"server_distribution\": {\n"
	    "      \"1\": 2,\n"
	    "      \"2\": 1\n"
	    "    },\n"
	    "    \"failure_reasons\": {\n"
	    "      \"connection refused\": 1\n"
	    "    },\n"
	    "    \"operations\": {\n"
	    "      \"task\": {\n"
	    "        \"ok\": 2,\n"
	    "        \"failed\": 1\n"
	    "      }\n"
	    "    }\n"
	    "  },\n"
	    "  \"histograms\": {\n"
	    "    \"service\": \"HISTFAAA";
	struct record_client client = make_client();
	char *text = client_text(&client, false);

	(void)state;
	text[strlen(expected)] = '\0';
	assert_string_equal(text, expected);
	free(text);
	release_client(&client);
}

static void a_compact_client_is_one_line(void **state)
{
	struct record_client client = make_client();
	char *text = client_text(&client, true);

	(void)state;
	assert_ptr_equal(strchr(text, '\n'), text + strlen(text) - 1);
	free(text);
	release_client(&client);
}

static void a_client_without_requests_is_whole(void **state)
{
	struct record_client client = { .client_name = strdup("x") };
	char *text = client_text(&client, false);
	struct record record;

	(void)state;
	read_back(&record, text);
	assert_int_equal(record.as.client.stats.planned, 0);
	assert_null(record.as.client.run_id);
	assert_null(record.as.client.driver);
	record_release(&record);
	free(text);
	release_client(&client);
}

static void what_is_the_same_is_written_once(void **state)
{
	struct record_client client = { .client_name = strdup("x"),
		.open_loop = true };
	struct outcome outcome = { .operation = "task",
		.service_us = 5,
		.response_us = 5 };
	struct record record;

	(void)state;
	stats_record(&client.stats, &outcome);
	char *text = client_text(&client, true);
	assert_null(strstr(text, "\"response\""));
	assert_null(strstr(strstr(text, "HIST") + 1, "\"service\""));
	read_back(&record, text);
	assert_true(record.as.client.open_loop);
	assert_same_stats(&record.as.client.stats, &client.stats);
	record_release(&record);

	/* Older records have it twice, and mean the same. */
	char *histogram = histogram_encode(&client.stats.service);
	char older[400];
	snprintf(older, sizeof older, "\"histograms\":{\"response\":\"%s\",",
	    histogram);
	char *twice = with(text, "\"histograms\":{", older);
	read_back(&record, twice);
	assert_same_stats(&record.as.client.stats, &client.stats);
	record_release(&record);
	free(twice);
	free(histogram);
	free(text);
	release_client(&client);
}

static void operations_keep_their_own_latencies(void **state)
{
	struct record_client client = make_client();
	struct outcome other = { .operation = "other\x1b",
		.service_us = 7,
		.response_us = 70 };
	struct outcome never = { .operation = "never", .reason = "x" };
	struct record record;

	(void)state;
	stats_record(&client.stats, &other);
	stats_record(&client.stats, &never);
	char *text = client_text(&client, true);
	read_back(&record, text);
	const struct stats *stats = &record.as.client.stats;
	const struct operation *back = &stats->operations.items[1];
	assert_int_equal(stats->operations.length, 3);
	assert_string_equal(back->name, "other?"); /* may be shown */
	assert_int_equal(histogram_max(stats_operation_service(stats, back)),
	    7);
	assert_int_equal(histogram_max(stats_operation_response(stats, back)),
	    70);
	back = operations_find(&stats->operations, "task");
	assert_int_equal(back->ok, 2);
	assert_int_equal(back->failed, 1);
	assert_int_equal(histogram_min(stats_operation_service(stats, back)),
	    1235);
	back = operations_find(&stats->operations, "never");
	assert_int_equal(stats_operation_service(stats, back)->count, 0);
	record_release(&record);

	char *changed = with(text, "{\"ok\":2,", "{\"ok\":1,");
	assert_refused(changed,
	    "operations: one has not as many latencies as were ok");
	free(changed);
	changed = with(text, "\"never\":{\"ok\":0", "\"never\":{\"ok\":1");
	assert_refused(changed, "successful 3 but its operations add up to 4");
	free(changed);
	free(text);
	release_client(&client);
}

static void names_in_another_encoding_lose_no_count(void **state)
{
	struct record_client client = { .client_name = strdup("caf\xe9") };
	struct record record;
	char *text;

	(void)state;
	request(&client.stats, "caf\xe9", 1);
	request(&client.stats, "caf\xe8", 1);
	request(&client.stats, "caf\xc3\xa9", 1);
	text = client_text(&client, false);
	read_back(&record, text);
	assert_string_equal(record.as.client.client_name, "caf\xc3\xa9");
	assert_int_equal(record.as.client.stats.reasons.length, 2);
	assert_int_equal(
	    counts_get(&record.as.client.stats.reasons, "caf\xc3\xa9"), 2);
	record_release(&record);
	free(text);
	release_client(&client);
}

static void a_broken_identity_is_refused_with_the_sum(void **state)
{
	(void)state;
	assert_change_refused("\"successful_requests\":2",
	    "\"successful_requests\":1",
	    "sent 3 but successful 1 + failed 1 = 2");
	assert_change_refused("\"skipped_requests\":4",
	    "\"skipped_requests\":5", "planned 7 but sent 3 + skipped 5 = 8");
	assert_change_refused("\"total_requests\":3", "\"total_requests\":4",
	    "total 4 but sent 3");
	assert_change_refused("\"connection refused\":1",
	    "\"connection refused\":2", "failed 1 but the reasons add up to 2");
}

static void a_histogram_of_another_count_is_refused(void **state)
{
	static const char *const names[] = { "service", "response", "failed" };
	struct record_client client = make_client();
	char *whole = client_text(&client, true);
	struct histogram h = { 0 };
	char from[64], to[256], *text;

	(void)state;
	histogram_record_n(&h, 5, 9);
	text = histogram_encode(&h);
	for (size_t i = 0; i < 3; i++) {
		char *changed;

		/* A second one under its name, and the first under no name. */
		snprintf(from, sizeof(from), "\"%s\":\"HIST", names[i]);
		snprintf(to, sizeof(to), "\"%s\":\"%s\",\"x\":\"HIST", names[i],
		    text);
		changed = with(whole, from, to);
		snprintf(to, sizeof(to), "but the %s histogram has 9",
		    names[i]);
		assert_refused(changed, to);
		free(changed);
	}
	free(text);
	free(whole);
	histogram_clear(&h);
	release_client(&client);
}

static void a_corrupt_histogram_is_refused_by_its_name(void **state)
{
	(void)state;
	assert_change_refused("\"response\":\"HIST", "\"response\":\"HISU",
	    "response: this is no V2 compressed histogram");
	assert_change_refused("\"service\":\"HIST", "\"y\":\"HIST",
	    "service is missing");
	assert_change_refused("\"failed\":\"HIST", "\"failed\":7,\"y\":\"HIST",
	    "failed is not a histogram's text");
}

static void numbers_that_do_not_fit_are_refused(void **state)
{
	static const char *const bad[] = { "-1", "1.5", "\"3\"", "null", "[]",
		"1000000000000001", "true", "1e3" };

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		char to[64];

		snprintf(to, sizeof(to), "\"sent_requests\":%s", bad[i]);
		assert_change_refused("\"sent_requests\":3", to,
		    "sent_requests is");
	}
	assert_change_refused("\"test_duration_secs\":12.5",
	    "\"test_duration_secs\":-1", "test_duration_secs is not a number");
	assert_change_refused("\"test_duration_secs\":12.5",
	    "\"test_duration_secs\":1e13", "test_duration_secs is not");
	assert_change_refused("\"machine_id\":1,",
	    "\"machine_id\":99999999999999999999,", "no whole JSON");
}

static void duplicate_keys_are_refused(void **state)
{
	(void)state;
	assert_change_refused("\"machine_id\":1",
	    "\"machine_id\":1,\"machine_id\":1", "duplicate");
	assert_change_refused("\"connection refused\":1",
	    "\"connection refused\":1,\"connection refused\":0", "duplicate");
}

static void every_truncation_of_a_client_is_refused(void **state)
{
	struct record_client client = make_client();
	char *text = client_text(&client, true);
	struct record record;
	struct err err;

	(void)state;
	/* Without its newline it is whole. */
	for (size_t length = strlen(text) - 1; length-- > 0;)
		assert_int_equal(record_read(&record, text, length, &err), -1);
	free(text);
	release_client(&client);
}

static void unknown_fields_are_ignored(void **state)
{
	struct record_client client = make_client();
	char *text = client_text(&client, true);
	char *changed = with(text, "\"machine_id\":1",
	    "\"colour\":{\"deep\":[1,2]},\"machine_id\":1");
	struct record record;

	(void)state;
	read_back(&record, changed);
	assert_same_stats(&record.as.client.stats, &client.stats);
	record_release(&record);
	free(changed);
	free(text);
	release_client(&client);
}

static void a_newer_minor_schema_is_read_and_a_major_refused(void **state)
{
	struct record_client client = make_client();
	char *text = client_text(&client, true);
	char *minor = with(text, "client/1", "client/1.7");
	struct record record;

	(void)state;
	read_back(&record, minor);
	assert_int_equal(record.kind, RECORD_CLIENT);
	record_release(&record);
	assert_change_refused("client/1", "client/2",
	    "schema ringstorm-client/2 is newer than this program");
	assert_change_refused("client/1", "client/0", "is unknown");
	assert_change_refused("client/1", "client/1x", "is unknown");
	assert_change_refused("client/1", "clients/1", "is unknown");
	assert_change_refused("\"ringstorm-client/1\"", "7",
	    "no metric file: there is no \"schema\"");
	free(minor);
	free(text);
	release_client(&client);
}

static void records_of_other_programs_are_told_apart(void **state)
{
	static const char *const texts[] = {
		"{\"schema\":\"ringstorm-run/1\"}",
		"{\"schema\":\"ringstorm-fault/1\"}",
		"{\"schema\":\"ringstorm-sample/2\"}",
		"{\"schema\":\"ringstorm-report/1\"}",
	};
	struct record record;

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		read_back(&record, texts[i]);
		assert_int_equal(record.kind, RECORD_OTHER);
		record_release(&record);
	}
	assert_refused("{\"schema\":\"other/1\"}", "is unknown");
	assert_refused("{\"total_requests\":1}", "no metric file");
	assert_refused("[]", "no metric file");
	assert_refused("<html>", "no whole JSON");
	assert_refused("", "no whole JSON");
}

static void a_record_that_is_too_large_or_too_deep_is_refused(void **state)
{
	size_t size = (4 << 20) + 1;
	char *text = malloc(size + 1);
	struct record record;
	struct err err = { "" };

	(void)state;
	assert_non_null(text);
	memset(text, '[', size);
	text[size] = '\0';
	assert_int_equal(record_read(&record, text, size, &err), -1);
	assert_non_null(strstr(err.text, "larger than a record may be"));
	assert_int_equal(record_read(&record, text, size - 1, &err), -1);
	assert_non_null(strstr(err.text, "no whole JSON"));
	free(text);
}

static void more_names_than_anyone_needs_are_refused(void **state)
{
	char *names = NULL, *text;
	size_t length;
	FILE *stream = open_memstream(&names, &length);
	char long_name[300] = "";

	(void)state;
	assert_non_null(stream);
	for (int i = 0; i <= 10000; i++)
		fprintf(stream, "\"%d\":0,", i + 10);
	assert_int_equal(fclose(stream), 0);
	text = malloc(length + 64);
	snprintf(text, length + 64, "\"server_distribution\":{%s\"1\"", names);
	assert_change_refused("\"server_distribution\":{\"1\"", text,
	    "not an object of at most 10000 names");
	memset(long_name, 'x', 257);
	snprintf(text, length + 64, "\"failure_reasons\":{\"%s\":0,",
	    long_name);
	assert_change_refused("\"failure_reasons\":{", text,
	    "a name of more than 256 bytes");
	free(text);
	free(names);
}

/* ---- CloudP2P's own ---- */

static const char original[] =
    "{\"aggregated_stats\": {\"failed_requests\": 3,"
    " \"failure_rate\": 60.0,"
    " \"failure_reasons\": {\"Task #3 lost - all servers failed\": 1,"
    " \"Task #4 lost - all servers failed\": 1, \"Task master\": 1},"
    " \"latency_avg_ms\": 150.0, \"latency_max_ms\": 200,"
    " \"latency_min_ms\": 100, \"latency_p50_ms\": 200,"
    " \"latency_p95_ms\": 200, \"latency_p99_ms\": 200,"
    " \"server_distribution\": {\"1\": 4, \"2\": 1},"
    " \"successful_requests\": 2, \"total_requests\": 5},"
    " \"client_name\": \"Machine_12_Client_5\","
    " \"test_duration_secs\": 42}";

static void a_file_of_cloudp2p_is_an_estimate(void **state)
{
	const struct record_client *client;
	struct record record;

	(void)state;
	read_back(&record, original);
	client = &record.as.client;
	assert_int_equal(record.kind, RECORD_CLIENT);
	assert_true(client->estimate);
	assert_int_equal(client->machine_id, 12);
	assert_int_equal(client->client_id, 5);
	assert_string_equal(client->driver, "cloudp2p");
	assert_true(client->duration_seconds == 42);
	assert_true(client->estimate_min_ms == 100);
	assert_true(client->estimate_avg_ms == 150);
	assert_true(client->estimate_max_ms == 200);
	assert_true(client->estimate_p50_ms == 200);
	assert_int_equal(client->stats.planned, 5);
	assert_int_equal(client->stats.sent, 5);
	assert_int_equal(client->stats.ok, 2);
	assert_int_equal(client->stats.service.count, 0);
	assert_int_equal(counts_get(&client->stats.servers, "1"), 4);
	assert_int_equal(counts_get(&client->stats.reasons, "task lost"), 2);
	assert_int_equal(counts_get(&client->stats.reasons, "Task master"), 1);
	record_release(&record);
}

static void a_failure_that_cloudp2p_does_not_explain_is_unknown(void **state)
{
	char *text = with(original, "\"Task master\": 1", "\"x\": 0");
	struct record record;

	(void)state;
	read_back(&record, text);
	assert_int_equal(counts_get(&record.as.client.stats.reasons, "unknown"),
	    1);
	record_release(&record);
	free(text);
	text = with(original, "\"Task master\": 1", "\"x\": 2");
	assert_refused(text, "failed 3 but the reasons add up to 4");
	free(text);
}

static void a_client_of_another_name_has_no_numbers(void **state)
{
	static const char *const names[] = { "Machine_12_Client_",
		"Machine__Client_5", "Machine_1_Client_5x", "Client_5",
		"Machine_1111111111111111_Client_5" };

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		char *text = with(original, "Machine_12_Client_5", names[i]);
		struct record record;

		read_back(&record, text);
		assert_int_equal(record.as.client.machine_id, 0);
		assert_int_equal(record.as.client.client_id, 0);
		record_release(&record);
		free(text);
	}
}

static void a_broken_file_of_cloudp2p_is_refused(void **state)
{
	char *text =
	    with(original, "\"total_requests\": 5", "\"total_requests\": 6");

	(void)state;
	assert_refused(text, "total 6 but sent 5");
	free(text);
	text = with(original, "\"latency_min_ms\": 100",
	    "\"latency_min_ms\": -100");
	assert_refused(text, "latency_min_ms is not a number");
	free(text);
	text = with(original, "\"client_name\"", "\"name\"");
	assert_refused(text, "client_name is missing");
	free(text);
}

static void an_estimate_stays_one_when_written(void **state)
{
	struct record record, again;
	char *text;

	(void)state;
	read_back(&record, original);
	text = client_text(&record.as.client, false);
	read_back(&again, text);
	assert_true(again.as.client.estimate);
	assert_true(again.as.client.estimate_avg_ms == 150);
	assert_same_stats(&again.as.client.stats, &record.as.client.stats);
	record_release(&record);
	record_release(&again);
	free(text);
}

/* ---- an interval's record ---- */

static struct record_interval make_interval(void)
{
	struct record_interval interval = { .run_id = strdup("7f3a"),
		.phase = strdup("sustained"),
		.stopped = strdup("error_rate > 10% for 5s: 12.5%"),
		.open_loop = true,
		.has_target = true,
		.target_from = 100.25,
		.target = 2500.5,
		.machine_id = 2,
		.process = 1,
		.from_unix_ms = 1761904800000,
		.length_ms = 1000,
		.clients = 100,
		.in_flight = 7,
		.started = 5,
		.lag_p99_us = 80,
		.cpu_percent = 12.34,
		.last = true };

	histogram_record(&interval.lag, 80);
	request(&interval.stats, NULL, 3000);
	request(&interval.stats, "request timed out", 10000000);
	stats_skip(&interval.stats, 2);
	return interval;
}

static void release_interval(struct record_interval *interval)
{
	struct record record = { .kind = RECORD_INTERVAL,
		.as.interval = *interval };

	record_release(&record);
}

static void an_interval_is_one_line_and_read_as_written(void **state)
{
	struct record_interval interval = make_interval();
	char *text = interval_text(&interval);
	const struct record_interval *back;
	struct record record;

	(void)state;
	assert_ptr_equal(strchr(text, '\n'), text + strlen(text) - 1);
	read_back(&record, text);
	back = &record.as.interval;
	assert_int_equal(record.kind, RECORD_INTERVAL);
	assert_string_equal(back->run_id, "7f3a");
	assert_string_equal(back->phase, "sustained");
	assert_string_equal(back->stopped, "error_rate > 10% for 5s: 12.5%");
	assert_true(back->open_loop);
	assert_true(back->has_target);
	assert_true(back->target == 2500.5);
	assert_true(back->target_from == 100.25);
	assert_same_histogram(&back->lag, &interval.lag);
	assert_int_equal(back->machine_id, 2);
	assert_int_equal(back->process, 1);
	assert_int_equal(back->from_unix_ms, 1761904800000);
	assert_int_equal(back->length_ms, 1000);
	assert_int_equal(back->clients, 100);
	assert_int_equal(back->in_flight, 7);
	assert_int_equal(back->started, 5);
	assert_int_equal(back->lag_p99_us, 80);
	assert_true(back->cpu_percent == 12.34);
	assert_true(back->last);
	assert_same_stats(&back->stats, &interval.stats);
	record_release(&record);
	free(text);
	release_interval(&interval);
}

static void a_broken_interval_is_refused(void **state)
{
	static const char *const changes[][3] = {
		{ "\"ok\":1", "\"ok\":2",
		    "successful 2 but the service histogram has 1" },
		{ "\"failed\":1", "\"failed\":2",
		    "failed 2 but the reasons add up to 1" },
		{ "\"last\":true", "\"last\":1", "last is neither" },
		{ "\"loop\":\"open\"", "\"loop\":\"ajar\"", "loop is neither" },
		{ "\"loop\":\"open\"", "\"loop\":1", "loop is neither" },
		{ "\"target\":2", "\"target\":-2", "target is not a number" },
		{ "\"lag\":\"HIST", "\"lag\":\"HISU", "lag: this is no V2" },
		{ "\"stopped\":", "\"stopped\":1,\"x\":",
		    "stopped is not a text" },
		{ "\"from_unix_ms\":1", "\"from_unix_ms\":-1",
		    "from_unix_ms is not" },
		{ "\"task\":{\"ok\":1,", "\"task\":{", "ok is missing" },
		{ "interval/1", "interval/3", "is newer" },
	};
	struct record_interval interval = make_interval();
	char *text = interval_text(&interval);

	(void)state;
	for (size_t i = 0; i < sizeof(changes) / sizeof(*changes); i++) {
		char *changed = with(text, changes[i][0], changes[i][1]);

		assert_refused(changed, changes[i][2]);
		free(changed);
	}
	free(text);
	release_interval(&interval);
}

static void a_target_that_stays_is_written_once(void **state)
{
	struct record_interval interval = { .length_ms = 1000,
		.has_target = true,
		.target_from = 7,
		.target = 7 };
	char *text = interval_text(&interval);
	struct record record;

	(void)state;
	assert_null(strstr(text, "target_from"));
	read_back(&record, text);
	assert_true(record.as.interval.target_from == 7);
	record_release(&record);
	free(text);
}

static void an_interval_without_a_plan_has_no_target(void **state)
{
	struct record_interval interval = { .length_ms = 1000, .target = 7 };
	char *text = interval_text(&interval);
	struct record record;

	(void)state;
	assert_null(strstr(text, "target"));
	assert_null(strstr(text, "stopped"));
	read_back(&record, text);
	assert_false(record.as.interval.has_target);
	assert_false(record.as.interval.open_loop);
	record_release(&record);
	free(text);
}

static void a_full_disk_is_an_error_of_writing(void **state)
{
	struct record_interval interval = make_interval();
	FILE *full = fopen("/dev/full", "w");

	(void)state;
	assert_non_null(full);
	assert_int_equal(setvbuf(full, NULL, _IONBF, 0), 0);
	assert_int_equal(record_write_interval(full, &interval), -1);
	(void)fclose(full);
	release_interval(&interval);
}

/* ---- metrics/README.md ---- */

static char *read_page(void)
{
	FILE *file = fopen("metrics/README.md", "r");
	char *page = calloc(1, 1 << 16);

	if (!file)
		fail_msg("run this from the folder of the project");
	assert_non_null(page);
	assert_true(fread(page, 1, (1 << 16) - 1, file) > 0);
	assert_int_equal(fclose(file), 0);
	return page;
}

static void the_page_shows_an_example_of_every_record(void **state)
{
	static const enum record_kind kinds[] = { RECORD_CLIENT,
		RECORD_INTERVAL, RECORD_OTHER, RECORD_OTHER };
	const size_t examples = sizeof(kinds) / sizeof(*kinds);
	char *page = read_page(), *at = page;
	size_t found = 0;

	(void)state;
	while ((at = strstr(at, "```json\n"))) {
		struct record record;
		char *end;

		at += strlen("```json\n");
		end = strstr(at, "```");
		assert_non_null(end);
		*end = '\0';
		assert_true(found < examples);
		read_back(&record, at);
		assert_int_equal(record.kind, kinds[found++]);
		record_release(&record);
		at = end + 1;
	}
	assert_int_equal(found, examples);
	free(page);
}

/* Every key of `text` but those that a run gives is on the page. */
static void assert_keys_on_page(const char *text, const char *page)
{
	for (const char *at = text; (at = strstr(at, "\":")); at++) {
		const char *start = at;
		char key[80];

		while (start[-1] != '"')
			start--;
		snprintf(key, sizeof(key), "`%.*s`", (int)(at - start), start);
		if (strspn(key + 1, "0123456789") || strchr(key, ' ') ||
		    strcmp(key, "`task`") == 0)
			continue;
		if (!strstr(page, key))
			fail_msg("metrics/README.md says nothing of %s", key);
	}
}

static void the_page_tells_of_every_field(void **state)
{
	struct record_client client = make_client();
	struct record_interval interval = make_interval();
	char *client_json = client_text(&client, true);
	char *interval_json = interval_text(&interval);
	char *page = read_page();

	(void)state;
	assert_keys_on_page(client_json, page);
	assert_keys_on_page(interval_json, page);
	free(client_json);
	free(interval_json);
	free(page);
	release_client(&client);
	release_interval(&interval);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_client_is_read_as_it_was_written),
		cmocka_unit_test(
		    a_client_has_its_keys_in_order_and_two_decimals),
		cmocka_unit_test(a_compact_client_is_one_line),
		cmocka_unit_test(a_client_without_requests_is_whole),
		cmocka_unit_test(what_is_the_same_is_written_once),
		cmocka_unit_test(operations_keep_their_own_latencies),
		cmocka_unit_test(names_in_another_encoding_lose_no_count),
		cmocka_unit_test(a_broken_identity_is_refused_with_the_sum),
		cmocka_unit_test(a_histogram_of_another_count_is_refused),
		cmocka_unit_test(a_corrupt_histogram_is_refused_by_its_name),
		cmocka_unit_test(numbers_that_do_not_fit_are_refused),
		cmocka_unit_test(duplicate_keys_are_refused),
		cmocka_unit_test(every_truncation_of_a_client_is_refused),
		cmocka_unit_test(unknown_fields_are_ignored),
		cmocka_unit_test(
		    a_newer_minor_schema_is_read_and_a_major_refused),
		cmocka_unit_test(records_of_other_programs_are_told_apart),
		cmocka_unit_test(
		    a_record_that_is_too_large_or_too_deep_is_refused),
		cmocka_unit_test(more_names_than_anyone_needs_are_refused),
		cmocka_unit_test(a_file_of_cloudp2p_is_an_estimate),
		cmocka_unit_test(
		    a_failure_that_cloudp2p_does_not_explain_is_unknown),
		cmocka_unit_test(a_client_of_another_name_has_no_numbers),
		cmocka_unit_test(a_broken_file_of_cloudp2p_is_refused),
		cmocka_unit_test(an_estimate_stays_one_when_written),
		cmocka_unit_test(an_interval_is_one_line_and_read_as_written),
		cmocka_unit_test(a_broken_interval_is_refused),
		cmocka_unit_test(a_target_that_stays_is_written_once),
		cmocka_unit_test(an_interval_without_a_plan_has_no_target),
		cmocka_unit_test(a_full_disk_is_an_error_of_writing),
		cmocka_unit_test(the_page_shows_an_example_of_every_record),
		cmocka_unit_test(the_page_tells_of_every_field),
	};

	return cmocka_run_group_tests_name("record", tests, NULL, NULL);
}
