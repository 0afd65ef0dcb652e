#include "aggregate/anomalies.h"

#include "lib/mem.h"
#include "lib/rng.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib/near.h"

#define START   INT64_C(1761904800000)
#define SECONDS 120
#define MB      1048576.0

/* A run of which every second is known: one process, 100 answers a second of 20
 * to 30 ms from 50 clients, unless the test says otherwise. */
struct second {
	uint64_t ok, failed, in_flight, clients;
	const char *reason;
	int64_t slower_us;
	uint64_t slow; /* of the ok ones are so much slower */
	double target; /* 0: none */
};

struct scene {
	struct second seconds[SECONDS];
	uint64_t cuts; /* intervals of a second; of each an equal part */
	struct series series;
	struct samples samples;
	struct faults faults;
	struct impact impact;
	struct anomaly_settings settings;
	struct anomalies anomalies;
};

static struct scene *scene_new(void)
{
	struct scene *scene = mem_new(1, sizeof *scene);
	for (size_t k = 0; k < SECONDS; k++)
		scene->seconds[k] = (struct second){ .ok = 100,
			.clients = 50,
			.in_flight = 2,
			.reason = "connection refused" };
	scene->cuts = 1;
	scene->settings = (struct anomaly_settings){ .on = true,
		.samples = 10,
		.spike_factor = 2,
		.spike_least_ns = 5000000,
		.drop_connections = 10,
		.leak_bytes = 100 << 20,
		.burst_share = 0.05,
		.burst_least = 5,
		.collapse_share = 0.5,
		.clock_step_ns = 100000000 };
	return scene;
}

/* What falls to cut `i` of so many. */
static uint64_t part(uint64_t n, uint64_t i, uint64_t cuts)
{
	return n * (i + 1) / cuts - n * i / cuts;
}

static void add_cut(struct scene *scene, size_t k, uint64_t cut,
    struct rng *rng)
{
	const struct second *second = &scene->seconds[k];
	uint64_t cuts = scene->cuts;
	uint64_t ok = part(second->ok, cut, cuts);
	uint64_t failed = part(second->failed, cut, cuts);
	uint64_t slow = part(second->slow, cut, cuts);
	int64_t length_ms = 1000 / (int64_t)cuts;
	const struct machine_clock clock = { true, 0, 1 };
	struct record_interval interval = { .machine_id = 1,
		.from_unix_ms =
		    START + (int64_t)k * 1000 + (int64_t)cut * length_ms,
		.length_ms = length_ms,
		.clients = second->clients,
		.in_flight = second->in_flight,
		.has_target = second->target > 0,
		.target = second->target };
	for (uint64_t i = 0; i < ok + failed; i++) {
		struct outcome outcome = { .operation = "task",
			.reason = i < ok ? NULL : second->reason,
			.service_us = 20000 + (int64_t)(10000 * rng_unit(rng)) +
			              (i < slow ? second->slower_us : 0) };
		outcome.response_us = outcome.service_us;
		stats_record(&interval.stats, &outcome);
	}
	series_add(&scene->series, &interval, &clock);
	stats_clear(&interval.stats);
}

/* A fault that was commanded in the middle of a second, and healed. */
static void add_fault(struct scene *scene, size_t at, size_t healed)
{
	struct faults *faults = &scene->faults;
	faults->items =
	    mem_resize(faults->items, faults->count + 1, sizeof *faults->items);
	faults->items[faults->count] = (struct fault){
		.number = faults->count + 1,
		.server = mem_text("1"),
		.host = mem_text("local"),
		.kind = mem_text("kill"),
		.commanded_unix_ms = START + (int64_t)at * 1000 + 500,
		.confirmed_unix_ms = START + (int64_t)at * 1000 + 510,
		.healed_unix_ms = START + (int64_t)healed * 1000 + 500,
	};
	faults->count++;
}

static void add_sample(struct scene *scene, const char *name, double second,
    const char *figure, double value)
{
	char line[512];
	struct err err = { "" };
	snprintf(line, sizeof line,
	    "{\"schema\": \"ringstorm-sample/1\", \"source\": \"relay\", "
	    "\"name\": \"%s\", \"t_unix_ms\": %.0f, \"values\": {\"%s\": "
	    "%.6f}}",
	    name, (double)START + second * 1e3, figure, value);
	if (samples_take(&scene->samples, line, strlen(line), 0, &err) != 0)
		fail_msg("%s: %s", line, err.text);
}

