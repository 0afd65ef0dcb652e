#include "lib/record.h"

#include "lib/record_put.h"

#include <assert.h>
#include <errno.h>
#include <jansson.h>
#include <stdlib.h>

/* Enough digits for every number written here, and few enough that a double
 * nearest to 45.23 prints as 45.23. */
#define REAL_DIGITS 15

#define US_PER_MS 1000.0

/* {"ok": 1, "failed": 0}, with latencies where it keeps its own. */
static json_t *operation_of(const struct stats *stats,
    const struct operation *operation)
{
	json_t *object = json_object();
	put_count(&object, "ok", operation->ok);
	put_count(&object, "failed", operation->failed);
	if (operation->service.count == 0)
		return object;
	put_histogram(&object, "service", &operation->service);
	if (stats->response_apart)
		put_histogram(&object, "response", &operation->response);
	return object;
}

static json_t *operations_of(const struct stats *stats)
{
	const struct operations *operations = &stats->operations;
	json_t *object = json_object();
	for (size_t i = 0; i < operations->length; i++) {
		const struct operation *operation = &operations->items[i];
		char *name = utf8_of(operation->name);
		put(&object, name, operation_of(stats, operation));
		free(name);
	}
	return object;
}

/* What is the same as "service" is not there twice. */
static void put_latencies(json_t **object, const struct stats *stats,
    const char *failed_name)
{
	put_histogram(object, "service", &stats->service);
	if (stats->response_apart)
		put_histogram(object, "response", &stats->response);
	put_histogram(object, failed_name, &stats->failed_service);
}

static void put_loop(json_t **object, bool open_loop)
{
	put_text(object, "loop", open_loop ? "open" : "closed");
}

/* What a CloudP2P file says of its latencies, in milliseconds. */
struct latencies {
	double min, avg, max, p50, p95, p99;
};

static struct latencies latencies_of(const struct record_client *client)
{
	const struct histogram *h = &client->stats.service;

	if (client->estimate)
		return (struct latencies){ client->estimate_min_ms,
			client->estimate_avg_ms, client->estimate_max_ms,
			client->estimate_p50_ms, client->estimate_p95_ms,
			client->estimate_p99_ms };
	return (struct latencies){ (double)histogram_min(h) / US_PER_MS,
		histogram_mean(h) / US_PER_MS,
		(double)histogram_max(h) / US_PER_MS,
		(double)histogram_percentile(h, 50) / US_PER_MS,
		(double)histogram_percentile(h, 95) / US_PER_MS,
		(double)histogram_percentile(h, 99) / US_PER_MS };
}

static json_t *aggregated_of(const struct record_client *client)
{
	const struct stats *stats = &client->stats;
	struct latencies ms = latencies_of(client);
	json_t *object = json_object();

	put_count(&object, "total_requests", stats->sent);
	put_count(&object, "successful_requests", stats->ok);
	put_count(&object, "failed_requests", stats->failed);
	put_real(&object, "failure_rate", stats_failed_percent(stats), 4);
	put_count(&object, "planned_requests", stats->planned);
	put_count(&object, "sent_requests", stats->sent);
	put_count(&object, "skipped_requests", stats->skipped);
	put_count(&object, "retries", stats->retries);
	put_count(&object, "bytes_sent", stats->bytes_sent);
	put_count(&object, "bytes_received", stats->bytes_received);
	put_real(&object, "latency_min_ms", ms.min, 2);
	put_real(&object, "latency_avg_ms", ms.avg, 2);
	put_real(&object, "latency_max_ms", ms.max, 2);
	put_real(&object, "latency_p50_ms", ms.p50, 2);
	put_real(&object, "latency_p95_ms", ms.p95, 2);
	put_real(&object, "latency_p99_ms", ms.p99, 2);
	put_counts(&object, "server_distribution", &stats->servers);
	put_counts(&object, "failure_reasons", &stats->reasons);
	put(&object, "operations", operations_of(stats));
	return object;
}

static json_t *histograms_of(const struct stats *stats)
{
	json_t *object = json_object();

	put_latencies(&object, stats, "failed");
	return object;
}

