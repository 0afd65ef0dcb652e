#include "collect_metrics/collection.h"

#include "lib/mem.h"
#include "lib/unit.h"

#include <stdio.h>
#include <stdlib.h>

struct errand {
	struct collection *collection;
	size_t index;
};

int collection_init(struct collection *collection,
    const struct text_list *machines, const char *output_dir,
    const struct machine_settings *settings, struct err *err)
{
	int result = 0;
	*collection = (struct collection){ 0 };
	collection->machines =
	    mem_new(machines->count, sizeof *collection->machines);
	collection->done = mem_new(machines->count, sizeof *collection->done);
	for (size_t i = 0; result == 0 && i < machines->count; i++) {
		char *to =
		    mem_format("%s/collected/machine_%zu", output_dir, i + 1);
		result = machine_init(&collection->machines[i],
		    machines->items[i], to, settings, err);
		collection->count++;
		free(to);
	}
	if (result == 0) {
		collection->loop = loop_new(err);
		result = collection->loop ? 0 : -1;
	}
	return result;
}

void collection_release(struct collection *collection)
{
	for (size_t i = 0; i < collection->count; i++)
		machine_release(&collection->machines[i]);
	free(collection->machines);
	free(collection->done);
	loop_free(collection->loop);
	*collection = (struct collection){ 0 };
}

/* Telling */

static void tell_begin(const struct collection *collection)
{
	if (collection->told < collection->count)
		printf("[%zu/%zu] Collecting from: %s\n", collection->told + 1,
		    collection->count,
		    collection->machines[collection->told].words);
	fflush(stdout);
}

static void tell_files(const struct machine *machine)
{
	char copied[UNIT_TEXT], unchanged[UNIT_TEXT], bytes[UNIT_TEXT];
	printf("    %s copied (%s), %s unchanged",
	    unit_count(copied, machine->copied),
	    unit_bytes(bytes, machine->bytes),
	    unit_count(unchanged, machine->unchanged));
	if (machine->has_clock && machine->clock.error_ms > 0)
		printf("; clock %+.2f ms ± %.2f", machine->clock.offset_ms,
		    machine->clock.error_ms);
	printf("\n");
}

static void tell_end(const struct machine *machine, size_t number)
{
	switch (machine->state) {
	case MACHINE_COLLECTED:
		printf("  ✓ Successfully collected metrics from machine %zu\n",
		    number);
		tell_files(machine);
		break;
	case MACHINE_PARTIAL:
		printf(
		    "  ✗ Files of machine %zu that are missing: %llu, such as "
		    "%s\n",
		    number, (unsigned long long)machine->left_out,
		    machine->left_out_why.text);
		tell_files(machine);
		break;
	case MACHINE_MISSING:
		printf("  ✗ %s; machine %zu is missing from the report\n",
		    machine->err.text, number);
		break;
	case MACHINE_HALTED:
		printf("  ✗ %s\n", machine->err.text);
		break;
	}
	if (machine->hostile)
		printf("    names with '/' or control characters, passed over: "
		       "%llu\n",
		    (unsigned long long)machine->hostile);
}

static void tell(struct collection *collection)
{
	while (collection->told < collection->count &&
	       collection->done[collection->told]) {
		tell_end(&collection->machines[collection->told],
		    collection->told + 1);
		collection->told++;
		tell_begin(collection);
	}
}

/* Collecting */

static void run_errand(void *arg)
{
	struct errand *errand = arg;
	struct collection *collection = errand->collection;
	machine_collect(&collection->machines[errand->index]);
	collection->done[errand->index] = true;
	tell(collection);
}

static int judge(const struct collection *collection)
{
	size_t had = 0, missed = 0;
	for (size_t i = 0; i < collection->count; i++) {
		enum machine_state state = collection->machines[i].state;
		if (state == MACHINE_HALTED)
			return EXIT_CANNOT;
		had += state != MACHINE_MISSING;
		missed += state != MACHINE_COLLECTED;
	}
	if (had == 0)
		return EXIT_CANNOT;
	return missed ? EXIT_PARTIAL : EXIT_PASSED;
}

int collection_run(struct collection *collection)
{
	struct errand *errands = mem_new(collection->count, sizeof *errands);
	struct err err = { "" };
	int result = 0;

	tell_begin(collection);
	for (size_t i = 0; result == 0 && i < collection->count; i++) {
		errands[i] = (struct errand){ collection, i };
		if (!fiber_spawn(collection->loop, run_errand, &errands[i]))
			result = err_system(&err, "cannot collect");
	}
	if (result == 0)
		result = loop_run(collection->loop, &err);
	free(errands);
	return result == 0 ? judge(collection) : err_fail(&err, EXIT_CANNOT);
}
