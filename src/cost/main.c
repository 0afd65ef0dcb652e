/* cost - what a test costs, by the hours of its machines. */
#include "cost/bill.h"
#include "cost/price.h"
#include "cost/settings.h"
#include "lib/err.h"
#include "lib/unit.h"

#include <stdio.h>
#include <string.h>

static void print(const struct settings *settings, const struct bill *bill)
{
	char amount[BILL_AMOUNT], time[UNIT_TEXT];
	if (settings->number) {
		printf("%.4f\n", bill->total);
		return;
	}
	if (bill->words.length == 0)
		return;
	printf("%s%s%s: %.*s\n",
	    bill_amount(amount, settings->currency, bill->total),
	    settings->time_ns > 0 ? " for " : " an hour",
	    settings->time_ns > 0
	        ? unit_duration(time, settings->time_ns + settings->setup_ns)
	        : "",
	    (int)bill->words.length, (const char *)bill->words.data);
}

/* A limit that nothing can be held to is not kept by chance. */
static int check_limit(const struct settings *settings, const struct bill *bill,
    struct err *err)
{
	char cost[BILL_AMOUNT], most[BILL_AMOUNT];
	double limit;
	if (!settings->max_cost || !*settings->max_cost)
		return 0;
	if (price_amount(settings->max_cost, "MAX_COST", &limit, err) < 0)
		return -1;
	if (bill->words.length == 0)
		return err_set(err, "MAX_COST needs to know the machines: set "
		                    "MACHINE_TYPE in prices.conf");
	if (settings->time_ns == 0)
		return err_set(err,
		    "MAX_COST needs an end: the test has none that is known "
		    "before it starts; give it a duration");
	if (bill->total <= limit)
		return 0;
	bill_amount(cost, settings->currency, bill->total);
	bill_amount(most, settings->currency, limit);
	/* Less than a cent more. */
	if (strcmp(cost, most) == 0)
		snprintf(cost, sizeof cost, "%.20s%.8g", settings->currency,
		    bill->total);
	return err_set(err,
	    "the test would cost %s, which is more than MAX_COST, %s: make it "
	    "shorter, take fewer or cheaper machines, or raise MAX_COST",
	    cost, most);
}

static int run(const struct settings *settings)
{
	struct bill bill = { 0 };
	struct err err;
	int code = EXIT_PASSED;

	if (bill_make(&bill, settings, &err) < 0) {
		code = err_fail(&err, EXIT_USAGE);
	} else {
		print(settings, &bill);
		if (check_limit(settings, &bill, &err) < 0)
			code = err_fail(&err, EXIT_USAGE);
	}
	bill_release(&bill);
	return code;
}

int main(int argc, char **argv)
{
	struct settings settings = { 0 };
	struct option_set sets[SETTINGS_SETS];
	struct options options = {
		.program = "cost",
		.about = "Says what a test costs: its machines, by the hour.",
		.sets = sets,
		.set_count = SETTINGS_SETS,
	};
	int operand, code;

	settings_sets(&settings, sets);
	if (options_start(&options, argc, argv, &operand, &code))
		code = run(&settings);
	options_release(&options);
	return err_end(code);
}
