/* configuration.h - what the machines of a run were told to do, and in what two
 * runs were told otherwise. */
#ifndef COMPARE_CONFIGURATION_H
#define COMPARE_CONFIGURATION_H

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

struct configuration_row {
	uint64_t machine_id;
	char *key, *value; /* owned */
};

/* { 0 } is that of a run which no machine described. */
struct configuration {
	struct configuration_row *rows; /* owned */
	size_t count, machines;
};

/* Takes what a machine_N_run.json says ("ringstorm-run/1"). */
void configuration_add(struct configuration *configuration, const json_t *root);

/* The differences in words, such as "NUM_CLIENTS: 100, then 50", to be freed
 * with what they hold; NULL behind the last one. Passed over are paths, ids,
 * seeds and how progress is shown; and settings that only one of the two knows,
 * as of another version. A difference that several machines have is named once.
 */
char **configuration_differences(const struct configuration *from,
    const struct configuration *to);

void configuration_release(struct configuration *configuration);

#endif
