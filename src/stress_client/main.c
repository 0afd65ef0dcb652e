/* main.c - stress_client: many virtual clients that send requests, check every
 * answer and write down what they measured. */
#include "lib/err.h"
#include "stress_client/output.h"
#include "stress_client/plan.h"
#include "stress_client/run.h"
#include "stress_client/stray_flags.h"
#include "stress_client/tables.h"

#include <inttypes.h>
#include <stdio.h>

/* What only libcurl can do makes the driver curl also of http://. */
static bool needs_curl(const struct tables *tables)
{
	return tables->general.url.count > 0 &&
	       (options_given(&tables->options, "proxy") ||
	           options_given(&tables->options, "aws-sigv4"));
}

/* Everything that can be wrong is found before the clock starts. */
static int get_ready(struct plan *plan, struct tables *tables)
{
	struct err err = { "" };

	const char *driver = tables->general.driver;

	if (!driver)
		driver = needs_curl(tables)
		             ? "curl"
		             : driver_name_for(&tables->general.url);
	plan->driver = driver_find(driver, &err);
	if (plan->driver == NULL)
		return err_fail(&err, EXIT_USAGE);
	plan->driver_values = tables_of(tables, plan->driver);
	if (plan_make(plan, &tables->options, &tables->general, &err) == -1)
		return err_fail(&err, EXIT_USAGE);
	if (plan->driver->prepare != NULL &&
	    plan->driver->prepare(plan, &err) == -1)
		return err_fail(&err, EXIT_USAGE);
	return EXIT_PASSED;
}

static int check_target(struct plan *plan)
{
	if (plan->driver->check != NULL)
		return plan->driver->check(plan);
	printf("driver %s has no target to check\n", plan->driver->name);
	return EXIT_PASSED;
}

static int measure(struct plan *plan, const struct options *options)
{
	struct output output;
	int code;
	struct err err;

	if (plan_reserve_files(plan, &err) == -1)
		return err_fail(&err, EXIT_CANNOT);
	if (output_open(&output, plan, &err) == -1 ||
	    output_run(&output, options, &err) == -1) {
		code = err_fail(&err, EXIT_CANNOT);
	} else {
		if (!plan->settings->quiet)
			fprintf(stderr,
			    "run %s, seed %" PRIu64 ", results in %s\n",
			    plan->run_id, plan->seed,
			    plan->lines_to_stdout
			        ? "standard output"
			        : plan->settings->metrics_output_dir);
		code = run(plan, &output);
	}
	output_close(&output);
	return code == EXIT_PASSED && output.failed ? EXIT_CANNOT : code;
}

/* A script that shows the run itself has asked for a check before. */
static void remark(const struct plan *plan, const struct options *options,
    char *const *flags, int flag_count)
{
	const struct settings *settings = plan->settings;

	if ((settings->quiet && !settings->check) || settings->process > 0)
		return;
	plan_remark(plan, options);
	stray_flags_remark(plan->driver, flags, flag_count);
}

static int perform(struct plan *plan, const struct options *options)
{
	if (plan->settings->check)
		return check_target(plan);
	return measure(plan, options);
}

int main(int argc, char **argv)
{
	struct tables tables;
	struct plan plan = { 0 };
	int operand, code;

	tables_init(&tables);
	if (options_start(&tables.options, argc, argv, &operand, &code)) {
		code = get_ready(&plan, &tables);
		if (code == EXIT_PASSED) {
			remark(&plan, &tables.options, argv + 1, operand - 1);
			code = perform(&plan, &tables.options);
		}
	}
	if (plan.driver != NULL && plan.driver->release != NULL)
		plan.driver->release(&plan);
	plan_release(&plan);
	tables_release(&tables);
	return err_end(code);
}
