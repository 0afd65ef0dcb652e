#include "aggregate/series_names.h"

#include "lib/mem.h"

#include <stdlib.h>
#include <string.h>

#define SERVERS_MAX 200
#define PHASES_MOST 200

/* Names come from other machines: what is more than so many is one of them. */
static size_t server_of(struct series *series, const char *name)
{
	for (size_t i = 0; i < series->server_count; i++)
		if (strcmp(series->servers[i], name) == 0)
			return i;
	if (series->server_count == SERVERS_MAX)
		return SERVERS_MAX - 1;
	if (series->server_count == SERVERS_MAX - 1)
		name = "other servers";
	series->servers = mem_resize(series->servers, series->server_count + 1,
	    sizeof *series->servers);
	series->servers[series->server_count] = mem_text(name);
	return series->server_count++;
}

void series_note_servers(struct series *series, struct slice *slice,
    const struct counts *servers)
{
	for (size_t i = 0; i < servers->length; i++)
		if (servers->items[i].n)
			packed_add(&slice->servers,
			    server_of(series, servers->items[i].name),
			    servers->items[i].n);
}

void series_note_phase(struct series *series, const struct slice *slice,
    const char *name)
{
	size_t i = series->phase_count;
	while (i > 0 && strcmp(series->phases[i - 1].name, name) != 0)
		i--;
	if (i > 0) {
		struct series_phase *phase = &series->phases[i - 1];
		if (slice->from_ms < phase->from_ms)
			phase->from_ms = slice->from_ms;
		if (slice->to_ms > phase->to_ms)
			phase->to_ms = slice->to_ms;
		return;
	}
	if (series->phase_count == PHASES_MOST)
		return;
	series->phases = mem_resize(series->phases, series->phase_count + 1,
	    sizeof *series->phases);
	series->phases[series->phase_count++] =
	    (struct series_phase){ mem_text(name), slice->from_ms,
		    slice->to_ms };
}

void series_forget_names(struct series *series)
{
	for (size_t i = 0; i < series->server_count; i++)
		free(series->servers[i]);
	for (size_t i = 0; i < series->phase_count; i++)
		free(series->phases[i].name);
	free(series->servers);
	free(series->phases);
}
