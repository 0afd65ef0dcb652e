/* test_phases.c - what PHASES means, and what it cannot mean. */
#include "stress_client/phases.h"

#include "lib/clock.h"
#include "lib/rng.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define S NS_PER_SECOND

static const struct load_unit clients_100 = { .full = 100,
	.most = 1e6,
	.scale = 1 };
static const struct load_unit rate_5000 = { .open_loop = true,
	.full = 5000,
	.most = 1e7,
	.scale = 1 };

/* Texts end with NULL. */
static int parse(struct phases *phases, const struct load_unit *unit,
    const char **texts, struct err *err)
{
	char copies[8][160], *items[8];
	struct text_list list = { .items = items };
	for (; texts[list.count]; list.count++) {
		snprintf(copies[list.count], sizeof copies[0], "%s",
		    texts[list.count]);
		items[list.count] = copies[list.count];
	}
	return phases_parse(phases, &list, unit, err);
}

#define TEXTS(...) ((const char *[]){ __VA_ARGS__, NULL })

static struct phases parsed(const struct load_unit *unit, const char **texts)
{
	struct phases phases;
	struct err err = { "" };
	if (parse(&phases, unit, texts, &err) < 0)
		fail_msg("%s", err.text);
	return phases;
}

static struct phases everything(const struct load_unit *unit)
{
	return parsed(unit,
	    TEXTS("warmup 30s 10%", "rampup 2m 10%..100%", "sustained 10m 100%",
	        "spike 30s 300%", "growth 1m 1%*100%",
	        "stairs 2m steps 10%..90% by 20% every 20s", "cooldown 30s 0%",
	        "again 10s 50%..0%"));
}

static void assert_near(double a, double b)
{
	if (fabs(a - b) > 1e-6 * fmax(1, fmax(fabs(a), fabs(b))))
		fail_msg("%.9f is not %.9f", a, b);
}

static void phases_follow_one_another(void **state)
{
	struct phases phases = everything(&clients_100);
	(void)state;
	assert_true(phases.length_ns == 1000 * S);
	assert_near(phases_load(&phases, 0), 10);
	assert_near(phases_load(&phases, 30 * S), 10);
	assert_near(phases_load(&phases, 90 * S), 55);
	assert_near(phases_load(&phases, 150 * S), 100);
	assert_near(phases_load(&phases, 750 * S), 300);
	assert_near(phases_load(&phases, 810 * S), 10);
	assert_near(phases_load(&phases, 990 * S), 50);
	assert_near(phases_load(&phases, 995 * S), 25);
	assert_near(phases_load(&phases, 2000 * S), 0);
	assert_string_equal(phases_name(&phases, 0), "warmup");
	assert_string_equal(phases_name(&phases, 750 * S), "spike");
	assert_string_equal(phases_name(&phases, 5000 * S), "again");
	assert_near(phases_peak(&phases), 300);
	phases_release(&phases);
}

static void a_phase_ends_where_the_next_begins_and_its_steps_do_not(
    void **state)
{
	struct phases phases = everything(&clients_100);
	(void)state;
	assert_true(phases_next(&phases, 0) == 30 * S);
	assert_true(phases_next(&phases, 30 * S) == 150 * S);
	assert_true(phases_next(&phases, 850 * S) == 960 * S);
	assert_true(phases_next(&phases, 995 * S) == CLOCK_NEVER);
	phases_release(&phases);
}

static void steps_go_up_and_down_and_stay_at_the_last(void **state)
{
	struct phases up =
	    parsed(&clients_100, TEXTS("a 100s steps 10..35 by 10 every 20s"));
	struct phases down = parsed(&clients_100,
	    TEXTS("a 100s steps 30%..10% by 10% every 20s"));
	static const double ups[] = { 10, 20, 30, 35, 35 },
	                    downs[] = { 30, 20, 10, 10, 10 };
	(void)state;
	for (int i = 0; i < 5; i++) {
		assert_near(phases_load(&up, i * 20 * S), ups[i]);
		assert_near(phases_load(&up, (i * 20 + 19) * S), ups[i]);
		assert_near(phases_load(&down, i * 20 * S), downs[i]);
	}
	assert_true(up.length_ns == 100 * S && down.length_ns == 100 * S);
	phases_release(&up);
	phases_release(&down);
}

static void growth_takes_the_same_factor_in_equal_times(void **state)
{
	struct phases phases = parsed(&rate_5000, TEXTS("a 20s 1/s*10000/s"));
	(void)state;
	for (int i = 0; i <= 4; i++)
		assert_near(phases_load(&phases, i * 5 * S), pow(10, i));
	phases_release(&phases);
}

static void absolute_numbers_need_no_whole(void **state)
{
	static const struct load_unit open_loop = { .open_loop = true,
		.most = 1e7,
		.scale = 1 };
	struct phases phases = parsed(&open_loop,
	    TEXTS("a 10s 500/s", "b 10s 600", "c 1m 90/m..120/m"));
	(void)state;
	assert_near(phases_load(&phases, 0), 500);
	assert_near(phases_load(&phases, 10 * S), 600);
	assert_near(phases_load(&phases, 20 * S), 1.5);
	phases_release(&phases);
}

