#include "fault_ring/banner.h"

#include "lib/clock.h"
#include "lib/mem.h"
#include "lib/rng.h"
#include "lib/unit.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define RULE "========================================="

static void print_pattern(const struct settings *settings)
{
	switch ((enum pattern_kind)settings->pattern) {
	case PATTERN_RING:
		break;
	case PATTERN_RANDOM:
		printf("Pattern:             random (SEED=%" PRIu64 ")\n",
		    settings->seed);
		break;
	case PATTERN_SIMULTANEOUS:
		printf("Pattern:             %" PRIu64 " at once\n",
		    settings->count);
		break;
	case PATTERN_SCHEDULE:
		printf("Pattern:             %s\n", settings->schedule);
		break;
	}
}

static void print_server(const struct target *target)
{
	const struct server_settings *settings = target->settings;

	printf("Server %u: %s\n", target->id, settings->host);
	printf("  Config:   %s\n",
	    settings->config ? settings->config : "(not given)");
	printf("  Work Dir: %s\n", vars_get(&target->vars, "work"));
	printf("  Binary:   %s\n", vars_get(&target->vars, "binary"));
}

void banner_print(const struct plan *plan, const struct targets *targets,
    const struct settings *settings)
{
	if (settings->quiet)
		return;
	printf(RULE "\n");
	printf("CloudP2P Fault Simulation%s\n",
	    settings->pattern == PATTERN_RING ? " - Ring Algorithm" : "");
	printf(RULE "\n");
	printf("Number of Servers:   %zu\n", targets->count);
	printf("Fault Interval:      %gs\n",
	    (double)settings->fault_interval_ns / NS_PER_SECOND);
	printf("Restart Delay:       %gs\n",
	    (double)settings->restart_delay_ns / NS_PER_SECOND);
	printf("Number of Cycles:    %u\n", plan->cycles);
	print_pattern(settings);
	if (strcmp(settings->fault, "kill") != 0 &&
	    settings->pattern != PATTERN_SCHEDULE)
		printf("Fault:               %s\n", settings->fault);
	printf("Log File:            %s\n", settings->log_file);
	printf(RULE "\n\n");
	for (size_t i = 0; i < targets->count; i++)
		print_server(&targets->items[i]);
	printf("\n");
	fflush(stdout);
}

void banner_ready(const struct plan *plan, const struct targets *targets,
    const struct settings *settings)
{
	char length[UNIT_TEXT];

	if (settings->quiet)
		return;
	unit_duration(length, plan_length_ns(plan, settings));
	printf("All %zu ready. %zu fault%s, about %s. At most %" PRIu64
	       " down at a time (MAX_DOWN=%" PRIu64
	       "). ^C heals what is broken and stops.\n\n",
	    targets->count, plan->count, plan->count == 1 ? "" : "s", length,
	    settings->max_down, settings->max_down);
	fflush(stdout);
}

char *banner_run_id(void)
{
	time_t now = (time_t)(clock_unix_ms() / 1000);
	char stamp[32];
	struct tm utc;

	gmtime_r(&now, &utc);
	strftime(stamp, sizeof stamp, "%Y-%m-%dT%H:%M:%SZ", &utc);
	return mem_format("%s-%04x", stamp,
	    (unsigned)(rng_system_seed() & 0xffff));
}

bool banner_is_terminal(const struct settings *settings)
{
	const char *term = getenv("TERM");

	return isatty(STDERR_FILENO) && !settings->quiet &&
	       !settings->no_color && (!term || strcmp(term, "dumb") != 0);
}