static void look(struct scene *scene)
{
	const struct impact_settings how = { 0.2, 5000, 10000 };
	struct rng rng;
	struct err err;
	rng_init(&rng, 7, 0);
	for (size_t k = 0; k < SECONDS; k++)
		for (uint64_t cut = 0; cut < scene->cuts; cut++)
			add_cut(scene, k, cut, &rng);
	assert_int_equal(series_finish(&scene->series, &err), 0);
	samples_finish(&scene->samples);
	faults_finish(&scene->faults, NULL, START, START + SECONDS * 1000);
	impact_find(&scene->impact, &scene->series, &scene->faults, &how);
	anomalies_find(&scene->anomalies, &scene->series, &scene->samples,
	    &scene->impact, &scene->settings);
}

static void scene_free(struct scene *scene)
{
	anomalies_release(&scene->anomalies);
	impact_release(&scene->impact);
	faults_release(&scene->faults);
	samples_release(&scene->samples);
	series_release(&scene->series);
	free(scene);
}

/* The only one of its kind. */
static const struct anomaly *the(const struct scene *scene,
    enum anomaly_kind kind)
{
	const struct anomaly *found = NULL;
	for (size_t i = 0; i < scene->anomalies.count; i++) {
		const struct anomaly *anomaly = &scene->anomalies.items[i];
		if (anomaly->kind != kind)
			continue;
		if (found)
			fail_msg("two of %s: %s; %s", anomaly_name(kind),
			    found->words, anomaly->words);
		found = anomaly;
	}
	if (!found)
		fail_msg("no %s", anomaly_name(kind));
	return found;
}

static void assert_none(const struct scene *scene)
{
	if (scene->anomalies.count > 0)
		fail_msg("%s: %s", anomaly_name(scene->anomalies.items[0].kind),
		    scene->anomalies.items[0].words);
}

static double from_s(const struct anomaly *anomaly)
{
	return (double)(anomaly->from_ms - START) / 1e3;
}

static double to_s(const struct anomaly *anomaly)
{
	return (double)(anomaly->to_ms - START) / 1e3;
}

static void a_run_as_usual_has_none_and_is_healthy(void **state)
{
	struct scene *scene = scene_new();
	struct rng rng;
	(void)state;
	rng_init(&rng, 3, 0);
	for (size_t k = 0; k < SECONDS; k++) {
		scene->seconds[k].ok += rng_below(&rng, 30);
		scene->seconds[k].failed = rng_below(&rng, 4);
		add_sample(scene, "a", (double)k, "connections",
		    50 - (double)rng_below(&rng, 10));
	}
	look(scene);
	assert_none(scene);
	assert_string_equal(anomalies_remark(&scene->anomalies),
	    "Nothing was far from usual.");
	assert_true(scene->anomalies.health > 97);
	assert_true(scene->anomalies.health <= 100);
	assert_string_equal(anomalies_health_word(scene->anomalies.health),
	    "healthy");
	scene_free(scene);
}

static void a_spike_is_found_in_its_second_with_the_fault_behind_it(
    void **state)
{
	struct scene *scene = scene_new();
	(void)state;
	for (size_t k = 40; k < 43; k++) {
		scene->seconds[k].slow = 20;
		scene->seconds[k].slower_us = 900000;
	}
	add_fault(scene, 39, 42);
	look(scene);
	const struct anomaly *spike = the(scene, LATENCY_SPIKE);
	assert_double_equal(from_s(spike), 40, 0);
	assert_double_equal(to_s(spike), 43, 0);
	assert_true(spike->size > 900 && spike->size < 950);
	assert_non_null(spike->fault);
	assert_int_equal(spike->fault->number, 1);
	assert_int_equal(scene->anomalies.count, 1);
	scene_free(scene);
}

