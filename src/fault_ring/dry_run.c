#include "fault_ring/dry_run.h"

#include "fault_ring/shell.h"
#include "lib/clock.h"
#include "lib/unit.h"

#include <string.h>

#define INDENT 43

struct show {
	FILE *to;
	const struct vars *vars;
	const char *when, *host;
};

/* One step: its commands, a line each, below one another. */
static void show_step(const struct show *show, const char *when,
    const char *host, const char *step, const char *commands)
{
	struct buf text = { 0 };
	const char *line;

	vars_expand(show->vars, commands, &text);
	buf_add(&text, "", 1);
	fprintf(show->to, "%-9s %-22.22s %-9s ", when, host, step);
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

static int show_fault(FILE *to, const struct target *target,
    const struct planned *planned, const struct settings *settings,
    int64_t at_ns, struct err *err)
{
	const struct fault *fault = planned->fault;
	const char *host = target->settings->host;
	struct vars vars = { 0 };
	struct show show = { .to = to, .vars = &vars };
	char at[UNIT_TEXT + 8], time[UNIT_TEXT];
	int result;

	vars_copy(&vars, &target->vars);
	vars_set(&vars, "done", fault->done);
	result = fault->prepare ? fault->prepare(&vars, settings, err) : 0;
	if (result == 0) {
		unit_duration(time,
		    planned->length_ns + settings->undo_margin_ns);
		fprintf(to,
		    "at +%-6s %-22.22s arm       in %s, unless "
		    "disarmed, what heals it\n",
		    unit_duration(at, at_ns), host, time);
		if (fault->possible)
			show_step(&show, "", host, "possible", fault->possible);
		show_step(&show, "", host, fault->name, fault->apply);
		if (fault->background)
			show_step(&show, "", host, "meanwhile",
			    fault->background);
		show_step(&show, "", host, "confirm", fault->confirm);
		snprintf(at, sizeof at, "at +%s",
		    unit_duration(time, at_ns + planned->length_ns));
		show_step(&show, at, host, "heal",
		    fault->heal ? fault->heal : "nothing\n");
		show_step(&show, "", host, "healed", fault->healed);
		show_step(&show, "", host, "disarm", "the undo\n");
	}
	vars_release(&vars);
	return result;
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
		for (size_t j = 0; j < plan->count; j++) {
			if (plan->items[j].fault != faults[i])
				continue;
			if (faults[i]->functions)
				fputs(faults[i]->functions, to);
			break;
		}
	}
	return 0;
}
