/* plan.c - see plan.h. */
#include "stress_client/plan.h"

#include "lib/clock.h"
#include "lib/mem.h"
#include "lib/unit.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

/* The threads come to life within this time before the start, so that the first
 * requests are not late. */
#define SET_UP_NS           (5 * NS_PER_MS)
#define SET_UP_OF_CLIENT_NS (20 * NS_PER_US)

/* Files that are open whatever the number of clients. */
#define OWN_FILES 40

static char *new_run_id(void)
{
	time_t now = (time_t)(clock_unix_ms() / 1000);
	struct tm utc = { 0 };
	char stamp[32] = "";

	if (gmtime_r(&now, &utc) != NULL)
		(void)strftime(stamp, sizeof(stamp), "%Y-%m-%dT%H:%M:%SZ",
		    &utc);
	return mem_format("%s-%04x", stamp,
	    (unsigned)(rng_system_seed() & 0xffff));
}

static int check_settings(const struct settings *settings, uint64_t processes,
    struct err *err)
{
	if (settings->max_delay_ns < settings->min_delay_ns)
		return err_set(err,
		    "MAX_DELAY_MS=%" PRId64
		    " is less than MIN_DELAY_MS=%" PRId64,
		    settings->max_delay_ns / NS_PER_MS,
		    settings->min_delay_ns / NS_PER_MS);
	if (settings->process >= processes)
		return err_set(err,
		    "--process %" PRIu64 " is not below --processes %" PRIu64,
		    settings->process, processes);
	if (settings->process >= settings->num_clients)
		return err_set(err,
		    "process %" PRIu64 " has no client: there are only %" PRIu64
		    " (lower --processes)",
		    settings->process, settings->num_clients);
	if (settings->metrics_output != NULL &&
	    strcmp(settings->metrics_output, "-") != 0)
		return err_set(err, "--metrics-output takes only '-' (stdout); "
		                    "name a folder with --metrics-output-dir");
	return 0;
}

static uint64_t thread_count(const struct plan *plan)
{
	uint64_t threads = plan->settings->threads;
	long cores = sysconf(_SC_NPROCESSORS_ONLN);

	if (threads == 0 && cores > 0)
		threads = (uint64_t)cores / plan->processes;
	if (threads == 0)
		threads = 1;
	return threads < plan->clients ? threads : plan->clients;
}

int plan_make(struct plan *plan, const struct options *options,
    const struct settings *settings, struct err *err)
{
	bool only_duration =
	    (settings->duration_ns > 0 || settings->phases.count > 0) &&
	    !options_given(options, "requests-per-client");

	plan->processes = settings->processes == 0 ? 1 : settings->processes;
	if (check_settings(settings, plan->processes, err) == -1)
		return -1;
	plan->settings = settings;
	plan->run_is_ours = settings->run_id == NULL;
	plan->run_id =
	    plan->run_is_ours ? new_run_id() : mem_text(settings->run_id);
	plan->seed = options_given(options, "seed") ? settings->seed
	                                            : rng_system_seed() >> 32;
	plan->clients =
	    (settings->num_clients - settings->process - 1) / plan->processes +
	    1;
	plan->threads = thread_count(plan);
	plan->requests = only_duration ? 0 : settings->requests_per_client;
	plan->lines_to_stdout = settings->metrics_output != NULL;
	if (!plan->lines_to_stdout ||
	    options_given(options, "metrics-output-dir"))
		plan->files = mem_text(settings->metrics_output_dir);
	return 0;
}

void plan_release(struct plan *plan)
{
	free(plan->run_id);
	free(plan->files);
	*plan = (struct plan){ 0 };
}

int plan_reserve_files(const struct plan *plan, struct err *err)
{
	uint64_t need = plan->clients * plan->descriptors + OWN_FILES;
	char clients[UNIT_TEXT], needed[UNIT_TEXT], limit[UNIT_TEXT];
	struct rlimit files;

	if (getrlimit(RLIMIT_NOFILE, &files) == -1)
		return err_system(err, "cannot read the limit of open files");
	if (files.rlim_cur >= need)
		return 0;
	if (files.rlim_max >= need) {
		files.rlim_cur = need;
		if (setrlimit(RLIMIT_NOFILE, &files) == 0)
			return 0;
	}
	return err_set(err,
	    "%s clients need %s open files and the limit is %s; raise it "
	    "with: ulimit -n %" PRIu64,
	    unit_count(clients, plan->clients), unit_count(needed, need),
	    unit_count(limit, files.rlim_max), need);
}

void plan_start(struct plan *plan)
{
	int64_t set_up_ns =
	    SET_UP_NS + SET_UP_OF_CLIENT_NS * (int64_t)plan->clients;
	int64_t now_unix_ms = clock_unix_ms(), wait_ms = set_up_ns / NS_PER_MS;
	int64_t at = (int64_t)plan->settings->start_at_unix_ms;

	plan->start_ns = clock_now_ns();
	if (at > now_unix_ms + wait_ms)
		wait_ms = at - now_unix_ms;
	else if (at != 0 && at < now_unix_ms)
		err_warn("the moment to start was %.1f s ago; starting now",
		    (double)(now_unix_ms - at) / 1000);
	plan->start_ns += wait_ms * NS_PER_MS;
	plan->start_unix_ms = now_unix_ms + wait_ms;
	plan->end_ns = CLOCK_NEVER;
	if (plan->settings->duration_ns > 0)
		plan->end_ns = plan->start_ns + plan->settings->duration_ns;
}

uint64_t plan_client_number(const struct plan *plan, uint64_t k)
{
	return plan->settings->process + 1 + k * plan->processes;
}