static void a_scale_shortens_every_duration(void **state)
{
	struct load_unit unit = clients_100;
	(void)state;
	unit.scale = 0.01;
	struct phases phases = everything(&unit);
	assert_true(phases.length_ns == 10000 * NS_PER_MS);
	assert_near(phases_load(&phases, 8100 * NS_PER_MS), 10);
	assert_near(phases_load(&phases, 8900 * NS_PER_MS), 50);
	phases_release(&phases);
}

/* The trapezoid rule, in steps of a millisecond. */
static double summed(const struct phases *phases, int64_t until_ns)
{
	double sum = 0;
	for (int64_t t = 0; t < until_ns; t += NS_PER_MS)
		sum += (phases_load(phases, t) +
		           phases_load(phases, t + NS_PER_MS - 1)) /
		       2 / 1000;
	return sum;
}

static void arrivals_are_the_area_under_the_rate(void **state)
{
	struct phases phases = everything(&rate_5000);
	(void)state;
	for (int64_t t = 0; t <= phases.length_ns; t += 101 * S) {
		double area = phases_arrivals(&phases, t);
		if (fabs(area - summed(&phases, t)) > 1e-5 * area + 0.5)
			fail_msg("at %g s: %f, summed up %f", (double)t / 1e9,
			    area, summed(&phases, t));
	}
	assert_near(phases_arrivals(&phases, 30 * S), 15000);
	assert_near(phases_arrivals(&phases, 150 * S), 345000);
	assert_near(phases_arrivals(&phases, -5), 0);
	assert_true(phases_arrivals(&phases, CLOCK_NEVER) ==
	            phases_arrivals(&phases, phases.length_ns));
	phases_release(&phases);
}

static void the_moment_of_an_arrival_is_the_inverse_and_never_goes_back(
    void **state)
{
	struct phases phases = everything(&rate_5000);
	double total = phases_arrivals(&phases, phases.length_ns);
	int64_t before_ns = 0;
	(void)state;
	for (double place = 0; place < total - 1; place += 37) {
		int64_t moment_ns = phases_moment(&phases, place);
		assert_true(
		    moment_ns >= before_ns && moment_ns < phases.length_ns);
		/* A nanosecond of 15,000/s. */
		if (fabs(phases_arrivals(&phases, moment_ns) - place) > 2e-5)
			fail_msg("place %f comes at %lld, of %f", place,
			    (long long)moment_ns,
			    phases_arrivals(&phases, moment_ns));
		before_ns = moment_ns;
	}
	assert_true(phases_moment(&phases, total + 1) == CLOCK_NEVER);
	phases_release(&phases);
}

static void sums_of_constant_rates_are_exact(void **state)
{
	static const char *const lengths[] = { "10s", "100ms", "333ms", "7s",
		"1h" };
	static const double seconds[] = { 10, 0.1, 0.333, 7, 3600 };
	static const double rates[] = { 5000, 1, 10, 999, 20000, 10000000 };
	(void)state;
	for (size_t i = 0; i < sizeof seconds / sizeof *seconds; i++) {
		for (size_t j = 0; j < sizeof rates / sizeof *rates; j++) {
			struct load_unit unit = rate_5000;
			char text[64];
			double total = ceil(seconds[i] * rates[j] - 1e-3);
			unit.full = rates[j];
			snprintf(text, sizeof text, "a %s 100%%", lengths[i]);
			struct phases phases = parsed(&unit, TEXTS(text));
			assert_true(phases_moment(&phases, total - 1) <
			            phases.length_ns);
			assert_true(
			    phases_moment(&phases, total) == CLOCK_NEVER);
			phases_release(&phases);
		}
	}
}

static void a_load_that_rests_at_nothing_brings_nobody(void **state)
{
	struct phases phases =
	    parsed(&rate_5000, TEXTS("a 1s 100/s", "b 10s 0", "c 1s 100/s"));
	(void)state;
	assert_true(phases_moment(&phases, 99) < S);
	assert_true(phases_moment(&phases, 100) == 11 * S);
	assert_true(phases_moment(&phases, 200) == CLOCK_NEVER);
	phases_release(&phases);
}

static void a_rank_is_below_the_load_from_the_first_such_moment_on(void **state)
{
	struct phases phases = everything(&clients_100);
	struct rng rng;
	(void)state;
	rng_init(&rng, 1, 1);
	for (int i = 0; i < 2000; i++) {
		double rank = (double)rng_below(&rng, 320);
		int64_t from_ns = (int64_t)rng_below(&rng, 1000) * S;
		int64_t at_ns = phases_above(&phases, rank, from_ns);
		int64_t end_ns =
		    at_ns == CLOCK_NEVER ? phases.length_ns : at_ns;
		if (at_ns != CLOCK_NEVER)
			assert_true(at_ns >= from_ns &&
			            phases_load(&phases, at_ns) > rank);
		for (int64_t t = from_ns; t < end_ns; t += S / 4)
			assert_true(phases_load(&phases, t) <= rank);
		if (at_ns != CLOCK_NEVER && at_ns > from_ns)
			assert_true(phases_load(&phases, at_ns - 1) <= rank);
	}
	phases_release(&phases);
}