static void intervals_too_short_to_tell_are_taken_together(void **state)
{
	struct scene *scene = scene_new();
	(void)state;
	scene->cuts = 10;
	for (size_t k = 0; k < SECONDS; k++)
		scene->seconds[k].ok = 30;
	for (size_t k = 40; k < 43; k++) {
		scene->seconds[k].slow = 20;
		scene->seconds[k].slower_us = 900000;
	}
	scene->seconds[80].ok = 0;
	scene->seconds[80].failed = 30;
	add_fault(scene, 39, 42);
	look(scene);
	const struct anomaly *spike = the(scene, LATENCY_SPIKE);
	assert_double_equal(from_s(spike), 40, 0);
	assert_double_equal(to_s(spike), 43, 0);
	assert_non_null(spike->fault);
	const struct anomaly *burst = the(scene, ERROR_BURST);
	assert_double_equal(from_s(burst), 80, 0);
	assert_double_equal(burst->size, 30, 0);
	assert_double_equal(from_s(the(scene, THROUGHPUT_COLLAPSE)), 80, 0);
	assert_int_equal(scene->anomalies.count, 3);
	assert_string_equal(anomalies_remark(&scene->anomalies), "");
	scene_free(scene);
}

static void too_few_answers_tell_no_spike_and_it_is_said(void **state)
{
	struct scene *scene = scene_new();
	(void)state;
	for (size_t k = 0; k < SECONDS; k++)
		scene->seconds[k].ok = 5;
	scene->seconds[40].slow = 5;
	scene->seconds[40].slower_us = 900000;
	look(scene);
	assert_none(scene);
	assert_non_null(
	    strstr(anomalies_remark(&scene->anomalies), "answers too few"));
	scene_free(scene);
}

static void two_slow_requests_are_no_spike(void **state)
{
	struct scene *scene = scene_new();
	(void)state;
	scene->seconds[40].ok = 10;
	scene->seconds[40].slow = 2;
	scene->seconds[40].slower_us = 900000;
	scene->settings.collapse_share = 0;
	look(scene);
	assert_none(scene);
	scene_free(scene);
}

static void a_fault_that_was_over_explains_nothing(void **state)
{
	struct scene *scene = scene_new();
	(void)state;
	for (size_t k = 10; k < 14; k++)
		scene->seconds[k].failed = 60;
	for (size_t k = 80; k < 82; k++)
		scene->seconds[k].failed = 50;
	add_fault(scene, 9, 13);
	look(scene);
	assert_int_equal(scene->anomalies.count, 2);
	const struct anomaly *first = &scene->anomalies.items[0];
	const struct anomaly *second = &scene->anomalies.items[1];
	assert_int_equal(first->kind, ERROR_BURST);
	assert_double_equal(first->size, 240, 0);
	assert_string_equal(first->words,
	    "240 of 640 failed, mostly connection refused");
	assert_non_null(first->fault);
	assert_double_equal(from_s(second), 80, 0);
	assert_null(second->fault);
	scene_free(scene);
}

static void a_frozen_service_is_a_collapse_although_nothing_fails(void **state)
{
	struct scene *scene = scene_new();
	(void)state;
	for (size_t k = 60; k < 65; k++) {
		scene->seconds[k].ok = 0;
		scene->seconds[k].in_flight = 50;
	}
	look(scene);
	const struct anomaly *collapse = the(scene, THROUGHPUT_COLLAPSE);
	assert_double_equal(from_s(collapse), 60, 0);
	assert_double_equal(to_s(collapse), 65, 0);
	assert_double_equal(collapse->size, 100, 0);
	/* Five seconds of 120 counted nothing. */
	assert_double_equal(scene->anomalies.health, 100 * 115 / 120., 0.01);
	scene_free(scene);
}

static void clients_that_pause_or_leave_are_no_collapse(void **state)
{
	struct scene *scene = scene_new();
	(void)state;
	/* A third of the clients leave; later operations stop. */
	for (size_t k = 60; k < SECONDS; k++) {
		scene->seconds[k].clients = 16;
		scene->seconds[k].ok = 33;
	}
	for (size_t k = 100; k < SECONDS; k++) {
		scene->seconds[k].ok = 0;
		scene->seconds[k].in_flight = 0;
	}
	look(scene);
	assert_none(scene);
	scene_free(scene);
}

