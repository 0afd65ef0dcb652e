#include "lib/record.h"

#include "lib/mem.h"

#include <assert.h>
#include <errno.h>
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Enough digits for every number written here, and few enough that a double
 * nearest to 45.23 prints as 45.23. */
#define REAL_DIGITS 15

#define US_PER_MS 1000.0

static double rounded(double value, int digits)
{
	double steps = pow(10, digits);

	return isfinite(value) ? round(value * steps) / steps : 0;
}

/* Sets (*object)[name] = value and takes the value. Without memory, here or
 * where the value was made, the object is given up: NULL from then on. */
static void put(json_t **object, const char *name, json_t *value)
{
	if (json_object_set_new(*object, name, value)) {
		json_decref(*object);
		*object = NULL;
	}
}

static void put_integer(json_t **object, const char *name, int64_t n)
{
	put(object, name, json_integer(n));
}

static void put_count(json_t **object, const char *name, uint64_t n)
{
	assert(n <= INT64_MAX);
	put_integer(object, name, (int64_t)n);
}

static void put_real(json_t **object, const char *name, double value)
{
	put(object, name, json_real(value));
}

/* JSON is UTF-8. Text that is not is taken for Latin-1. To be freed. */
static char *utf8_of(const char *text)
{
	json_t *valid = json_string(text);
	char *copy, *end;

	if (valid) {
		json_decref(valid);
		return mem_text(text);
	}
	end = copy = mem_new(2 * strlen(text) + 1, 1);
	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;

		if (c >= 0x80)
			*end++ = (char)(0xc0 | c >> 6);
		*end++ = (char)(c >= 0x80 ? 0x80 | (c & 0x3f) : c);
	}
	return copy;
}

/* Nothing where there is no text. */
static void put_text(json_t **object, const char *name, const char *text)
{
	char *utf8;

	if (!text)
		return;
	utf8 = utf8_of(text);
	put(object, name, json_string(utf8));
	free(utf8);
}

/* The same counts by names in UTF-8, to be cleared. */
static struct counts utf8_counts_of(const struct counts *counts)
{
	struct counts valid = { 0 };

	for (size_t i = 0; i < counts->length; i++) {
		char *name = utf8_of(counts->items[i].name);

		counts_add(&valid, name, counts->items[i].n);
		free(name);
	}
	return valid;
}

static json_t *counts_of(const struct counts *counts)
{
	struct counts valid = utf8_counts_of(counts);
	json_t *object = json_object();

	for (size_t i = 0; i < valid.length; i++)
		put_count(&object, valid.items[i].name, valid.items[i].n);
	counts_clear(&valid);
	return object;
}

/* {"task": {"ok": 1, "failed": 0}}; an operation may be in either map. */
static json_t *operations_of(const struct stats *stats)
{
	struct counts ok = utf8_counts_of(&stats->operations_ok);
	struct counts failed = utf8_counts_of(&stats->operations_failed);
	struct counts all = { 0 };
	json_t *object = json_object();

	counts_merge(&all, &ok);
	counts_merge(&all, &failed);
	for (size_t i = 0; i < all.length; i++) {
		const char *name = all.items[i].name;
		json_t *operation = json_object();

		put_count(&operation, "ok", counts_get(&ok, name));
		put_count(&operation, "failed", counts_get(&failed, name));
		put(&object, name, operation);
	}
	counts_clear(&ok);
	counts_clear(&failed);
	counts_clear(&all);
	return object;
}

static void put_histogram(json_t **object, const char *name,
    const struct histogram *h)
{
	char *text = histogram_encode(h);

	put(object, name, text ? json_string(text) : NULL);
	free(text);
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
	put_real(&object, "failure_rate",
	    rounded(stats_failed_percent(stats), 4));
	put_count(&object, "planned_requests", stats->planned);
	put_count(&object, "sent_requests", stats->sent);
	put_count(&object, "skipped_requests", stats->skipped);
	put_count(&object, "retries", stats->retries);
	put_count(&object, "bytes_sent", stats->bytes_sent);
	put_count(&object, "bytes_received", stats->bytes_received);
	put_real(&object, "latency_min_ms", rounded(ms.min, 2));
	put_real(&object, "latency_avg_ms", rounded(ms.avg, 2));
	put_real(&object, "latency_max_ms", rounded(ms.max, 2));
	put_real(&object, "latency_p50_ms", rounded(ms.p50, 2));
	put_real(&object, "latency_p95_ms", rounded(ms.p95, 2));
	put_real(&object, "latency_p99_ms", rounded(ms.p99, 2));
	put(&object, "server_distribution", counts_of(&stats->servers));
	put(&object, "failure_reasons", counts_of(&stats->reasons));
	put(&object, "operations", operations_of(stats));
	return object;
}

static json_t *histograms_of(const struct stats *stats)
{
	json_t *object = json_object();

	put_histogram(&object, "service", &stats->service);
	put_histogram(&object, "response", &stats->response);
	put_histogram(&object, "failed", &stats->failed_service);
	return object;
}

/* Our own mistakes: what is written must be what readers accept. */
static void assert_whole(const struct stats *stats, bool estimate)
{
	assert(stats_check(stats, NULL) == 0);
	assert(estimate || stats->service.count == stats->ok);
	assert(estimate || stats->response.count == stats->ok);
	assert(estimate || stats->failed_service.count == stats->failed);
	(void)stats, (void)estimate;
}

/* Writes and releases `object`; one line, or indented and with a newline. */
static int write_object(FILE *to, json_t *object, size_t indent)
{
	size_t flags = JSON_REAL_PRECISION(REAL_DIGITS) | JSON_INDENT(indent) |
	               (indent ? 0 : JSON_COMPACT);
	int result = -1;

	if (!object)
		errno = ENOMEM;
	else if (json_dumpf(object, to, flags) == 0 && putc('\n', to) != EOF)
		result = 0;
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
	put_integer(&object, "start_unix_ms", client->start_unix_ms);
	put_real(&object, "test_duration_secs",
	    rounded(client->duration_seconds, 3));
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
	put_count(&object, "clients", interval->clients);
	put_count(&object, "in_flight", interval->in_flight);
	put_count(&object, "started", interval->started);
	put_count(&object, "ok", stats->ok);
	put_count(&object, "failed", stats->failed);
	put_count(&object, "skipped", stats->skipped);
	put_count(&object, "retries", stats->retries);
	put_count(&object, "bytes_sent", stats->bytes_sent);
	put_count(&object, "bytes_received", stats->bytes_received);
	put(&object, "servers", counts_of(&stats->servers));
	put(&object, "operations", operations_of(stats));
	put(&object, "reasons", counts_of(&stats->reasons));
	put_histogram(&object, "service", &stats->service);
	put_histogram(&object, "response", &stats->response);
	put_histogram(&object, "failed_service", &stats->failed_service);
	put_text(&object, "loop", interval->open_loop ? "open" : "closed");
	put_histogram(&object, "lag", &interval->lag);
	if (interval->generator.threads)
		put(&object, "generator",
		    record_generator_json(&interval->generator));
	put_integer(&object, "lag_p99_us", interval->lag_p99_us);
	put_real(&object, "cpu_percent", rounded(interval->cpu_percent, 2));
	put(&object, "last", json_boolean(interval->last));
	return write_object(to, object, 0);
}