static void a_load_without_end_is_constant(void **state)
{
	struct phases phases;
	(void)state;
	phases_constant(&phases, 20000, CLOCK_NEVER);
	assert_near(phases_arrivals(&phases, 3600 * S), 72e6);
	assert_true(phases_moment(&phases, 72e6) == 3600 * S);
	assert_true(phases_above(&phases, 19999, 5) == 5);
	assert_true(phases_above(&phases, 20000, 5) == CLOCK_NEVER);
	assert_string_equal(phases_name(&phases, 77), "sustained");
	assert_true(phases_next(&phases, 77) == CLOCK_NEVER);
	phases_release(&phases);
}

static void what_makes_no_sense_is_refused_with_words(void **state)
{
	static const struct {
		const char *text, *words;
	} wrong[] = {
		{ "", "a phase is 'NAME TIME LOAD'" },
		{ "warmup", "a phase is 'NAME TIME LOAD'" },
		{ "warmup 30s", "a phase is 'NAME TIME LOAD'" },
		{ "warm/up 30s 10%", "'warm/up' is no name" },
		{ "warmup 30 10%", "'30' is no duration" },
		{ "spike 0s-60s 500", "'0s-60s' is no duration" },
		{ "spike -5s 500", "'-5s' is no duration" },
		{ "spike 0s 500", "it lasts for no time" },
		{ "spike 10us 500", "10us is less than 1 ms" },
		{ "spike 721h 500", "more than 720 hours" },
		{ "spike 10s 500/s", "'500/s' is no load" },
		{ "spike 10s many", "'many' is no load" },
		{ "spike 10s -5", "'-5' is no load" },
		{ "spike 10s %", "'%' is no load" },
		{ "spike 10s 10%..", "'' is no load" },
		{ "spike 10s ..10%", "'' is no load" },
		{ "spike 10s 10%...20%", "'.20%' is no load" },
		{ "spike 10s 10%..20%..30%", "'20%..30%' is no load" },
		{ "spike 10s 0*10%", "nothing grows from or to 0" },
		{ "spike 10s 10%*0", "nothing grows from or to 0" },
		{ "spike 10s 2M", "more than 1000000 clients" },
		{ "spike 10s 10% 20%", "'10%20%' is no load" },
		{ "spike 10s steps 10%..50%",
		    "steps are written 'steps 10%..50% by 10% every 30s'" },
		{ "spike 10s steps 10%*50% by 10% every 1s",
		    "steps are written" },
		{ "spike 10s steps 10%..50% by 0 every 1s",
		    "steps by nothing" },
		{ "spike 10s steps 10%..50% by 10% every 0s",
		    "it lasts for no time" },
		{ "spike 10s steps 10%..50% by 10% every 3s",
		    "it ends before its last step, the 5th, begins" },
		{ "spike 10s 0%", "no phase has any load" },
		{ "up 1s 5%, spike 1s 9%, spike 2s 50%",
		    "phase ' spike 2s 50%': 'spike' is the name of phase 2 "
		    "already" },
		{ "a 1s 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16",
		    "too many words" },
	};
	(void)state;
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		struct phases phases;
		struct err err = { "" };
		assert_int_equal(
		    parse(&phases, &clients_100, TEXTS(wrong[i].text), &err),
		    -1);
		if (!strstr(err.text, wrong[i].words))
			fail_msg("'%s': %s", wrong[i].text, err.text);
		assert_null(phases.parts);
	}
}

static void a_percentage_of_no_rate_is_refused(void **state)
{
	static const struct load_unit open_loop = { .open_loop = true,
		.most = 1e7,
		.scale = 1 };
	struct phases phases;
	struct err err;
	(void)state;
	assert_int_equal(
	    parse(&phases, &open_loop, TEXTS("a 1s 500/s", "b 1s 50%"), &err),
	    -1);
	assert_string_equal(err.text,
	    "phase 'b 1s 50%': 50% of what? There is no RATE to take it of");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(phases_follow_one_another),
		cmocka_unit_test(
		    a_phase_ends_where_the_next_begins_and_its_steps_do_not),
		cmocka_unit_test(steps_go_up_and_down_and_stay_at_the_last),
		cmocka_unit_test(growth_takes_the_same_factor_in_equal_times),
		cmocka_unit_test(absolute_numbers_need_no_whole),
		cmocka_unit_test(a_scale_shortens_every_duration),
		cmocka_unit_test(arrivals_are_the_area_under_the_rate),
		cmocka_unit_test(
		    the_moment_of_an_arrival_is_the_inverse_and_never_goes_back),
		cmocka_unit_test(sums_of_constant_rates_are_exact),
		cmocka_unit_test(a_load_that_rests_at_nothing_brings_nobody),
		cmocka_unit_test(
		    a_rank_is_below_the_load_from_the_first_such_moment_on),
		cmocka_unit_test(a_load_without_end_is_constant),
		cmocka_unit_test(what_makes_no_sense_is_refused_with_words),
		cmocka_unit_test(a_percentage_of_no_rate_is_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
