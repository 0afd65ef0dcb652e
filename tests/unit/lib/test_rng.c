#include "lib/rng.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void a_seed_gives_the_same_numbers_on_every_machine(void **state)
{
	static const uint64_t known[] = { UINT64_C(2303456275738999573),
		UINT64_C(5438210688795116325), UINT64_C(10433286269970717030) };
	struct rng rng;
	(void)state;
	rng_init(&rng, 42, 0);
	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		assert_true(rng_next(&rng) == known[i]);
}

static void streams_of_one_seed_differ(void **state)
{
	struct rng a, b;
	(void)state;
	rng_init(&a, 42, 1);
	rng_init(&b, 42, 2);
	assert_true(rng_next(&a) != rng_next(&b));
}

static void numbers_stay_below_their_bound_and_all_come_up(void **state)
{
	struct rng rng;
	unsigned seen[7] = { 0 };
	(void)state;
	rng_init(&rng, 1, 1);
	for (int i = 0; i < 7000; i++) {
		uint64_t n = rng_below(&rng, 7);
		assert_true(n < 7);
		seen[n]++;
		double unit = rng_unit(&rng);
		assert_true(unit >= 0 && unit < 1);
	}
	for (size_t i = 0; i < 7; i++)
		assert_in_range(seen[i], 850, 1150);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    a_seed_gives_the_same_numbers_on_every_machine),
		cmocka_unit_test(streams_of_one_seed_differ),
		cmocka_unit_test(
		    numbers_stay_below_their_bound_and_all_come_up),
	};

	return cmocka_run_group_tests_name("rng", tests, NULL, NULL);
}
