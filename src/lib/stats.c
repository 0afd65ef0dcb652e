#include "lib/stats.h"

#include "lib/unit.h"

void stats_record(struct stats *stats, const struct outcome *outcome)
{
	bool ok = !outcome->reason;

	stats->planned++;
	stats->sent++;
	stats->retries += outcome->retries;
	stats->bytes_sent += outcome->bytes_sent;
	stats->bytes_received += outcome->bytes_received;
	if (outcome->server)
		counts_add(&stats->servers, outcome->server, 1);
	if (outcome->operation)
		counts_add(ok ? &stats->operations_ok
		              : &stats->operations_failed,
		    outcome->operation, 1);
	if (ok) {
		stats->ok++;
		histogram_record(&stats->service, outcome->service_us);
		histogram_record(&stats->response, outcome->response_us);
	} else {
		stats->failed++;
		counts_add(&stats->reasons, outcome->reason, 1);
		histogram_record(&stats->failed_service, outcome->service_us);
	}
}

void stats_skip(struct stats *stats, uint64_t n)
{
	stats->planned += n;
	stats->skipped += n;
}

void stats_merge(struct stats *into, const struct stats *from)
{
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
	counts_merge(&into->operations_ok, &from->operations_ok);
	counts_merge(&into->operations_failed, &from->operations_failed);
	histogram_merge(&into->service, &from->service);
	histogram_merge(&into->response, &from->response);
	histogram_merge(&into->failed_service, &from->failed_service);
}

void stats_clear(struct stats *stats)
{
	counts_clear(&stats->servers);
	counts_clear(&stats->reasons);
	counts_clear(&stats->operations_ok);
	counts_clear(&stats->operations_failed);
	histogram_clear(&stats->service);
	histogram_clear(&stats->response);
	histogram_clear(&stats->failed_service);
	*stats = (struct stats){ 0 };
}

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
	char failed[UNIT_TEXT], reasons[UNIT_TEXT];

	if (identity_check(&planned, err) || identity_check(&sent, err))
		return -1;
	if (explained != stats->failed)
		return err_set(err, "failed %s but the reasons add up to %s",
		    unit_count(failed, stats->failed),
		    unit_count(reasons, explained));
	return 0;
}
