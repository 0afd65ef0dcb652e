/* main.c - stress_client: many virtual clients that send requests, check every
 * answer and write down what they measured. */
#include "lib/err.h"
#include "lib/mem.h"
#include "stress_client/driver.h"
#include "stress_client/output.h"
#include "stress_client/plan.h"
#include "stress_client/run.h"
#include "stress_client/settings.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

/* The general settings, then those of each driver. */
struct tables {
	struct settings general;
	struct option_set *sets;
	struct options options;
};

static void tables_init(struct tables *tables)
{
	*tables = (struct tables){ 0 };
	tables->sets = mem_new(driver_count + 1, sizeof(*tables->sets));
	tables->sets[0] = (struct option_set){ .title = "Run",
		.rows = settings_rows,
		.count = settings_count,
		.values = &tables->general };
	for (size_t i = 0; i < driver_count; i++) {
		const struct driver *driver = drivers[i];
		void *values = driver->values_size == 0
		                   ? NULL
		                   : mem_new(1, driver->values_size);

		tables->sets[i + 1] = (struct option_set){
			.title = driver->help,
			.rows = driver->options,
			.count = driver->option_count,
			.values = values,
		};
	}
	tables->options = (struct options){
		.program = "stress_client",
		.about = "Loads a service with many virtual clients, checks "
		         "every answer and writes what it measured.",
		.sets = tables->sets,
		.set_count = driver_count + 1,
	};
}

static const void *driver_values(const struct tables *tables,
    const struct driver *driver)
{
	for (size_t i = 0; i < driver_count; i++) {
		if (drivers[i] == driver)
			return tables->sets[i + 1].values;
	}
	return NULL;
}

static void tables_release(struct tables *tables)
{
	options_release(&tables->options);
	for (size_t i = 0; i < driver_count; i++)
		free(tables->sets[i + 1].values);
	free(tables->sets);
}

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
	plan->driver_values = driver_values(tables, plan->driver);
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
	(void)printf("driver %s has no target to check\n", plan->driver->name);
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
			(void)fprintf(stderr, "run %s, seed %" PRIu64 "\n",
			    plan->run_id, plan->seed);
		code = run(plan, &output);
	}
	output_close(&output);
	return code == EXIT_PASSED && output.failed ? EXIT_CANNOT : code;
}

static int perform(struct plan *plan, const struct options *options)
{
	/* A script that shows the run itself has asked for a check before. */
	if (plan->settings->check || !plan->settings->quiet)
		plan_remark(plan, options);
	if (plan->settings->check)
		return check_target(plan);
	return measure(plan, options);
}

int main(int argc, char **argv)
{
	struct tables tables;
	struct plan plan = { 0 };
	int operand, code;

	err_program(argv[0]);
	tables_init(&tables);
	if (options_start(&tables.options, argc, argv, &operand, &code)) {
		code = get_ready(&plan, &tables);
		if (code == EXIT_PASSED)
			code = perform(&plan, &tables.options);
	}
	if (plan.driver != NULL && plan.driver->release != NULL)
		plan.driver->release(&plan);
	plan_release(&plan);
	tables_release(&tables);
	return err_end(code);
}
