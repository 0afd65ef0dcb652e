/* bench_histogram - what counting, storing and merging latencies costs. */
#include "lib/clock.h"
#include "lib/histogram.h"
#include "lib/rng.h"

#include <malloc.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LATENCIES 1000
#define ROUNDS    20000

/* A thousand latencies over a decade, 20 ms to 200 ms: one client's run. */
static void fill(int64_t latencies_us[LATENCIES])
{
	struct rng rng;

	rng_init(&rng, 1, 0);
	for (size_t i = 0; i < LATENCIES; i++)
		latencies_us[i] = (int64_t)(20000 * pow(10, rng_unit(&rng)));
}

static double per_second(uint64_t n, int64_t ns)
{
	return (double)n * (double)NS_PER_SECOND / (double)ns;
}

static void bench_record(struct histogram *h, const int64_t *latencies_us)
{
	int64_t start = clock_now_ns(), ns;

	for (int round = 0; round < ROUNDS; round++) {
		for (size_t i = 0; i < LATENCIES; i++)
			histogram_record(h, latencies_us[i]);
	}
	ns = clock_now_ns() - start;
	printf("record:           %8.2f ns\n", (double)ns / ROUNDS / LATENCIES);
}

static void bench_memory(const int64_t *latencies_us)
{
	size_t before = mallinfo2().uordblks;
	struct histogram h = { 0 };

	for (size_t i = 0; i < LATENCIES; i++)
		histogram_record(&h, latencies_us[i]);
	printf("one client's:     %8zu bytes\n", mallinfo2().uordblks - before);
	histogram_clear(&h);
}

static void bench_codec(const int64_t *latencies_us)
{
	struct histogram h = { 0 }, all = { 0 };
	int64_t start, ns;
	char *text = NULL;
	struct err err;

	for (size_t i = 0; i < LATENCIES; i++)
		histogram_record(&h, latencies_us[i]);
	start = clock_now_ns();
	for (int i = 0; i < ROUNDS / 10; i++) {
		free(text);
		text = histogram_encode(&h);
	}
	ns = clock_now_ns() - start;
	printf("encode:           %8.0f /s, %zu characters\n",
	    per_second(ROUNDS / 10, ns), strlen(text));
	start = clock_now_ns();
	for (int i = 0; i < ROUNDS; i++) {
		if (histogram_decode(&all, text, &err))
			exit(1);
	}
	ns = clock_now_ns() - start;
	printf("decode and merge: %8.0f /s\n", per_second(ROUNDS, ns));
	free(text);
	histogram_clear(&h);
	histogram_clear(&all);
}

int main(void)
{
	static int64_t latencies_us[LATENCIES];
	struct histogram h = { 0 };

	fill(latencies_us);
	bench_memory(latencies_us);
	bench_record(&h, latencies_us);
	histogram_clear(&h);
	bench_codec(latencies_us);
	return 0;
}
