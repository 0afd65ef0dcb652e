#include "aggregate/seen.h"

#include "lib/mem.h"

#include <stdlib.h>

struct seen_client {
	char *path; /* NULL: empty place */
	uint64_t machine_id, client_id;
};

/* Where a client is, or would be: there is always an empty place. */
static struct seen_client *place_of(const struct seen *seen,
    uint64_t machine_id, uint64_t client_id)
{
	uint64_t hash =
	    (machine_id << 40 ^ client_id) * UINT64_C(0x9e3779b97f4a7c15);
	size_t i = (size_t)(hash >> 20) & (seen->capacity - 1);
	while (seen->clients[i].path &&
	       (seen->clients[i].machine_id != machine_id ||
	           seen->clients[i].client_id != client_id))
		i = (i + 1) & (seen->capacity - 1);
	return &seen->clients[i];
}

static void grow(struct seen *seen)
{
	const struct seen old = *seen;
	seen->capacity = old.capacity ? old.capacity * 2 : 64;
	seen->clients = mem_new(seen->capacity, sizeof *seen->clients);
	for (size_t i = 0; i < old.capacity; i++) {
		const struct seen_client *client = &old.clients[i];
		if (client->path)
			*place_of(seen, client->machine_id, client->client_id) =
			    *client;
	}
	free(old.clients);
}

const char *seen_add(struct seen *seen, uint64_t machine_id, uint64_t client_id,
    const char *path)
{
	if (seen->count * 2 >= seen->capacity)
		grow(seen);
	struct seen_client *place = place_of(seen, machine_id, client_id);
	if (place->path)
		return place->path;
	*place = (struct seen_client){ mem_text(path), machine_id, client_id };
	seen->count++;
	return NULL;
}

bool seen_has(const struct seen *seen, uint64_t machine_id, uint64_t client_id)
{
	return seen->count && place_of(seen, machine_id, client_id)->path;
}

void seen_clear(struct seen *seen)
{
	for (size_t i = 0; i < seen->capacity; i++)
		free(seen->clients[i].path);
	free(seen->clients);
	*seen = (struct seen){ 0 };
}
