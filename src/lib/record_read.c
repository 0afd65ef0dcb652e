#include "lib/record.h"

#include "lib/mem.h"
#include "lib/record_fields.h"
#include "lib/record_latencies.h"
#include "lib/unit.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#define RECORD_BYTES_MAX ((size_t)4 << 20)
#define SCHEMA_MAJOR     1

/* ---- one client ---- */

#define CLIENT(member) offsetof(struct record_client, member)

static const struct field client_fields[] = {
	{ "run_id", read_text, CLIENT(run_id), false },
	{ "client_name", read_text, CLIENT(client_name), true },
	{ "machine_id", read_count, CLIENT(machine_id), true },
	{ "client_id", read_count, CLIENT(client_id), true },
	{ "process", read_count, CLIENT(process), false },
	{ "driver", read_text, CLIENT(driver), false },
	{ "loop", read_loop, CLIENT(open_loop), false },
	{ "start_unix_ms", read_time, CLIENT(start_unix_ms), true },
	{ "test_duration_secs", read_real, CLIENT(duration_seconds), true },
	{ 0 },
};

/* What CloudP2P's own client writes, and ours after it. */
static const struct field cloudp2p_fields[] = {
	{ "client_name", read_text, CLIENT(client_name), true },
	{ "test_duration_secs", read_real, CLIENT(duration_seconds), true },
	{ 0 },
};

static const struct field aggregated_fields[] = {
	{ "successful_requests", read_count, CLIENT(stats.ok), true },
	{ "failed_requests", read_count, CLIENT(stats.failed), true },
	{ "server_distribution", read_counts, CLIENT(stats.servers), true },
	{ "failure_reasons", read_counts, CLIENT(stats.reasons), true },
	{ 0 },
};

static const struct field our_aggregated_fields[] = {
	{ "planned_requests", read_count, CLIENT(stats.planned), true },
	{ "sent_requests", read_count, CLIENT(stats.sent), true },
	{ "skipped_requests", read_count, CLIENT(stats.skipped), true },
	{ "retries", read_count, CLIENT(stats.retries), false },
	{ "bytes_sent", read_count, CLIENT(stats.bytes_sent), false },
	{ "bytes_received", read_count, CLIENT(stats.bytes_received), false },
	{ "operations", read_operations, CLIENT(stats.operations), false },
	{ 0 },
};

static const struct field estimate_fields[] = {
	{ "latency_min_ms", read_real, CLIENT(estimate_min_ms), true },
	{ "latency_avg_ms", read_real, CLIENT(estimate_avg_ms), true },
	{ "latency_max_ms", read_real, CLIENT(estimate_max_ms), true },
	{ "latency_p50_ms", read_real, CLIENT(estimate_p50_ms), true },
	{ "latency_p95_ms", read_real, CLIENT(estimate_p95_ms), true },
	{ "latency_p99_ms", read_real, CLIENT(estimate_p99_ms), true },
	{ 0 },
};

static int check_total(const struct stats *stats, json_t *aggregated,
    struct err *err)
{
	char words[2][UNIT_TEXT];
	uint64_t total;

	if (read_count(json_object_get(aggregated, "total_requests"),
	        "total_requests", &total, err))
		return -1;
	if (total == stats->sent)
		return 0;
	return err_set(err, "total %s but sent %s", unit_count(words[0], total),
	    unit_count(words[1], stats->sent));
}

/* The latencies: histograms, or what stands in their place. */
static int read_latencies(struct record_client *client, json_t *object,
    json_t *aggregated, struct err *err)
{
	json_t *histograms = json_object_get(object, "histograms");

	client->estimate = !histograms || json_is_null(histograms);
	if (client->estimate)
		return read_fields(aggregated, estimate_fields, client, err);
	return read_histograms(&client->stats, histograms, "failed", err);
}

static int read_client(struct record *record, json_t *object, struct err *err)
{
	struct record_client *client = &record->as.client;
	json_t *aggregated = json_object_get(object, "aggregated_stats");

	if (!json_is_object(aggregated))
		return err_set(err, "aggregated_stats is missing");
	if (read_fields(object, client_fields, client, err) ||
	    read_fields(aggregated, aggregated_fields, client, err) ||
	    read_fields(aggregated, our_aggregated_fields, client, err) ||
	    stats_check(&client->stats, err) ||
	    check_total(&client->stats, aggregated, err))
		return -1;
	return read_latencies(client, object, aggregated, err);
}

/* ---- CloudP2P's own client file ---- */

