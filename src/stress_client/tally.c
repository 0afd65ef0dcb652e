#include "stress_client/tally.h"

/* A success whose latency says all that is not as it was the last time. */
static bool is_usual(const struct tally *tally, const struct outcome *outcome)
{
	return outcome->operation == tally->operation &&
	       outcome->server == tally->server && !outcome->reason &&
	       outcome->retries == 0 &&
	       outcome->response_us == outcome->service_us &&
	       outcome->service_us >= 0 && outcome->service_us <= UINT32_MAX;
}

void tally_settle(struct tally *tally)
{
	const struct outcome usual = { .operation = tally->operation,
		.server = tally->server,
		.bytes_sent = tally->bytes_sent,
		.bytes_received = tally->bytes_received };
	if (tally->noted == 0)
		return;
	stats_record_all(&tally->stats, &usual, tally->service_us,
	    tally->noted);
	tally->noted = 0;
	tally->bytes_sent = 0;
	tally->bytes_received = 0;
}

void tally_record(struct tally *tally, const struct outcome *outcome,
    bool lasting)
{
	if (!lasting || !is_usual(tally, outcome)) {
		tally_settle(tally);
		tally->operation = lasting ? outcome->operation : NULL;
		tally->server = lasting ? outcome->server : NULL;
		stats_record(&tally->stats, outcome);
		return;
	}
	if (tally->noted == TALLY_NOTES)
		tally_settle(tally);
	tally->service_us[tally->noted++] = (uint32_t)outcome->service_us;
	tally->bytes_sent += outcome->bytes_sent;
	tally->bytes_received += outcome->bytes_received;
}

void tally_clear(struct tally *tally)
{
	stats_clear(&tally->stats);
	*tally = (struct tally){ 0 };
}
