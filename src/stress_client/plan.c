#include "stress_client/plan.h"

#include "lib/clock.h"
#include "lib/mem.h"
#include "lib/unit.h"
#include "stress_client/arrivals.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

/* The threads come to life within this time before the start, so that the first
 * requests are not late. */
#define SET_UP_NS           (5 * NS_PER_MS)
#define SET_UP_OF_CLIENT_NS (20 * NS_PER_US)

/* What a machine can do at all. */
#define CLIENTS_MOST 1e6
#define RATE_MOST    1e7

/* An open loop may make at least this many clients, unless it is told. */
#define POOL_LEAST 1000

/* Files that are open whatever the number of clients, and those of a thread. */
#define OWN_FILES    32
#define THREAD_FILES 4

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
	if (settings->machines > 1 && settings->machine_id > settings->machines)
		return err_set(err,
		    "MACHINE_ID=%" PRIu64 " is none of the %" PRIu64
		    " MACHINES that share the load",
		    settings->machine_id, settings->machines);
	if (settings->duration_ns > 0 && settings->phases.count > 0)
		return err_set(err, "DURATION and PHASES both say how long the "
		                    "run is: give one of them");
	if (settings->metrics_output != NULL &&
	    strcmp(settings->metrics_output, "-") != 0)
		return err_set(err, "--metrics-output takes only '-' (stdout); "
		                    "name a folder with --metrics-output-dir");
	return 0;
}

/* What would have no effect and was asked for all the same. A default may stand
 * in a conf file that --print-conf has written. */
static int check_given(const struct plan *plan, const struct options *options,
    struct err *err)
{
	const struct settings *settings = plan->settings;
	const struct {
		const char *name;
		bool given;
	} of_open_loops[] = {
		{ "arrivals", settings->arrivals != ARRIVALS_UNIFORM },
		{ "max-clients", options_given(options, "max-clients") },
		{ "max-lag", options_given(options, "max-lag") },
	};
	size_t count = sizeof of_open_loops / sizeof *of_open_loops;

	for (size_t i = 0; i < count && !plan->open_loop; i++)
		if (of_open_loops[i].given)
			return err_set(err,
			    "--%s is for an open loop: give a --rate with it",
			    of_open_loops[i].name);
	if (settings->scale != 1 && settings->phases.count == 0)
		return err_set(err,
		    "--scale makes --phases shorter, and there are none");
	return 0;
}

static int make_load(struct plan *plan, struct err *err)
{
	const struct settings *settings = plan->settings;
	struct load_unit unit = {
		.open_loop = plan->open_loop,
		.full = plan->open_loop ? settings->rate
		                        : (double)settings->num_clients,
		.most = plan->open_loop ? RATE_MOST : CLIENTS_MOST,
		.scale = settings->scale,
	};

	if (settings->phases.count > 0)
		return phases_parse(&plan->load, &settings->phases, &unit, err);
	phases_constant(&plan->load, unit.full,
	    settings->duration_ns > 0 ? settings->duration_ns : CLOCK_NEVER);
	return 0;
}

/* How many of `all`, dealt out, are this process' own. */
static uint64_t own_part(const struct plan *plan, uint64_t all)
{
	return all > plan->place ? (all - plan->place - 1) / plan->places + 1
	                         : 0;
}

static uint64_t clients_of_all(const struct plan *plan)
{
	const struct settings *settings = plan->settings;
	uint64_t most = settings->num_clients;

	if (!plan->open_loop)
		return (uint64_t)ceil(phases_peak(&plan->load));
	if (settings->max_clients > 0)
		return settings->max_clients;
	return most > POOL_LEAST ? most : POOL_LEAST;
}

static int deal_clients(struct plan *plan, struct err *err)
{
	const struct settings *settings = plan->settings;
	uint64_t machine =
	    settings->machines > 1 ? settings->machine_id - 1 : 0;
	uint64_t all = clients_of_all(plan);

	plan->place = machine + settings->machines * settings->process;
	plan->places = settings->machines * plan->processes;
	plan->clients = own_part(plan, all);
	if (plan->clients > 0)
		return 0;
	if (machine >= all)
		return err_set(err,
		    "machine %" PRIu64 " has no client: all machines share "
		    "%" PRIu64,
		    settings->machine_id, all);
	return err_set(err,
	    "process %" PRIu64 " has no client: there are only %" PRIu64
	    " (lower --processes)",
	    settings->process, all);
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
	bool only_time =
	    (settings->duration_ns > 0 || settings->phases.count > 0) &&
	    !options_given(options, "requests-per-client");

	plan->processes = settings->processes == 0 ? 1 : settings->processes;
	if (check_settings(settings, plan->processes, err) == -1)
		return -1;
	plan->options = options;
	plan->settings = settings;
	plan->open_loop =
	    settings->rate > 0 || phases_name_a_rate(&settings->phases);
	if (check_given(plan, options, err) == -1 ||
	    make_load(plan, err) == -1 || deal_clients(plan, err) == -1 ||
	    stop_when_parse(&plan->stop_when, &settings->stop_when, err) == -1)
		return -1;
	plan->steady = plan->load.count == 1 &&
	               plan->load.parts[0].begin == plan->load.parts[0].end;
	plan->run_is_ours = settings->run_id == NULL;
	plan->run_id =
	    plan->run_is_ours ? new_run_id() : mem_text(settings->run_id);
	plan->seed = options_given(options, "seed") ? settings->seed
	                                            : rng_system_seed() >> 32;
	plan->threads = thread_count(plan);
	plan->requests = only_time ? 0 : settings->requests_per_client;
	if (plan->open_loop) {
		plan->total = plan->requests * settings->num_clients;
		plan->requests = 0;
	}
	plan->lines_to_stdout = settings->metrics_output != NULL;
	if (!plan->lines_to_stdout ||
	    options_given(options, "metrics-output-dir"))
		plan->files = mem_text(settings->metrics_output_dir);
	return 0;
}

