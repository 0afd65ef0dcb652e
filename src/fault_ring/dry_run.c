#include "fault_ring/dry_run.h"

#include "fault_ring/shell.h"
#include "lib/clock.h"
#include "lib/mem.h"

#include <stdlib.h>
#include <string.h>

#define INDENT 43

struct show {
	FILE *to;
	const struct vars *vars;
	const char *where; /* "1 user@server1" */
};

/* One step: its commands, a line each, below one another. */
static void show_step(const struct show *show, const char *when,
    const char *step, const char *commands)
{
	struct buf text = { 0 };
	const char *line;

	vars_expand(show->vars, commands, &text);
	buf_add(&text, "", 1);
	fprintf(show->to, "%-11s %-20.20s %-9s ", when, show->where, step);
	line = (const char *)text.data;
	for (bool first = true; *line || first; first = false) {
		size_t length = strcspn(line, "\n");
		fprintf(show->to, "%*s%.*s\n", first ? 0 : INDENT, "",
		    (int)length, line);
		line += length;
		line += *line == '\n';
	}
	buf_release(&text);
}

static void show_steps(const struct show *show, const struct planned *planned,
    int64_t undo_ns, int64_t at_ns)
{
	const struct fault *fault = planned->fault;
	const char *heal = fault->heal ? fault->heal : "nothing\n";
	char at[40], undo[40];

	snprintf(at, sizeof at, "at +%gs", (double)at_ns / NS_PER_SECOND);
	snprintf(undo, sizeof undo, "undo in %gs:\n",
	    (double)undo_ns / NS_PER_SECOND);
	if (fault->possible)
		show_step(show, "before", "possible", fault->possible);
	show_step(show, at, "arm", undo);
	show_step(show, "", "", heal);
	show_step(show, "", fault->name, fault->apply);
	if (fault->background)
		show_step(show, "", "meanwhile", fault->background);
	show_step(show, "", "confirm", fault->confirm);
	snprintf(at, sizeof at, "at +%gs",
	    (double)(at_ns + planned->length_ns) / NS_PER_SECOND);
	show_step(show, at, "heal", heal);
	show_step(show, "", "healed", fault->healed);
	show_step(show, "", "disarm", "the undo\n");
}

static int show_fault(FILE *to, const struct target *target,
    const struct planned *planned, const struct settings *settings,
    int64_t at_ns, struct err *err)
{
	const struct fault *fault = planned->fault;
	struct vars vars = { 0 };
	char *where =
	    mem_format("%u %s", planned->server, target->settings->host);
	struct show show = { to, &vars, where };
	int result;

	vars_copy(&vars, &target->vars);
	vars_set(&vars, "done", fault->done);
	result = fault->prepare ? fault->prepare(&vars, settings, err) : 0;
	if (result == 0)
		show_steps(&show, planned,
		    planned->length_ns + settings->undo_margin_ns, at_ns);
	vars_release(&vars);
	free(where);
	return result;
}

/* With what the settings say, but no server's own values. */
static int show_functions(FILE *to, const struct fault *fault,
    const struct settings *settings, struct err *err)
{
	struct vars vars = { 0 };
	struct buf text = { 0 };
	int result = fault->prepare ? fault->prepare(&vars, settings, err) : 0;

	if (result == 0 && fault->functions) {
		vars_expand(&vars, fault->functions, &text);
		fwrite(text.data, 1, text.length, to);
	}
	buf_release(&text);
	vars_release(&vars);
	return result;
}

static bool has(const struct plan *plan, const struct fault *fault)
{
	for (size_t i = 0; i < plan->count; i++) {
		if (plan->items[i].fault == fault)
			return true;
	}
	return false;
}

int dry_run(const struct targets *targets, const struct plan *plan,
    const struct settings *settings, FILE *to, struct err *err)
{
	int64_t at_ns = settings->start_after_ns;

	fprintf(to,
	    "Nothing is sent. These commands would be, as parts of POSIX "
	    "sh scripts:\n");
	for (size_t i = 0; i < plan->count; i++) {
		const struct planned *planned = &plan->items[i];
		if (planned->at_ns != AFTER_THE_LAST)
			at_ns = settings->start_after_ns + planned->at_ns;
		else if (i > 0 && planned->group != planned[-1].group)
			at_ns +=
			    planned[-1].length_ns + settings->fault_interval_ns;
		if (show_fault(to, targets_find(targets, planned->server),
		        planned, settings, at_ns, err) != 0)
			return -1;
	}
	fprintf(to, "\nThe functions that they share:\n");
	shell_print_functions(to);
	for (size_t i = 0; i < fault_count; i++) {
		if (has(plan, faults[i]) &&
		    show_functions(to, faults[i], settings, err) != 0)
			return -1;
	}
	return 0;
}
