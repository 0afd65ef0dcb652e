#include "lib/generator.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define MS 1000 /* us */

/* What each of the seconds `from` up to `to` was like; in the other ones of the
 * run's ten all went well. Each second begins `requests` of them. */
struct scene {
	const char *name;
	enum generator_verdict verdict;
	const char *why;
	bool open_loop;
	int from, to;
	double cpu_percent, steal_percent;
	int64_t lag_us, delay_us, service_us, response_us;
	const char *reason; /* of the failures */
	uint64_t failures, open_files;
	uint64_t requests; /* 0: 1,000 */
	uint64_t late;     /* of them; 0: all */
	uint64_t unread;   /* for delay_us, of the n/64 looked at; 0: all */
};

static const struct scene scenes[] = {
	{ .name = "all goes well", .verdict = GENERATOR_OK, .why = "" },
	{ .name = "all goes well in an open loop",
	    .verdict = GENERATOR_OK,
	    .why = "",
	    .open_loop = true },
	{ .name = "a full core now and then",
	    .verdict = GENERATOR_OK,
	    .why = "",
	    .to = 1,
	    .cpu_percent = 99 },
	{ .name = "a full core for long",
	    .verdict = GENERATOR_SUSPECT,
	    .why = "core full 50 % of the time",
	    .to = 5,
	    .cpu_percent = 99 },
	{ .name = "a core that spins and is in time",
	    .verdict = GENERATOR_OK,
	    .why = "",
	    .open_loop = true,
	    .to = 10,
	    .cpu_percent = 100,
	    .lag_us = 80,
	    .delay_us = 90,
	    .service_us = 300,
	    .response_us = 380 },
	{ .name = "a core that spins and reads late",
	    .verdict = GENERATOR_SUSPECT,
	    .why = "core full 100 % of the time",
	    .open_loop = true,
	    .to = 10,
	    .cpu_percent = 100,
	    .lag_us = 80,
	    .delay_us = 2 * MS,
	    .service_us = 9 * MS,
	    .response_us = 9 * MS },
	{ .name = "a core that spins and begins late",
	    .verdict = GENERATOR_SUSPECT,
	    .why = "core full 100 % of the time",
	    .open_loop = true,
	    .to = 10,
	    .cpu_percent = 100,
	    .lag_us = 2 * MS,
	    .delay_us = 90,
	    .service_us = 9 * MS,
	    .response_us = 11 * MS },
	{ .name = "late for once",
	    .verdict = GENERATOR_OK,
	    .why = "",
	    .open_loop = true,
	    .from = 3,
	    .to = 4,
	    .cpu_percent = 50,
	    .lag_us = 90 * MS,
	    .service_us = 200 * MS,
	    .response_us = 290 * MS },
	{ .name = "few late, and those twice",
	    .verdict = GENERATOR_OK,
	    .why = "",
	    .open_loop = true,
	    .from = 3,
	    .to = 5,
	    .cpu_percent = 50,
	    .late = 10,
	    .lag_us = 90 * MS,
	    .service_us = 200 * MS,
	    .response_us = 290 * MS },
	{ .name = "a closed loop without pauses whose clients began late",
	    .verdict = GENERATOR_OK,
	    .why = "",
	    .to = 10,
	    .cpu_percent = 50,
	    .late = 5,
	    .lag_us = 90 * MS,
	    .service_us = 300,
	    .response_us = 300 },
	{ .name = "late for long, and little of the response",
	    .verdict = GENERATOR_SUSPECT,
	    .why = "lag p99 12 ms",
	    .open_loop = true,
	    .from = 3,
	    .to = 6,
	    .cpu_percent = 50,
	    .lag_us = 12 * MS,
	    .service_us = 200 * MS,
	    .response_us = 212 * MS },
	{ .name = "pauses of a closed loop that end late",
	    .verdict = GENERATOR_SUSPECT,
	    .why = "lag p99 212 ms",
	    .to = 10,
	    .cpu_percent = 50,
	    .lag_us = 212 * MS,
	    .service_us = 300,
	    .response_us = 300 },
	{ .name = "late by most of the response",
	    .verdict = GENERATOR_INVALID,
	    .why = "lag p99 212 ms at 20,000/s",
	    .open_loop = true,
	    .to = 10,
	    .cpu_percent = 99,
	    .lag_us = 212 * MS,
	    .service_us = 300,
	    .response_us = 213 * MS,
	    .requests = 20000 },
	{ .name = "the same in a spike",
	    .verdict = GENERATOR_INVALID,
	    .why = "lag p99 212 ms at 20,000/s",
	    .open_loop = true,
	    .from = 4,
	    .to = 5,
	    .cpu_percent = 99,
	    .lag_us = 212 * MS,
	    .service_us = 300,
	    .response_us = 213 * MS,
	    .requests = 20000 },
	{ .name = "late by most of a response of microseconds",
	    .verdict = GENERATOR_OK,
	    .why = "",
	    .open_loop = true,
	    .to = 10,
	    .cpu_percent = 50,
	    .lag_us = 60,
	    .delay_us = 20,
	    .service_us = 30,
	    .response_us = 90 },
	{ .name = "answers unread by a thread that is full",
	    .verdict = GENERATOR_INVALID,
	    .why = "core busy 99 %, and answers lay 4.1 ms in the kernel "
	           "before they were read (p50)",
	    .to = 10,
	    .cpu_percent = 99,
	    .delay_us = 4100,
	    .service_us = 5 * MS,
	    .response_us = 5 * MS },
	{ .name = "answers unread by a thread with much time left",
	    .verdict = GENERATOR_SUSPECT,
	    .why =
	        "answers lay 4.1 ms in the kernel before they were read (p99)",
	    .to = 10,
	    .cpu_percent = 40,
	    .delay_us = 4100,
	    .service_us = 5 * MS,
	    .response_us = 5 * MS },
	{ .name = "one of fifteen unread, each second",
	    .verdict = GENERATOR_OK,
	    .why = "",
	    .to = 10,
	    .cpu_percent = 40,
	    .unread = 1,
	    .delay_us = 50 * MS,
	    .service_us = 60 * MS,
	    .response_us = 60 * MS },
	{ .name = "one of fifteen unread by a core that spins",
	    .verdict = GENERATOR_OK,
	    .why = "",
	    .open_loop = true,
	    .to = 10,
	    .cpu_percent = 100,
	    .lag_us = 80,
	    .unread = 1,
	    .delay_us = 2 * MS,
	    .service_us = 9 * MS,
	    .response_us = 9 * MS },
	{ .name = "more than a tenth of few unread",
	    .verdict = GENERATOR_SUSPECT,
	    .why = "answers lay 50 ms in the kernel before they were read "
	           "(p99)",
	    .to = 10,
	    .cpu_percent = 40,
	    .unread = 2,
	    .delay_us = 50 * MS,
	    .service_us = 60 * MS,
	    .response_us = 60 * MS },
	{ .name = "more than a hundredth of many unread",
	    .verdict = GENERATOR_SUSPECT,
	    .why = "answers lay 50 ms in the kernel before they were read "
	           "(p99)",
	    .to = 10,
	    .cpu_percent = 40,
	    .unread = 2,
	    .delay_us = 50 * MS,
	    .service_us = 60 * MS,
	    .response_us = 60 * MS,
	    .requests = 6400 },
	{ .name = "two late of few",
	    .verdict = GENERATOR_OK,
	    .why = "",
	    .open_loop = true,
	    .from = 3,
	    .to = 5,
	    .cpu_percent = 5,
	    .late = 1,
	    .lag_us = 90 * MS,
	    .service_us = 200 * MS,
	    .response_us = 200 * MS,
	    .requests = 5 },
	{ .name = "many late of few",
	    .verdict = GENERATOR_SUSPECT,
	    .why = "lag p90 90 ms",
	    .open_loop = true,
	    .from = 3,
	    .to = 6,
	    .cpu_percent = 5,
	    .lag_us = 90 * MS,
	    .service_us = 200 * MS,
	    .response_us = 290 * MS,
	    .requests = 5 },
	{ .name = "unread for little of a long service",
	    .verdict = GENERATOR_OK,
	    .why = "",
	    .to = 10,
	    .cpu_percent = 60,
	    .delay_us = 4100,
	    .service_us = 500 * MS,
	    .response_us = 500 * MS },
	{ .name = "unread for microseconds",
	    .verdict = GENERATOR_SUSPECT,
	    .why = "core full 100 % of the time",
	    .to = 10,
	    .cpu_percent = 99,
	    .delay_us = 400,
	    .service_us = 420,
	    .response_us = 420 },
	{ .name = "a few ports missing",
	    .verdict = GENERATOR_SUSPECT,
	    .why = "out of local ports 1 time",
	    .from = 2,
	    .to = 3,
	    .reason = "out of local ports",
	    .failures = 1 },
	{ .name = "many ports missing",
	    .verdict = GENERATOR_INVALID,
	    .why = "out of local ports 1,204 times",
	    .from = 2,
	    .to = 3,
	    .reason = "out of local ports",
	    .failures = 1204 },
	{ .name = "many descriptors missing",
	    .verdict = GENERATOR_INVALID,
	    .why = "out of file descriptors 70 times",
	    .from = 2,
	    .to = 3,
	    .reason = "out of file descriptors",
	    .failures = 70 },
	{ .name = "every descriptor in use",
	    .verdict = GENERATOR_SUSPECT,
	    .why = "1,024 of 1,024 file descriptors in use",
	    .from = 2,
	    .to = 3,
	    .open_files = 1024 },
	{ .name = "nearly every descriptor in use",
	    .verdict = GENERATOR_OK,
	    .why = "",
	    .to = 10,
	    .open_files = 1023 },
	{ .name = "some steal",
	    .verdict = GENERATOR_OK,
	    .why = "",
	    .to = 10,
	    .steal_percent = 3 },
	{ .name = "much steal",
	    .verdict = GENERATOR_SUSPECT,
	    .why = "steal 22 %",
	    .to = 10,
	    .steal_percent = 22 },
	{ .name = "a server that refuses",
	    .verdict = GENERATOR_OK,
	    .why = "",
	    .open_loop = true,
	    .to = 10,
	    .reason = "connection refused",
	    .failures = 1000 },
	{ .name = "a server that crawls",
	    .verdict = GENERATOR_OK,
	    .why = "",
	    .open_loop = true,
	    .to = 10,
	    .cpu_percent = 5,
	    .lag_us = 50,
	    .delay_us = 20,
	    .service_us = 2000 * MS,
	    .response_us = 9000 * MS },
	{ .name = "a server that freezes for two seconds",
	    .verdict = GENERATOR_OK,
	    .why = "",
	    .open_loop = true,
	    .from = 4,
	    .to = 6,
	    .cpu_percent = 1,
	    .service_us = 2000 * MS,
	    .response_us = 2000 * MS },
};

