/* histogram_ours encode|describe - our histograms on a pipe, for tests that
 * compare them with another library (histogram_theirs.js does the same).
 *
 *   encode     reads "VALUE COUNT" lines, writes the histogram's text
 *   describe   reads such a text, writes what is in it */
#include "lib/histogram.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int encode(void)
{
	struct histogram h = { 0 };
	int64_t value_us;
	uint64_t n;
	char *text;

	while (scanf("%" SCNd64 " %" SCNu64, &value_us, &n) == 2)
		histogram_record_n(&h, value_us, n);
	text = histogram_encode(&h);
	if (!text)
		return 1;
	puts(text);
	free(text);
	histogram_clear(&h);
	return 0;
}

static void describe(const struct histogram *h)
{
	static const double percents[] = { 0, 50, 90, 95, 99, 99.9, 100 };
	size_t cursor = 0;
	int64_t value_us;
	uint64_t n;

	printf("total %" PRIu64 "\n", h->count);
	printf("min %" PRId64 "\n", histogram_min(h));
	printf("max %" PRId64 "\n", histogram_max(h));
	printf("mean in ns %.0f\n", floor(histogram_mean(h) * 1000));
	for (size_t i = 0; i < sizeof(percents) / sizeof(*percents); i++)
		printf("p%g %" PRId64 "\n", percents[i],
		    histogram_percentile(h, percents[i]));
	while (histogram_next(h, &cursor, &value_us, &n))
		printf("up to %" PRId64 ": %" PRIu64 "\n", value_us, n);
}

static int decode_and_describe(void)
{
	struct histogram h = { 0 };
	struct err err = { "" };
	size_t size = 0;
	char *text = NULL;
	int result = 1;

	if (getline(&text, &size, stdin) < 0)
		goto out;
	text[strcspn(text, "\n")] = '\0';
	if (histogram_decode(&h, text, &err)) {
		fprintf(stderr, "%s\n", err.text);
		goto out;
	}
	describe(&h);
	result = 0;
out:
	free(text);
	histogram_clear(&h);
	return result;
}

int main(int argc, char **argv)
{
	if (argc == 2 && strcmp(argv[1], "encode") == 0)
		return encode();
	if (argc == 2 && strcmp(argv[1], "describe") == 0)
		return decode_and_describe();
	fprintf(stderr, "usage: %s encode|describe\n", argv[0]);
	return 2;
}
