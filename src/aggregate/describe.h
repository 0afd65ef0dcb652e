/* describe.h - what a machine was to do, as it wrote beforehand
 * (ringstorm-run/1). */
#ifndef AGGREGATE_DESCRIBE_H
#define AGGREGATE_DESCRIBE_H

#include "aggregate/merge.h"

#include <jansson.h>

/* said->driver is borrowed from `root`; machine_id is 0 where it has none. */
void describe(struct description *said, const json_t *root);

#endif