static void make_second(struct record_interval *interval,
    const struct scene *scene, bool is_well)
{
	static const struct scene well = { .cpu_percent = 40,
		.lag_us = 50,
		.delay_us = 30,
		.service_us = 300,
		.response_us = 350 };
	const struct scene *now = is_well ? &well : scene;
	uint64_t n = scene->requests ? scene->requests : 1000;
	struct stats *stats = &interval->stats;
	*interval = (struct record_interval){ .length_ms = 1000,
		.open_loop = scene->open_loop,
		.cpu_percent = now->cpu_percent,
		.started = n,
		.generator = { .steal_percent = now->steal_percent,
		    .open_files = now->open_files,
		    .open_files_limit = 1024 } };
	histogram_record_n(&interval->lag, now->lag_us,
	    now->late     ? now->late
	    : now->lag_us ? n
	                  : 0);
	uint64_t looked_at = now->delay_us ? n / 64 : 0;
	uint64_t unread = now->unread ? now->unread : looked_at;
	histogram_record_n(&interval->generator.receive_delay, now->delay_us,
	    unread);
	histogram_record_n(&interval->generator.receive_delay, well.delay_us,
	    looked_at - unread);
	histogram_record_n(&stats->service, now->service_us, n);
	histogram_record_n(&stats->response, now->response_us, n);
	stats->sent = n;
	if (now->reason)
		counts_add(&stats->reasons, now->reason, now->failures);
}