/* Reads a number of at most 15 digits; returns what follows, NULL without. */
static const char *skip_number(const char *text, uint64_t *number)
{
	size_t digits = strspn(text, "0123456789");

	if (digits == 0 || digits > 15)
		return NULL;
	*number = strtoull(text, NULL, 10);
	return text + digits;
}

static const char *skip_word(const char *text, const char *word)
{
	size_t length = strlen(word);

	return text && strncmp(text, word, length) == 0 ? text + length : NULL;
}

/* "Machine_1_Client_42"; another name is nobody's in particular. */
static void identify(struct record_client *client)
{
	const char *at = skip_word(client->client_name, "Machine_");
	uint64_t machine, number;

	at = at ? skip_number(at, &machine) : NULL;
	at = skip_word(at, "_Client_");
	at = at ? skip_number(at, &number) : NULL;
	if (!at || *at)
		return;
	client->machine_id = machine;
	client->client_id = number;
}

/* Its reasons name the request ("Task #3 lost - ..."), which ours never do, and
 * a request of its may have failed for none. */
static void normalise_reasons(struct counts *reasons, uint64_t failed)
{
	uint64_t explained = counts_total(reasons);
	struct counts normalised = { 0 };

	for (size_t i = 0; i < reasons->length; i++) {
		const char *name = reasons->items[i].name;
		const char *at = skip_word(name, "Task #");
		uint64_t number;

		at = at ? skip_number(at, &number) : NULL;
		counts_add(&normalised,
		    skip_word(at, " lost") ? "task lost" : name,
		    reasons->items[i].n);
	}
	if (explained < failed)
		counts_add(&normalised, "unknown", failed - explained);
	counts_clear(reasons);
	*reasons = normalised;
}

static int read_cloudp2p(struct record *record, json_t *object, struct err *err)
{
	struct record_client *client = &record->as.client;
	json_t *aggregated = json_object_get(object, "aggregated_stats");

	client->estimate = true;
	if (read_fields(object, cloudp2p_fields, client, err) ||
	    read_fields(aggregated, aggregated_fields, client, err) ||
	    read_fields(aggregated, estimate_fields, client, err))
		return -1;
	identify(client);
	normalise_reasons(&client->stats.reasons, client->stats.failed);
	client->driver = mem_text("cloudp2p");
	client->stats.sent = client->stats.ok + client->stats.failed;
	client->stats.planned = client->stats.sent;
	if (check_total(&client->stats, aggregated, err))
		return -1;
	return stats_check(&client->stats, err);
}

/* ---- one interval ---- */

#define INTERVAL(member) offsetof(struct record_interval, member)

static const struct field interval_fields[] = {
	{ "run_id", read_text, INTERVAL(run_id), false },
	{ "machine_id", read_count, INTERVAL(machine_id), true },
	{ "process", read_count, INTERVAL(process), false },
	{ "from_unix_ms", read_time, INTERVAL(from_unix_ms), true },
	{ "length_ms", read_time, INTERVAL(length_ms), true },
	{ "phase", read_text, INTERVAL(phase), false },
	{ "loop", read_loop, INTERVAL(open_loop), false },
	{ "target", read_real, INTERVAL(target), false },
	{ "target_from", read_real, INTERVAL(target_from), false },
	{ "clients", read_count, INTERVAL(clients), false },
	{ "in_flight", read_count, INTERVAL(in_flight), false },
	{ "started", read_count, INTERVAL(started), false },
	{ "ok", read_count, INTERVAL(stats.ok), true },
	{ "failed", read_count, INTERVAL(stats.failed), true },
	{ "skipped", read_count, INTERVAL(stats.skipped), false },
	{ "retries", read_count, INTERVAL(stats.retries), false },
	{ "bytes_sent", read_count, INTERVAL(stats.bytes_sent), false },
	{ "bytes_received", read_count, INTERVAL(stats.bytes_received), false },
	{ "servers", read_counts, INTERVAL(stats.servers), false },
	{ "operations", read_operations, INTERVAL(stats.operations), false },
	{ "reasons", read_counts, INTERVAL(stats.reasons), false },
	{ "lag", read_histogram, INTERVAL(lag), false },
	{ "generator", read_generator, INTERVAL(generator), false },
	{ "connections", read_connections, INTERVAL(connections), false },
	{ "lag_p99_us", read_time, INTERVAL(lag_p99_us), false },
	{ "cpu_percent", read_real, INTERVAL(cpu_percent), false },
	{ "stopped", read_text, INTERVAL(stopped), false },
	{ "last", read_bool, INTERVAL(last), false },
	{ 0 },
};

