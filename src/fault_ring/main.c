/* main.c - fault_ring: breaks the servers of a ring one after the other, sees
 * that they broke, mends them, and sees that they are whole. */
#include "fault_ring/banner.h"
#include "fault_ring/dry_run.h"
#include "fault_ring/heal.h"
#include "fault_ring/order.h"
#include "fault_ring/preflight.h"
#include "fault_ring/run.h"
#include "fault_ring/settings.h"
#include "lib/fiber.h"
#include "lib/mem.h"
#include "lib/rng.h"

#include <signal.h>
#include <stdlib.h>

struct program {
	struct settings settings;
	struct targets targets;
	struct plan plan;
	struct stage stage;
	char *run_id;
	int code;
};

/* Everything that can be wrong without asking a host. */
static int load(struct program *program, const struct options *options)
{
	struct settings *settings = &program->settings;
	struct err err;

	if (!options_given(options, "seed"))
		settings->seed = rng_system_seed() % 1000000;
	if (targets_init(&program->targets, settings, &err) != 0)
		return err_fail(&err, EXIT_USAGE);
	if (!settings->heal &&
	    order_make(&program->plan, settings, &program->targets, &err) != 0)
		return err_fail(&err, EXIT_USAGE);
	program->run_id =
	    settings->run_id ? mem_text(settings->run_id) : banner_run_id();
	return EXIT_PASSED;
}

static int simulate(struct program *program)
{
	struct settings *settings = &program->settings;
	struct stage *stage = &program->stage;
	struct err err;
	int code;

	code = preflight(&program->targets, &program->plan, settings,
	    settings->quiet ? NULL : stdout);
	if (code != EXIT_PASSED)
		return code;
	*stage =
	    (struct stage){ .settings = settings, .run_id = program->run_id };
	if (events_open(&stage->events, settings->log_file, program->run_id,
	        banner_is_terminal(settings), &err) != 0) {
		code = err_fail(&err, EXIT_CANNOT);
	} else {
		banner_ready(&program->plan, &program->targets, settings);
		code = run_plan(stage, &program->targets, &program->plan);
	}
	events_close(&stage->events);
	return code;
}

/* The fiber in which the program speaks with its hosts. */
static void work(void *arg)
{
	struct program *program = arg;

	program->code = program->settings.heal
	                    ? heal_all(&program->targets,
	                          program->settings.recovery_timeout_ns)
	                    : simulate(program);
	/* What the connections hold belongs to the loop that runs now. */
	for (size_t i = 0; i < program->targets.count; i++)
		remote_disconnect(program->targets.items[i].remote);
}

static int perform(struct program *program)
{
	struct loop *loop;
	struct err err;

	if (!program->settings.heal)
		banner_print(&program->plan, &program->targets,
		    &program->settings);
	if (program->settings.dry_run)
		return dry_run(&program->targets, &program->plan,
		           &program->settings, stdout, &err) == 0
		           ? EXIT_PASSED
		           : err_fail(&err, EXIT_USAGE);
	loop = loop_new(&err);
	program->code = EXIT_CANNOT;
	if (!loop || !fiber_spawn(loop, work, program) ||
	    loop_run(loop, &err) != 0)
		program->code = err_fail(&err, EXIT_CANNOT);
	loop_free(loop);
	return program->code;
}

int main(int argc, char **argv)
{
	struct program program = { 0 };
	struct option_set sets[SETTINGS_SETS];
	struct options options = settings_options(&program.settings, sets);
	struct sigaction ignore = { .sa_handler = SIG_IGN };
	int operand, code;

	/* Whoever reads our output may go away; the faults are healed. */
	sigaction(SIGPIPE, &ignore, NULL);
	if (options_start(&options, argc, argv, &operand, &code)) {
		code = load(&program, &options);
		if (code == EXIT_PASSED)
			code = perform(&program);
	}
	free(program.run_id);
	plan_release(&program.plan);
	targets_release(&program.targets);
	options_release(&options);
	return err_end(code);
}
