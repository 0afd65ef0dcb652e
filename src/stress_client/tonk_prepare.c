/* tonk_prepare.c - what is settled before the clients of a relay come to life;
 * see tonk.h. */
#include "stress_client/tonk.h"

#include "lib/clock.h"
#include "lib/libssl.h"
#include "lib/mem.h"
#include "stress_client/plan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* As good as for ever. */
#define PAUSE_MAX_NS (720 * 3600 * 1e9)

const char *const tonk_operation_names[] = {
	[TONK_CHANGE] = "change",
	[TONK_BROADCAST] = "broadcast",
	[TONK_PING] = "ping",
	[TONK_LOOKUP] = "lookup",
};

static int read_operation(struct tonk_shared *shared, const char *item,
    struct err *err)
{
	size_t length = strcspn(item, "=");
	double weight = 1;
	char *end = NULL;

	if (item[length] == '=') {
		weight = strtod(item + length + 1, &end);
		if (*end || end == item + length + 1 || !(weight >= 0) ||
		    weight > 1e9)
			return err_set(err,
			    "--operations '%s': the weight is not a number",
			    item);
	}
	for (size_t i = 0; i < TONK_OPERATIONS; i++)
		if (strlen(tonk_operation_names[i]) == length &&
		    strncmp(tonk_operation_names[i], item, length) == 0) {
			shared->until[i] = weight;
			return 0;
		}
	return err_set(err,
	    "--operations '%s': there are change, broadcast, ping and lookup",
	    item);
}

static int read_operations(struct tonk_shared *shared, struct err *err)
{
	const struct text_list *list = &shared->settings->operations;
	if (list->count == 0)
		shared->until[TONK_CHANGE] = 1;
	for (size_t i = 0; i < list->count; i++)
		if (read_operation(shared, list->items[i], err) < 0)
			return -1;
	for (size_t i = 1; i < TONK_OPERATIONS; i++)
		shared->until[i] += shared->until[i - 1];
	if (shared->until[TONK_OPERATIONS - 1] > 0)
		return 0;
	return err_set(err, "--operations leaves nothing to do");
}

static int choose_document(struct tonk_shared *shared, const struct plan *plan,
    struct err *err)
{
	const char *given = shared->settings->document;
	uint8_t hash[SHA256_DIGEST_LENGTH];

	SHA256((const uint8_t *)plan->run_id, strlen(plan->run_id), hash);
	if (!given) {
		document_id_write(shared->document, hash);
		return 0;
	}
	if (document_id_read(hash, given, strlen(given)) < 0)
		return err_set(err,
		    "--document '%s' is no document id (base58, with its "
		    "checksum)",
		    given);
	snprintf(shared->document, sizeof shared->document, "%s", given);
	return 0;
}

/* Whose monotonic clock it is. */
static uint64_t host_name(void)
{
	char text[64] = "";
	uint8_t hash[SHA256_DIGEST_LENGTH];
	uint64_t name;
	FILE *file = fopen("/proc/sys/kernel/random/boot_id", "r");
	if (file) {
		if (!fgets(text, sizeof text, file))
			text[0] = '\0';
		fclose(file);
	}
	SHA256((const uint8_t *)text, strlen(text), hash);
	memcpy(&name, hash, sizeof name);
	return text[0] ? name : rng_system_seed();
}

/* Pauses that leave about so many operations a minute: exponential ones, so
 * that they come at that rate from the first moment on. */
static void pace(struct tonk_shared *shared, struct plan *plan)
{
	uint64_t per_minute = shared->settings->ops_per_minute;
	struct settings *general = &shared->general;
	double clients = 1;

	*general = *plan->settings;
	plan->settings = general;
	if (shared->settings->ops_per == OPS_PER_MACHINE)
		clients =
		    (double)general->num_clients / (double)general->machines;
	double longest_ns = PAUSE_MAX_NS;
	if (per_minute > 0)
		longest_ns = 2 * 60.0 * (double)NS_PER_SECOND * clients /
		             (double)per_minute;
	if (longest_ns > PAUSE_MAX_NS)
		longest_ns = PAUSE_MAX_NS;
	general->max_delay_ns = (int64_t)longest_ns;
	general->min_delay_ns = per_minute > 0 ? 0 : general->max_delay_ns;
	general->think_time = THINK_EXPONENTIAL;
}

void tonk_release(struct plan *plan)
{
	struct tonk_shared *shared = plan->driver_state;
	if (!shared)
		return;
	ws_targets_release(&shared->targets);
	tonk_ledger_free(shared->ledger);
	free(shared);
	plan->driver_state = NULL;
}

int tonk_prepare(struct plan *plan, struct err *err)
{
	struct tonk_shared *shared = mem_new(1, sizeof *shared);

	plan->driver_state = shared;
	shared->settings = plan->driver_values;
	plan->descriptors = 1;
	if (read_operations(shared, err) < 0 ||
	    choose_document(shared, plan, err) < 0 ||
	    ws_targets_init(&shared->targets, &plan->settings->url,
	        &shared->settings->ws, err) < 0)
		return -1;
	plan->servers = shared->targets.count;
	shared->ledger = tonk_ledger_new(plan->clients);
	shared->host = host_name();
	shared->process = rng_system_seed();
	if (options_given(plan->options, "ops-per-minute"))
		pace(shared, plan);
	return 0;
}
