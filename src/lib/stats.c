#include "lib/stats.h"

#include "lib/unit.h"

#include <string.h>

/* ---- what is the same is kept once ---- */

/* From now on the response times are kept apart from the service times, which
 * all so far were. */
static void part_response(struct stats *stats)
{
	struct operations *operations = &stats->operations;
	if (stats->response_apart)
		return;
	stats->response_apart = true;
	histogram_merge(&stats->response, &stats->service);
	for (size_t i = 0; i < operations->length; i++) {
		struct operation *operation = &operations->items[i];
		histogram_merge(&operation->response, &operation->service);
	}
}

/* From now on each operation keeps its own latencies. The only one so far had
 * all of them. */
static void part_operations(struct stats *stats)
{
	struct operations *operations = &stats->operations;
	struct operation *only = operations->items;
	if (operations->apart)
		return;
	operations->apart = true;
	if (operations->length != 1 || only->ok != stats->service.count)
		return;
	histogram_merge(&only->service, &stats->service);
	histogram_merge(&only->response, &stats->response);
}

/* Whether all latencies, too, with more of that operation (NULL: of none), are
 * still of one and the same. */
static bool stays_alone(const struct stats *stats, const char *name)
{
	const struct operations *operations = &stats->operations;
	if (operations->apart || operations->length > 1)
		return false;
	if (operations->length == 0)
		return !name || stats->service.count == 0;
	return name && strcmp(operations->items->name, name) == 0;
}

const struct histogram *stats_response(const struct stats *stats)
{
	return stats->response_apart ? &stats->response : &stats->service;
}

const struct histogram *stats_operation_service(const struct stats *stats,
    const struct operation *operation)
{
	const struct operations *operations = &stats->operations;
	if (operation->service.count == operation->ok)
		return &operation->service;
	if (!operations->apart && operations->length == 1 &&
	    operation->ok == stats->service.count)
		return &stats->service;
	return NULL;
}

const struct histogram *stats_operation_response(const struct stats *stats,
    const struct operation *operation)
{
	const struct histogram *service =
	    stats_operation_service(stats, operation);
	if (!service || !stats->response_apart)
		return service;
	return service == &stats->service ? &stats->response
	                                  : &operation->response;
}

/* ---- recording ---- */

static void record_operation(struct stats *stats, const struct outcome *outcome)
{
	const char *name = outcome->operation;
	bool ok = !outcome->reason;
	if (!name && !ok)
		return;
	if (!stays_alone(stats, name))
		part_operations(stats);
	if (!name)
		return;
	struct operation *operation = operations_add(&stats->operations, name);
	if (!ok) {
		operation->failed++;
		return;
	}
	operation->ok++;
	if (!stats->operations.apart)
		return;
	histogram_record(&operation->service, outcome->service_us);
	if (stats->response_apart)
		histogram_record(&operation->response, outcome->response_us);
}

void stats_record(struct stats *stats, const struct outcome *outcome)
{
	stats->planned++;
	stats->sent++;
	stats->retries += outcome->retries;
	stats->bytes_sent += outcome->bytes_sent;
	stats->bytes_received += outcome->bytes_received;
	if (outcome->server)
		counts_add(&stats->servers, outcome->server, 1);
	if (!outcome->reason && outcome->response_us != outcome->service_us)
		part_response(stats);
	record_operation(stats, outcome);
	if (!outcome->reason) {
		stats->ok++;
		histogram_record(&stats->service, outcome->service_us);
		if (stats->response_apart)
			histogram_record(&stats->response,
			    outcome->response_us);
	} else {
		stats->failed++;
		counts_add(&stats->reasons, outcome->reason, 1);
		histogram_record(&stats->failed_service, outcome->service_us);
	}
}

static void record_each(struct histogram *histogram, const uint32_t *us,
    uint64_t n)
{
	for (uint64_t i = 0; i < n; i++)
		histogram_record(histogram, us[i]);
}

void stats_record_all(struct stats *stats, const struct outcome *alike,
    const uint32_t *service_us, uint64_t n)
{
	stats->planned += n;
	stats->sent += n;
	stats->ok += n;
	stats->bytes_sent += alike->bytes_sent;
	stats->bytes_received += alike->bytes_received;
	if (alike->server)
		counts_add(&stats->servers, alike->server, n);
	if (!stays_alone(stats, alike->operation))
		part_operations(stats);
	if (alike->operation) {
		struct operation *operation =
		    operations_add(&stats->operations, alike->operation);
		operation->ok += n;
		if (stats->operations.apart)
			record_each(&operation->service, service_us, n);
		if (stats->operations.apart && stats->response_apart)
			record_each(&operation->response, service_us, n);
	}
	record_each(&stats->service, service_us, n);
	if (stats->response_apart)
		record_each(&stats->response, service_us, n);
}