/* Our own mistakes: what is written must be what readers accept. */
static void assert_whole(const struct stats *stats, bool estimate)
{
	assert(stats_check(stats, NULL) == 0);
	assert(estimate || stats->service.count == stats->ok);
	assert(estimate || stats_response(stats)->count == stats->ok);
	assert(estimate || stats->failed_service.count == stats->failed);
	(void)stats, (void)estimate;
}

/* Writes and releases `object`; one line, or indented and with a newline. */
static int write_object(FILE *to, json_t *object, size_t indent)
{
	size_t flags = JSON_REAL_PRECISION(REAL_DIGITS) | JSON_INDENT(indent) |
	               (indent ? 0 : JSON_COMPACT);
	/* In one piece: a stream takes longer for each of many small ones. */
	char *text = object ? json_dumps(object, flags) : NULL;
	int result = -1;

	if (!text)
		errno = ENOMEM;
	else if (fputs(text, to) != EOF && putc('\n', to) != EOF)
		result = 0;
	free(text);
	json_decref(object);
	return result;
}

int record_write_client(FILE *to, const struct record_client *client,
    bool compact)
{
	json_t *object = json_object();

	assert_whole(&client->stats, client->estimate);
	put_text(&object, "schema", "ringstorm-client/1");
	put_text(&object, "run_id", client->run_id);
	put_text(&object, "client_name", client->client_name);
	put_count(&object, "machine_id", client->machine_id);
	put_count(&object, "client_id", client->client_id);
	put_count(&object, "process", client->process);
	put_text(&object, "driver", client->driver);
	put_loop(&object, client->open_loop);
	put_integer(&object, "start_unix_ms", client->start_unix_ms);
	put_real(&object, "test_duration_secs", client->duration_seconds, 3);
	put(&object, "aggregated_stats", aggregated_of(client));
	if (!client->estimate)
		put(&object, "histograms", histograms_of(&client->stats));
	return write_object(to, object, compact ? 0 : 2);
}

int record_write_interval(FILE *to, const struct record_interval *interval)
{
	const struct stats *stats = &interval->stats;
	json_t *object = json_object();

	assert_whole(stats, false);
	put_text(&object, "schema", "ringstorm-interval/1");
	put_text(&object, "run_id", interval->run_id);
	put_count(&object, "machine_id", interval->machine_id);
	put_count(&object, "process", interval->process);
	put_integer(&object, "from_unix_ms", interval->from_unix_ms);
	put_integer(&object, "length_ms", interval->length_ms);
	put_text(&object, "phase", interval->phase);
	put_loop(&object, interval->open_loop);
	if (interval->has_target)
		put_real(&object, "target", interval->target, 3);
	if (interval->has_target && interval->target_from != interval->target)
		put_real(&object, "target_from", interval->target_from, 3);
	put_count(&object, "clients", interval->clients);
	put_count(&object, "in_flight", interval->in_flight);
	put_count(&object, "started", interval->started);
	put_count(&object, "ok", stats->ok);
	put_count(&object, "failed", stats->failed);
	put_count(&object, "skipped", stats->skipped);
	put_count(&object, "retries", stats->retries);
	put_count(&object, "bytes_sent", stats->bytes_sent);
	put_count(&object, "bytes_received", stats->bytes_received);
	put_counts(&object, "servers", &stats->servers);
	put(&object, "operations", operations_of(stats));
	put_counts(&object, "reasons", &stats->reasons);
	put_latencies(&object, stats, "failed_service");
	put_histogram(&object, "lag", &interval->lag);
	if (interval->generator.threads)
		put(&object, "generator",
		    record_generator_json(&interval->generator));
	if (interval->connections.held)
		put(&object, "connections",
		    record_connections_json(&interval->connections));
	put_integer(&object, "lag_p99_us", interval->lag_p99_us);
	put_real(&object, "cpu_percent", interval->cpu_percent, 2);
	put_text(&object, "stopped", interval->stopped);
	put(&object, "last", json_boolean(interval->last));
	return write_object(to, object, 0);
}
