#include "stress_client/http_mix.h"

#include "lib/mem.h"
#include "stress_client/url_item.h"

#include <stdbool.h>
#include <stdlib.h>

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
		char *url =
		    url_item_split(items->items[i], &mix->until[i], err);
		if (!url)
			return -1;
		mix->urls[mix->count++] = url;
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