void stats_skip(struct stats *stats, uint64_t n)
{
	stats->planned += n;
	stats->skipped += n;
}

/* ---- merging ---- */

/* Whether all latencies are of one operation also with those of `from`. */
static bool stay_alone(const struct stats *into, const struct stats *from)
{
	const struct operations *theirs = &from->operations;
	if (theirs->apart || theirs->length > 1)
		return false;
	if (theirs->length == 0 && from->service.count == 0)
		return true;
	return stays_alone(into, theirs->length ? theirs->items->name : NULL);
}

static void merge_operations(struct stats *into, const struct stats *from)
{
	const struct operations *theirs = &from->operations;
	if (!stay_alone(into, from))
		part_operations(into);
	for (size_t i = 0; i < theirs->length; i++) {
		const struct operation *their = &theirs->items[i];
		struct operation *ours =
		    operations_add(&into->operations, their->name);
		ours->ok += their->ok;
		ours->failed += their->failed;
		const struct histogram *service =
		    stats_operation_service(from, their);
		if (!into->operations.apart || !service)
			continue;
		histogram_merge(&ours->service, service);
		if (into->response_apart)
			histogram_merge(&ours->response,
			    stats_operation_response(from, their));
	}
}

void stats_merge(struct stats *into, const struct stats *from)
{
	if (from->response_apart)
		part_response(into);
	merge_operations(into, from);
	into->planned += from->planned;
	into->sent += from->sent;
	into->skipped += from->skipped;
	into->ok += from->ok;
	into->failed += from->failed;
	into->retries += from->retries;
	into->bytes_sent += from->bytes_sent;
	into->bytes_received += from->bytes_received;
	counts_merge(&into->servers, &from->servers);
	counts_merge(&into->reasons, &from->reasons);
	histogram_merge(&into->service, &from->service);
	if (into->response_apart)
		histogram_merge(&into->response, stats_response(from));
	histogram_merge(&into->failed_service, &from->failed_service);
}

void stats_clear(struct stats *stats)
{
	counts_clear(&stats->servers);
	counts_clear(&stats->reasons);
	operations_clear(&stats->operations);
	histogram_clear(&stats->service);
	histogram_clear(&stats->response);
	histogram_clear(&stats->failed_service);
	*stats = (struct stats){ 0 };
}

/* ---- asking ---- */

double stats_failed_percent(const struct stats *stats)
{
	if (stats->sent == 0)
		return 0;
	return 100 * (double)stats->failed / (double)stats->sent;
}

/* A whole that must be the sum of two parts, and the words for each. */
struct identity {
	const char *whole_name, *a_name, *b_name;
	uint64_t whole, a, b;
};

static int identity_check(const struct identity *identity, struct err *err)
{
	char whole[UNIT_TEXT], a[UNIT_TEXT], b[UNIT_TEXT], sum[UNIT_TEXT];

	/* Not a + b: a record is input, and the sum could wrap round. */
	if (identity->a <= identity->whole &&
	    identity->whole - identity->a == identity->b)
		return 0;
	return err_set(err, "%s %s but %s %s + %s %s = %s",
	    identity->whole_name, unit_count(whole, identity->whole),
	    identity->a_name, unit_count(a, identity->a), identity->b_name,
	    unit_count(b, identity->b),
	    unit_count(sum, identity->a + identity->b));
}

int stats_check(const struct stats *stats, struct err *err)
{
	struct identity planned = { "planned", "sent", "skipped",
		stats->planned, stats->sent, stats->skipped };
	struct identity sent = { "sent", "successful", "failed", stats->sent,
		stats->ok, stats->failed };
	uint64_t explained = counts_total(&stats->reasons);
	uint64_t ok = operations_ok(&stats->operations);
	char a[UNIT_TEXT], b[UNIT_TEXT];

	if (identity_check(&planned, err) || identity_check(&sent, err))
		return -1;
	if (explained != stats->failed)
		return err_set(err, "failed %s but the reasons add up to %s",
		    unit_count(a, stats->failed), unit_count(b, explained));
	if (ok > stats->ok)
		return err_set(err,
		    "successful %s but its operations add up to %s",
		    unit_count(a, stats->ok), unit_count(b, ok));
	return 0;
}
