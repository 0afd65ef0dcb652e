/* run_clients.c - the records of the clients, when a run has ended. */
#include "stress_client/run_state.h"

/* The k-th client of the process; NULL: it was never needed. */
static struct client *client_at(const struct run *run, uint64_t k)
{
	uint64_t threads = run->plan->threads;
	if (k % threads >= run->thread_count)
		return NULL;
	const struct load_thread *thread = &run->threads[k % threads];
	uint64_t j = k / threads;
	return j < thread->made ? thread->clients[j] : NULL;
}

/* In an open loop, those that have ever sent have a record. */
static bool has_record(const struct run *run, const struct client *client)
{
	if (!client)
		return false;
	return !run->plan->open_loop || client->tally.stats.planned > 0;
}

/* What an open loop planned and did not send was nobody's: it is dealt out to
 * the records, so that they add up to what was planned. */
static void deal_unserved(struct run *run)
{
	const struct plan *plan = run->plan;
	uint64_t unserved = 0, records = 0;
	for (uint64_t i = 0; i < run->thread_count; i++)
		unserved += run->threads[i].unserved;
	for (uint64_t k = 0; k < plan->clients; k++)
		records += has_record(run, client_at(run, k));

	bool nobody = records == 0; /* then the first one tells of it */
	for (uint64_t k = 0; k < plan->clients && unserved > 0; k++) {
		struct client *client = client_at(run, k);
		if (!client || (!nobody && !has_record(run, client)))
			continue;
		uint64_t part = nobody ? unserved : unserved / records--;
		stats_skip(&client->tally.stats, part);
		unserved -= part;
	}
}

/* The files of a million clients take a while to write, in which signals are
 * heeded too. */
void run_write_clients(struct run *run)
{
	if (run->plan->open_loop)
		deal_unserved(run);
	for (uint64_t k = 0; k < run->plan->clients; k++) {
		const struct client *client = client_at(run, k);
		if (!has_record(run, client))
			continue;
		int signal = run_wait_for_signal(run, 0);
		if (signal == SIGINT || signal == SIGTERM)
			run_interrupt(run, signal);
		output_client(run->output, client);
	}
	output_write_logs(run->output, UINT64_MAX);
}