static void a_target_that_falls_is_no_collapse(void **state)
{
	struct scene *scene = scene_new();
	(void)state;
	for (size_t k = 0; k < SECONDS; k++) {
		bool low = k >= 60;
		scene->seconds[k].target = low ? 10 : 100;
		scene->seconds[k].ok = low ? 10 : 100;
		scene->seconds[k].in_flight = 50;
	}
	look(scene);
	assert_none(scene);
	scene_free(scene);
}

static void dropped_connections_are_found_although_polls_fail(void **state)
{
	struct scene *scene = scene_new();
	(void)state;
	for (size_t k = 0; k < SECONDS; k++) {
		/* The relay is away for 10 s and then fills up again. */
		if (k < 50 || k >= 60)
			add_sample(scene, "relay1", (double)k + 0.2,
			    "connections",
			    k >= 60 ? fmin(50, 2.0 * (double)(k - 60)) : 50);
	}
	add_fault(scene, 49, 59);
	look(scene);
	const struct anomaly *drop = the(scene, CONNECTION_DROP);
	assert_double_equal(from_s(drop), 49.2, 0.01);
	assert_double_equal(to_s(drop), 80.2, 0.01);
	assert_double_equal(drop->size, 50, 0);
	assert_string_equal(drop->who, "relay relay1");
	assert_non_null(drop->fault);
	assert_true(scene->anomalies.health < 90);
	scene_free(scene);
}

static void clients_that_go_take_their_connections_along(void **state)
{
	struct scene *scene = scene_new();
	(void)state;
	for (size_t k = 0; k < SECONDS; k++) {
		scene->seconds[k].clients = k < 60 ? 50 : 5;
		scene->seconds[k].ok = k < 60 ? 100 : 10;
		add_sample(scene, "relay1", (double)k + 0.9, "connections",
		    k < 60 ? 50 : 5);
	}
	look(scene);
	assert_none(scene);
	scene_free(scene);
}

static void the_end_of_a_run_drops_no_connections(void **state)
{
	struct scene *scene = scene_new();
	(void)state;
	for (size_t k = 0; k < SECONDS + 5; k++)
		add_sample(scene, "relay1", (double)k + 0.9, "connections",
		    k < SECONDS - 1 ? 50 : 0);
	look(scene);
	assert_none(scene);
	scene_free(scene);
}

static void connections_that_were_cut_are_a_drop_without_a_probe(void **state)
{
	struct scene *scene = scene_new();
	(void)state;
	scene->seconds[30].failed = 40;
	scene->seconds[30].reason = "closed by peer";
	look(scene);
	const struct anomaly *drop = the(scene, CONNECTION_DROP);
	assert_double_equal(from_s(drop), 30, 0);
	assert_double_equal(drop->size, 40, 0);
	scene_free(scene);
}

/* Memory that is `value(k)` MB in second k, with noise of 5 MB. */
static void add_memory(struct scene *scene, double (*value)(double))
{
	struct rng rng;
	rng_init(&rng, 11, 0);
	for (size_t k = 0; k < SECONDS; k++)
		add_sample(scene, "relay1", (double)k, "proc.rss_bytes",
		    MB * (value((double)k) + 5 * rng_unit(&rng)));
}

static double leaking(double t)
{
	return 300 + 2 * t;
}

static double leaking_in_steps(double t)
{
	return 300 + 16 * floor(t / 8);
}

static double leaking_ever_faster(double t)
{
	return 300 + 1.5 * t + 0.004 * t * t;
}

static double filling_a_cache(double t)
{
	return 300 + 600 * (1 - exp(-t / 10));
}

static double steady(double t)
{
	(void)t;
	return 800;
}

static double sawtooth(double t)
{
	return 300 + 20 * fmod(t, 50);
}

static double slowly_leaking(double t)
{
	return 300 + 0.5 * t;
}

static void a_leak_is_found_with_its_rate(void **state)
{
	static double (*const leaks[])(
	    double) = { leaking, leaking_in_steps, leaking_ever_faster };
	(void)state;
	for (size_t i = 0; i < sizeof leaks / sizeof *leaks; i++) {
		struct scene *scene = scene_new();
		add_memory(scene, leaks[i]);
		add_fault(scene, 1, 2);
		look(scene);
		const struct anomaly *leak = the(scene, MEMORY_LEAK);
		/* The quarters' middles are 90 s apart. */
		assert_double_equal(leak->size, 180 * MB, 20 * MB);
		assert_string_equal(leak->who, "relay relay1");
		assert_non_null(strstr(leak->words, "proc.rss_bytes grew by"));
		assert_null(leak->fault);
		scene_free(scene);
	}
}

