#include "stress_client/http_mix.h"

#include "lib/mem.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* "URL WEIGHT" into its parts; *weight is 0 without one. */
static int take(struct http_mix *mix, const char *item, double *weight,
    struct err *err)
{
	size_t url = strcspn(item, " \t");
	const char *text = item + url + strspn(item + url, " \t");
	char *end;

	*weight = 0;
	if (*text) {
		*weight = strtod(text, &end);
		if (*end != '\0' || !(*weight > 0) || !isfinite(*weight))
			return err_set(err,
			    "%s: '%s' is no weight; write URL, or URL and a "
			    "number above 0",
			    item, text);
	}
	mix->urls[mix->count++] = mem_text_n(item, url);
	return 0;
}

int http_mix_read(struct http_mix *mix, const struct text_list *items,
    struct err *err)
{
	bool weighted = false;
	double sum = 0;

	if (items->count > HTTP_URLS_MAX)
		return err_set(err, "%zu URLs; at most %d are taken",
		    items->count, HTTP_URLS_MAX);
	mix->urls = mem_new(items->count, sizeof *mix->urls);
	mix->until = mem_new(items->count, sizeof *mix->until);
	for (size_t i = 0; i < items->count; i++) {
		if (take(mix, items->items[i], &mix->until[i], err) < 0)
			return -1;
		weighted |= mix->until[i] > 0;
	}
	for (size_t i = 0; i < mix->count; i++)
		mix->until[i] = sum += mix->until[i] > 0 ? mix->until[i] : 1;
	if (!weighted) {
		free(mix->until);
		mix->until = NULL;
	}
	return 0;
}

void http_mix_release(struct http_mix *mix)
{
	for (size_t i = 0; i < mix->count; i++)
		free(mix->urls[i]);
	free(mix->urls);
	free(mix->until);
	*mix = (struct http_mix){ 0 };
}

size_t http_mix_next(const struct http_mix *mix, uint32_t *turn,
    struct rng *rng)
{
	size_t i = 0;

	if (mix->count == 1)
		return 0;
	if (!mix->until)
		return (*turn)++ % mix->count;
	double place = rng_unit(rng) * mix->until[mix->count - 1];
	while (i + 1 < mix->count && place >= mix->until[i])
		i++;
	return i;
}