static void clear_second(struct record_interval *interval)
{
	histogram_clear(&interval->lag);
	record_generator_release(&interval->generator);
	stats_clear(&interval->stats);
}

static void add_seconds(struct generator *generator, const struct scene *scene,
    int seconds)
{
	for (int i = 0; i < seconds; i++) {
		struct record_interval interval;
		make_second(&interval, scene,
		    i < scene->from || i >= scene->to);
		generator_add(generator, &interval);
		clear_second(&interval);
	}
}

static struct generator after(const struct scene *scene, int seconds)
{
	struct generator generator = { 0 };
	add_seconds(&generator, scene, seconds);
	return generator;
}

static void the_figure_that_decided_is_named(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof scenes / sizeof *scenes; i++) {
		struct generator generator = after(&scenes[i], 10);
		struct generator_judgement judgement =
		    generator_judge(&generator);
		if (judgement.verdict != scenes[i].verdict ||
		    strcmp(judgement.why, scenes[i].why) != 0)
			fail_msg("%s: %s \"%s\", not %s \"%s\"", scenes[i].name,
			    generator_word(judgement.verdict), judgement.why,
			    generator_word(scenes[i].verdict), scenes[i].why);
		assert_true((*judgement.remedy != '\0') ==
		            (judgement.verdict > GENERATOR_OK));
		generator_clear(&generator);
	}
}