static void noise_caches_and_small_growth_are_no_leak(void **state)
{
	static double (*const others[])(
	    double) = { filling_a_cache, steady, sawtooth, slowly_leaking };
	(void)state;
	for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
		struct scene *scene = scene_new();
		add_memory(scene, others[i]);
		look(scene);
		assert_none(scene);
		scene_free(scene);
	}
}

static double leaking_beyond_64_bits(double t)
{
	return 1e20 * (300 + 2 * t);
}

static void a_leak_of_more_bytes_than_there_can_be_is_told_as_the_most(
    void **state)
{
	struct scene *scene = scene_new();
	(void)state;
	add_memory(scene, leaking_beyond_64_bits);
	look(scene);
	assert_non_null(strstr(the(scene, MEMORY_LEAK)->words,
	    "proc.rss_bytes grew by 18.4 EB, 18.4 EB a minute"));
	scene_free(scene);
}

static void few_samples_prove_no_leak(void **state)
{
	struct scene *scene = scene_new();
	(void)state;
	for (size_t k = 0; k < 9; k++)
		add_sample(scene, "relay1", 10 * (double)k, "proc.rss_bytes",
		    100 * MB * (double)k);
	look(scene);
	assert_none(scene);
	scene_free(scene);
}

static void a_clock_step_is_told_with_its_machine(void **state)
{
	struct scene *scene = scene_new();
	(void)state;
	for (size_t k = 0; k < SECONDS; k++)
		add_sample(scene, "client1", (double)k, "clock.step_ms",
		    k == 33 ? -2500 : 0.5);
	look(scene);
	const struct anomaly *step = the(scene, CLOCK_STEP);
	assert_double_equal(from_s(step), 33, 0.01);
	assert_double_equal(step->size, -2500, 0.01);
	assert_string_equal(step->words, "2,500 ms back");
	assert_string_equal(step->who, "relay client1");
	scene_free(scene);
}

static void nothing_is_sought_where_nothing_is_wanted(void **state)
{
	struct scene *scene = scene_new();
	(void)state;
	scene->seconds[30].failed = 90;
	scene->settings.on = false;
	look(scene);
	assert_none(scene);
	assert_true(isnan(scene->anomalies.health));
	scene_free(scene);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_run_as_usual_has_none_and_is_healthy),
		cmocka_unit_test(
		    a_spike_is_found_in_its_second_with_the_fault_behind_it),
		cmocka_unit_test(
		    intervals_too_short_to_tell_are_taken_together),
		cmocka_unit_test(too_few_answers_tell_no_spike_and_it_is_said),
		cmocka_unit_test(two_slow_requests_are_no_spike),
		cmocka_unit_test(a_fault_that_was_over_explains_nothing),
		cmocka_unit_test(
		    a_frozen_service_is_a_collapse_although_nothing_fails),
		cmocka_unit_test(clients_that_pause_or_leave_are_no_collapse),
		cmocka_unit_test(a_target_that_falls_is_no_collapse),
		cmocka_unit_test(
		    dropped_connections_are_found_although_polls_fail),
		cmocka_unit_test(clients_that_go_take_their_connections_along),
		cmocka_unit_test(the_end_of_a_run_drops_no_connections),
		cmocka_unit_test(
		    connections_that_were_cut_are_a_drop_without_a_probe),
		cmocka_unit_test(a_leak_is_found_with_its_rate),
		cmocka_unit_test(noise_caches_and_small_growth_are_no_leak),
		cmocka_unit_test(
		    a_leak_of_more_bytes_than_there_can_be_is_told_as_the_most),
		cmocka_unit_test(few_samples_prove_no_leak),
		cmocka_unit_test(a_clock_step_is_told_with_its_machine),
		cmocka_unit_test(nothing_is_sought_where_nothing_is_wanted),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
