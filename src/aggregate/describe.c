#include "aggregate/describe.h"

#include "lib/unit.h"

#include <string.h>

/* What stress_client takes at the most. */
#define CLIENTS_MAX   1e6
#define PROCESSES_MAX 1e5
#define REQUESTS_MAX  1e12
#define MACHINES_MAX  1e6

/* What stands behind "KEY=" among the lines of the configuration; NULL: there
 * is none. */
static const char *setting(const json_t *configuration, const char *key)
{
	size_t length = strlen(key);
	for (size_t i = 0; i < json_array_size(configuration); i++) {
		const char *row =
		    json_string_value(json_array_get(configuration, i));
		if (row && strncmp(row, key, length) == 0)
			return row + length;
	}
	return NULL;
}

/* The number of a setting; 0 where there is none, or it is beyond `most`. */
static uint64_t configured(const json_t *configuration, const char *key,
    double most)
{
	const char *text = setting(configuration, key);
	double value;
	return text && unit_parse(text, UNIT_NONE, &value) == 0 && value <= most
	           ? (uint64_t)value
	           : 0;
}

/* Whether it is neither an empty text nor an empty list. */
static bool is_configured(const json_t *configuration, const char *key)
{
	const char *text = setting(configuration, key);
	return text && strcmp(text, "''") != 0 && strcmp(text, "( )") != 0;
}

/* Of so many of all machines, those of one: dealt out like cards. */
static uint64_t share_of(uint64_t machine_id, uint64_t machines, uint64_t all)
{
	if (machines < 2)
		return all;
	return all >= machine_id ? (all - machine_id) / machines + 1 : 0;
}

static void describe_clients(struct description *said, const json_t *rows)
{
	uint64_t machines = configured(rows, "MACHINES=", MACHINES_MAX);
	uint64_t clients = configured(rows, "NUM_CLIENTS=", CLIENTS_MAX);
	said->clients = share_of(said->machine_id, machines, clients);
	said->processes = configured(rows, "PROCESSES=", PROCESSES_MAX);
	if (said->processes == 0)
		said->processes = 1;
	/* A run that ends by the clock has no number of requests. */
	if (!is_configured(rows, "DURATION="))
		said->requests =
		    said->clients *
		    configured(rows, "REQUESTS_PER_CLIENT=", REQUESTS_MAX);
}

void describe(struct description *said, const json_t *root)
{
	json_int_t id = json_integer_value(json_object_get(root, "machine_id"));
	const json_t *rows = json_object_get(root, "configuration");

	*said = (struct description){
		.machine_id = id > 0 ? (uint64_t)id : 0,
		.driver = json_string_value(json_object_get(root, "driver")),
	};
	/* With a rate there are as many clients as it takes, and with phases as
	 * many as they say. */
	if (id > 0 && !is_configured(rows, "RATE=") &&
	    !is_configured(rows, "PHASES="))
		describe_clients(said, rows);
}