static void a_run_of_a_second_says_too_little_of_shares(void **state)
{
	const struct scene late = { .open_loop = true,
		.to = 10,
		.cpu_percent = 100,
		.lag_us = 212 * MS,
		.response_us = 213 * MS };
	struct generator generator = after(&late, 1);
	(void)state;
	assert_int_equal(generator_judge(&generator).verdict, GENERATOR_OK);
	generator_clear(&generator);
	generator = after(&late, 2);
	assert_int_equal(generator_judge(&generator).verdict,
	    GENERATOR_INVALID);
	generator_clear(&generator);
}

static void without_a_timeline_nothing_is_known(void **state)
{
	const struct generator generator = { 0 };
	struct generator_judgement judgement = generator_judge(&generator);
	(void)state;
	assert_int_equal(judgement.verdict, GENERATOR_UNKNOWN);
	assert_string_equal(judgement.why, "no timeline");
}

static void who_wants_no_verdict_gets_none(void **state)
{
	struct record_interval interval = { .length_ms = 5000,
		.cpu_percent = 100,
		.generator.unjudged = true };
	struct generator generator = { 0 };
	(void)state;
	generator_add(&generator, &interval);
	assert_int_equal(generator_judge(&generator).verdict,
	    GENERATOR_UNKNOWN);
	assert_string_equal(generator_judge(&generator).why, "not checked");
	generator_clear(&generator);
}

static void an_older_timeline_is_judged_by_what_it_has(void **state)
{
	struct record_interval interval = { .length_ms = 5000,
		.lag_p99_us = 10 * MS,
		.cpu_percent = 20 };
	struct generator generator = { 0 };
	(void)state;
	generator_add(&generator, &interval);
	assert_int_equal(generator_judge(&generator).verdict,
	    GENERATOR_SUSPECT);
	assert_string_equal(generator_judge(&generator).why, "lag p99 10 ms");
	generator_clear(&generator);
}

static void answers_lay_unread_as_long_as_in_the_seconds_that_decided(
    void **state)
{
	const struct scene busy = { .requests = 100000 };
	const struct scene quiet = { .to = 3,
		.cpu_percent = 1,
		.delay_us = 5 * MS,
		.service_us = 6 * MS,
		.requests = 700 };
	struct generator generator = after(&busy, 7);
	(void)state;
	add_seconds(&generator, &quiet, 3);
	assert_in_range(generator_figures(&generator).receive_delay_p99_us, 30,
	    30);
	assert_string_equal(generator_judge(&generator).why,
	    "answers lay 5.0 ms in the kernel before they were read (p90)");
	generator_clear(&generator);
}

static void figures_are_those_of_the_whole_run(void **state)
{
	const struct scene half = { .to = 5,
		.cpu_percent = 80,
		.steal_percent = 2,
		.lag_us = 9 * MS,
		.delay_us = 500,
		.service_us = 600 };
	struct generator generator = after(&half, 10);
	struct generator_figures figures = generator_figures(&generator);
	(void)state;
	assert_true(figures.cpu_percent == 60);
	assert_true(figures.steal_percent == 1);
	assert_in_range(figures.lag_p50_us, 50, 50);
	assert_in_range(figures.lag_p99_us, 8990, 9010);
	assert_in_range(figures.lag_max_us, 8990, 9010);
	assert_in_range(figures.receive_delay_p99_us, 500, 500);
	generator_clear(&generator);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_figure_that_decided_is_named),
		cmocka_unit_test(a_run_of_a_second_says_too_little_of_shares),
		cmocka_unit_test(without_a_timeline_nothing_is_known),
		cmocka_unit_test(who_wants_no_verdict_gets_none),
		cmocka_unit_test(an_older_timeline_is_judged_by_what_it_has),
		cmocka_unit_test(
		    answers_lay_unread_as_long_as_in_the_seconds_that_decided),
		cmocka_unit_test(figures_are_those_of_the_whole_run),
	};
	return cmocka_run_group_tests_name("generator", tests, NULL, NULL);
}
