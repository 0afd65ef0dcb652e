#include "fault_ring/heal.h"

#include "fault_ring/shell.h"
#include "fault_ring/together.h"
#include "lib/clock.h"
#include "lib/err.h"
#include "lib/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Those who wait for another undo of the same fault wait a minute. */
#define PATIENCE_NS (90 * NS_PER_SECOND)

struct sweep {
	enum target_answer answer;
	struct remote_result result;
	struct err err;
};

struct healing {
	struct targets *targets;
	struct sweep *sweeps;
	int64_t timeout_ns;
};

static void sweep(void *arg, size_t index)
{
	struct healing *healing = arg;
	struct sweep *sweep = &healing->sweeps[index];
	struct target *target = &healing->targets->items[index];

	sweep->answer = target_run(target, &target->vars, NULL, step_sweep,
	    NULL, healing->timeout_ns, &sweep->result, &sweep->err);
}

/* Each line of what the undo files said. Returns how many were undone. */
static size_t print_undone(const char *label, const char *facts)
{
	static const char word[] = "undone ";
	size_t count = 0;

	for (; *facts; facts += strcspn(facts, "\n"), facts += *facts == '\n') {
		if (strncmp(facts, word, strlen(word)) != 0)
			continue;
		facts += strlen(word);
		printf("%s %.*s\n", label, (int)strcspn(facts, "\n"), facts);
		count++;
	}
	return count;
}

static int report(const struct healing *healing)
{
	size_t healed = 0, unreachable = 0, failed = 0;

	for (size_t i = 0; i < healing->targets->count; i++) {
		const struct target *target = &healing->targets->items[i];
		struct sweep *sweep = &healing->sweeps[i];
		char label[64];
		size_t undone = 0;
		snprintf(label, sizeof label, "  %u %-20.40s", target->id,
		    target->settings->host);
		if (sweep->answer == TARGET_LOST) {
			printf("%s unreachable: %s; what is armed there "
			       "undoes itself in its time\n",
			    label, target_words(target, &sweep->err));
			unreachable++;
			continue;
		}
		undone =
		    print_undone(label, (const char *)sweep->result.out.data);
		healed += undone;
		if (sweep->answer == TARGET_REFUSED) {
			printf("%s not healed: %s\n", label, sweep->err.text);
			failed++;
		} else if (undone == 0) {
			printf("%s nothing to undo\n", label);
		}
	}
	printf("%zu healed", healed);
	if (failed > 0)
		printf(", %zu not healed", failed);
	if (unreachable > 0)
		printf(", %zu unreachable", unreachable);
	printf("\n");
	fflush(stdout);
	if (unreachable > 0)
		return EXIT_PARTIAL;
	return failed > 0 ? EXIT_CANNOT : EXIT_PASSED;
}

int heal_all(struct targets *targets, int64_t recovery_timeout_ns)
{
	struct healing healing = { .targets = targets,
		.timeout_ns = PATIENCE_NS + recovery_timeout_ns };
	int code;

	healing.sweeps = mem_new(targets->count, sizeof *healing.sweeps);
	together(targets->count, sweep, &healing);
	code = report(&healing);
	for (size_t i = 0; i < targets->count; i++)
		remote_result_release(&healing.sweeps[i].result);
	free(healing.sweeps);
	return code;
}
