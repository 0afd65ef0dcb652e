#include "stress_client/tally.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lib/rng.h"

/* What may happen: mostly the same, now and then something else. */
static struct outcome any(struct rng *rng)
{
	static const char *const names[] = { "GET /a", "GET /b", NULL };
	static const char *const servers[] = { "one", "two", NULL };
	struct outcome outcome = { .operation = names[0],
		.server = servers[0],
		.service_us = (int64_t)rng_below(rng, 5000),
		.bytes_sent = rng_below(rng, 100),
		.bytes_received = rng_below(rng, 1000) };

	outcome.response_us = outcome.service_us;
	switch (rng_below(rng, 60)) {
	case 0:
		outcome.reason = "request timed out";
		break;
	case 1:
		outcome.operation = names[rng_below(rng, 3)];
		break;
	case 2:
		outcome.server = servers[rng_below(rng, 3)];
		break;
	case 3:
		outcome.response_us += 17;
		break;
	case 4:
		outcome.retries = 1;
		break;
	case 5:
		outcome.service_us = INT64_C(5000000000);
		outcome.response_us = outcome.service_us;
		break;
	default:
		break;
	}
	return outcome;
}

static void assert_counts(const struct counts *a, const struct counts *b)
{
	assert_int_equal(a->length, b->length);
	for (size_t i = 0; i < a->length; i++) {
		assert_string_equal(a->items[i].name, b->items[i].name);
		assert_int_equal(a->items[i].n, b->items[i].n);
	}
}

static void assert_histogram(const struct histogram *a,
    const struct histogram *b)
{
	size_t in_a = 0, in_b = 0;
	int64_t value, other;
	uint64_t n, m;

	assert_int_equal(a->count, b->count);
	assert_int_equal(a->clamped, b->clamped);
	while (histogram_next(a, &in_a, &value, &n)) {
		assert_true(histogram_next(b, &in_b, &other, &m));
		assert_int_equal(value, other);
		assert_int_equal(n, m);
	}
}

static void assert_same(const struct stats *a, const struct stats *b)
{
	assert_int_equal(a->planned, b->planned);
	assert_int_equal(a->sent, b->sent);
	assert_int_equal(a->ok, b->ok);
	assert_int_equal(a->failed, b->failed);
	assert_int_equal(a->retries, b->retries);
	assert_int_equal(a->bytes_sent, b->bytes_sent);
	assert_int_equal(a->bytes_received, b->bytes_received);
	assert_int_equal(a->response_apart, b->response_apart);
	assert_counts(&a->servers, &b->servers);
	assert_counts(&a->reasons, &b->reasons);
	assert_histogram(&a->service, &b->service);
	assert_histogram(&a->response, &b->response);
	assert_histogram(&a->failed_service, &b->failed_service);
	assert_int_equal(a->operations.length, b->operations.length);
	for (size_t i = 0; i < a->operations.length; i++) {
		const struct operation *one = &a->operations.items[i];
		const struct operation *two = &b->operations.items[i];
		assert_string_equal(one->name, two->name);
		assert_int_equal(one->ok, two->ok);
		assert_int_equal(one->failed, two->failed);
		assert_histogram(&one->service, &two->service);
		assert_histogram(&one->response, &two->response);
	}
}

static void what_is_noted_counts_as_if_it_had_been_counted_at_once(void **state)
{
	(void)state;
	for (uint64_t seed = 0; seed < 300; seed++) {
		struct stats stats = { 0 };
		struct tally tally = { 0 };
		struct rng rng;
		rng_init(&rng, seed, 0);
		for (uint64_t left = rng_below(&rng, 400); left > 0; left--) {
			struct outcome outcome = any(&rng);
			stats_record(&stats, &outcome);
			tally_record(&tally, &outcome, rng_below(&rng, 9) > 0);
		}
		tally_settle(&tally);
		assert_same(&tally.stats, &stats);
		tally_clear(&tally);
		stats_clear(&stats);
	}
}

static void a_name_that_does_not_last_is_not_kept(void **state)
{
	struct tally tally = { 0 };
	char server[] = "a";
	struct outcome outcome = { .operation = "x", .server = server };

	(void)state;
	tally_record(&tally, &outcome, false);
	server[0] = 'b';
	tally_record(&tally, &outcome, false);
	tally_record(&tally, &outcome, false);
	server[0] = 'c';
	tally_settle(&tally);
	assert_int_equal(counts_get(&tally.stats.servers, "a"), 1);
	assert_int_equal(counts_get(&tally.stats.servers, "b"), 2);
	tally_clear(&tally);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    what_is_noted_counts_as_if_it_had_been_counted_at_once),
		cmocka_unit_test(a_name_that_does_not_last_is_not_kept),
	};
	return cmocka_run_group_tests_name("tally", tests, NULL, NULL);
}