static int read_interval(struct record *record, json_t *object, struct err *err)
{
	struct record_interval *interval = &record->as.interval;
	struct stats *stats = &interval->stats;

	json_t *target = json_object_get(object, "target");
	json_t *from = json_object_get(object, "target_from");

	if (read_fields(object, interval_fields, interval, err))
		return -1;
	interval->has_target = target && !json_is_null(target);
	if (!from || json_is_null(from))
		interval->target_from = interval->target;
	stats->sent = stats->ok + stats->failed;
	stats->planned = stats->sent + stats->skipped;
	if (stats_check(stats, err))
		return -1;
	return read_histograms(stats, object, "failed_service", err);
}

/* ---- which record ---- */

struct schema {
	const char *name;
	enum record_kind kind;
	int (*read)(struct record *record, json_t *object, struct err *err);
};

static const struct schema schemas[] = {
	{ "client", RECORD_CLIENT, read_client },
	{ "interval", RECORD_INTERVAL, read_interval },
	{ "run", RECORD_OTHER, NULL },
	{ "fault", RECORD_OTHER, NULL },
	{ "sample", RECORD_OTHER, NULL },
	{ "report", RECORD_OTHER, NULL },
};
static const struct schema cloudp2p = { "", RECORD_CLIENT, read_cloudp2p };

/* "ringstorm-client/1", or "/1.2": a minor version only adds fields. NULL with
 * `err` for one that is not known here. */
static const struct schema *find_schema(const char *text, struct err *err)
{
	const char *name = skip_word(text, "ringstorm-");

	for (size_t i = 0; name && i < sizeof(schemas) / sizeof(*schemas);
	     i++) {
		const struct schema *schema = &schemas[i];
		const char *at = skip_word(skip_word(name, schema->name), "/");
		uint64_t major = 0;

		at = at ? skip_number(at, &major) : NULL;
		if (!at || (*at && *at != '.') || major < SCHEMA_MAJOR)
			continue;
		if (major == SCHEMA_MAJOR || !schema->read)
			return schema;
		err_set(err,
		    "schema %.64s is newer than this program, which reads "
		    "ringstorm-%s/%d: update ringstorm here",
		    text, schema->name, SCHEMA_MAJOR);
		return NULL;
	}
	err_set(err, "schema \"%.64s\" is unknown", text);
	return NULL;
}

static const struct schema *schema_of(json_t *object, struct err *err)
{
	json_t *schema = json_object_get(object, "schema");

	if (json_is_string(schema))
		return find_schema(json_string_value(schema), err);
	if (!schema &&
	    json_is_object(json_object_get(object, "aggregated_stats")))
		return &cloudp2p;
	err_set(err, "no metric file: there is no \"schema\"");
	return NULL;
}

int record_read(struct record *record, const char *text, size_t length,
    struct err *err)
{
	const struct schema *schema;
	json_error_t why;
	json_t *object;
	int result = -1;

	memset(record, 0, sizeof(*record));
	record->kind = RECORD_OTHER;
	if (length > RECORD_BYTES_MAX)
		return err_set(err, "larger than a record may be (4 MB)");
	object = json_loadb(text, length, JSON_REJECT_DUPLICATES, &why);
	if (!object)
		return err_set(err, "no whole JSON: %s (line %d, column %d)",
		    why.text, why.line, why.column);
	schema = schema_of(object, err);
	if (!schema)
		goto out;
	record->kind = schema->kind;
	result = schema->read ? schema->read(record, object, err) : 0;
	if (result)
		record_release(record);
out:
	json_decref(object);
	return result;
}

static void release_client(struct record_client *client)
{
	free(client->run_id);
	free(client->client_name);
	free(client->driver);
	stats_clear(&client->stats);
}

static void release_interval(struct record_interval *interval)
{
	free(interval->run_id);
	free(interval->phase);
	free(interval->stopped);
	histogram_clear(&interval->lag);
	record_generator_release(&interval->generator);
	record_connections_release(&interval->connections);
	stats_clear(&interval->stats);
}

int64_t record_interval_load_ms(const struct record_interval *interval)
{
	bool has_ended =
	    interval->stats.sent > 0 || interval->stats.skipped > 0;

	if (interval->last && !has_ended)
		return 0;
	return has_ended && interval->length_ms < 1 ? 1 : interval->length_ms;
}

void record_release(struct record *record)
{
	if (record->kind == RECORD_CLIENT)
		release_client(&record->as.client);
	else if (record->kind == RECORD_INTERVAL)
		release_interval(&record->as.interval);
	record->kind = RECORD_OTHER;
}
