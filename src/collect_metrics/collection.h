/* collection.h - all machines at once, told of in their order. */
#ifndef COLLECT_METRICS_COLLECTION_H
#define COLLECT_METRICS_COLLECTION_H

#include "collect_metrics/machine.h"
#include "lib/fiber.h"
#include "lib/options.h"

struct collection {
	struct machine *machines; /* owned */
	size_t count;
	size_t told; /* so many have been reported on */
	bool *done;
	struct loop *loop;
};

/* Files of machine N go to OUTPUT_DIR/collected/machine_N. Returns 0, or -1
 * with `err`; either way collection_release it. */
int collection_init(struct collection *collection,
    const struct text_list *machines, const char *output_dir,
    const struct machine_settings *settings, struct err *err);

/* Collects, and prints to stdout what came of each. Returns the exit code. */
int collection_run(struct collection *collection);

void collection_release(struct collection *collection);

#endif