uint64_t plan_requests(const struct plan *plan)
{
	struct arrivals arrivals;

	if (!plan->open_loop)
		return plan->clients * plan->requests;
	if (plan->total == 0 && plan->load.length_ns == CLOCK_NEVER)
		return 0;
	arrivals_init(&arrivals, &plan->load, false, plan->total, plan->place,
	    plan->places, 0);
	return arrivals_skip(&arrivals, CLOCK_NEVER);
}

double plan_target(const struct plan *plan, int64_t at_ns)
{
	double load = phases_load(&plan->load, at_ns);

	if (plan->open_loop)
		return load / (double)plan->places;
	return (double)own_part(plan, (uint64_t)ceil(load));
}

void plan_remark(const struct plan *plan, const struct options *options)
{
	const struct settings *settings = plan->settings;

	if (plan->open_loop &&
	    (settings->max_delay_ns > 0 ||
	        (options_given(options, "ramp-ms") && settings->ramp_ns > 0)))
		err_warn("with a rate, the clients' own pauses and their ramp "
		         "have no part");
}

void plan_release(struct plan *plan)
{
	free(plan->run_id);
	free(plan->files);
	phases_release(&plan->load);
	stop_when_release(&plan->stop_when);
	*plan = (struct plan){ 0 };
}

static uint64_t own_files(const struct plan *plan)
{
	return OWN_FILES + THREAD_FILES * plan->threads;
}

/* A pool that nobody has asked for is as large as the limit allows. */
static bool shrink_pool(struct plan *plan, uint64_t limit)
{
	char clients[UNIT_TEXT], files[UNIT_TEXT];
	uint64_t own = own_files(plan);
	uint64_t room = limit > own ? (limit - own) / plan->descriptors : 0;

	if (!plan->open_loop || plan->settings->max_clients > 0 || room == 0)
		return false;
	plan->clients = room;
	if (plan->threads > room)
		plan->threads = room;
	err_warn("at most %s clients, for the limit of open files is %s",
	    unit_count(clients, room), unit_count(files, limit));
	return true;
}

int plan_reserve_files(struct plan *plan, struct err *err)
{
	uint64_t need = plan->clients * plan->descriptors + own_files(plan);
	char clients[UNIT_TEXT], needed[UNIT_TEXT], limit[UNIT_TEXT];
	struct rlimit files;

	if (getrlimit(RLIMIT_NOFILE, &files) == -1)
		return err_system(err, "cannot read the limit of open files");
	if (files.rlim_cur >= need)
		return 0;
	rlim_t most = files.rlim_max;
	files.rlim_cur = need < most ? need : most;
	if (setrlimit(RLIMIT_NOFILE, &files) == 0 &&
	    (most >= need || shrink_pool(plan, most)))
		return 0;
	return err_set(err,
	    "%s %s %s open files and the limit is %s; raise it "
	    "with: ulimit -n %" PRIu64,
	    unit_count(clients, plan->clients),
	    plan->clients == 1 ? "client needs" : "clients need",
	    unit_count(needed, need), unit_count(limit, most), need);
}

void plan_start(struct plan *plan)
{
	int64_t set_up_ns = SET_UP_NS;
	int64_t now_unix_ms = clock_unix_ms();
	int64_t at = (int64_t)plan->settings->start_at_unix_ms;

	if (!plan->open_loop)
		set_up_ns += SET_UP_OF_CLIENT_NS * (int64_t)plan->clients;
	int64_t wait_ms = set_up_ns / NS_PER_MS;
	plan->start_ns = clock_now_ns();
	if (at > now_unix_ms + wait_ms)
		wait_ms = at - now_unix_ms;
	else if (at != 0 && at < now_unix_ms)
		err_warn("the moment to start was %.1f s ago; starting now",
		    (double)(now_unix_ms - at) / 1000);
	plan->start_ns += wait_ms * NS_PER_MS;
	plan->start_unix_ms = now_unix_ms + wait_ms;
	plan->end_ns = CLOCK_NEVER;
	if (plan->load.length_ns != CLOCK_NEVER)
		plan->end_ns = plan->start_ns + plan->load.length_ns;
}

uint64_t plan_client_number(const struct plan *plan, uint64_t k)
{
	return plan->settings->process + 1 + k * plan->processes;
}

uint64_t plan_client_rank(const struct plan *plan, uint64_t k)
{
	return plan->place + k * plan->places;
}
