#include "aggregate/report_machines.h"

#include "aggregate/report_guide.h"
#include "aggregate/report_values.h"

#include "lib/unit.h"

#include <math.h>

#define WIDE_WIDTH 100

bool machines_next_doubtful(const struct merge *merge, uint64_t machine_id,
    size_t *at, struct doubtful *found)
{
	while (*at < merge->process_count) {
		const struct process *process = merge->processes[(*at)++];
		if (process->machine_id != machine_id)
			continue;
		found->judgement = generator_judge(&process->generator);
		if (found->judgement.verdict <= GENERATOR_OK)
			continue;
		found->process = process;
		found->figures = generator_figures(&process->generator);
		return true;
	}
	return false;
}

/* ---- text ---- */

static void write_doubt(const struct generator_judgement *generator, FILE *to)
{
	fprintf(to, "  The load generator %s kept up: %s.\n",
	    generator->verdict == GENERATOR_INVALID ? "has not"
	                                            : "may not have",
	    generator->why);
}

void machines_verdict(const struct report *report, FILE *to)
{
	const struct merge *merge = report->merge;
	size_t kept_up = 0, unknown = 0, count = merge->machine_count;
	for (size_t i = 0; i < count; i++) {
		const struct machine *machine = &merge->machines[i];
		kept_up += machine->generator.verdict == GENERATOR_OK;
		unknown += machine->generator.verdict == GENERATOR_UNKNOWN;
	}
	if (unknown == count)
		fprintf(to,
		    "  Whether the load generators kept up is not known: %s.\n",
		    count && merge->machines[0].has_timeline
		        ? "it was not to be checked"
		        : "there is no timeline");
	else if (kept_up == count && kept_up > 1)
		fprintf(to,
		    "  The load generators kept up on all %zu machines.\n",
		    kept_up);
	else if (kept_up == count)
		fputs("  The load generator kept up.\n", to);
	else if (count == 1)
		write_doubt(&merge->machines[0].generator, to);
	else
		fprintf(to,
		    "  The load generators kept up on %zu of %zu machines: see "
		    "MACHINES before you believe a latency.\n",
		    kept_up, count);
}

static void write_generator(FILE *to,
    const struct generator_judgement *judgement,
    const struct generator_figures *figures, bool is_measured)
{
	char cpu[UNIT_TEXT] = "-", lag[UNIT_TEXT] = "-";
	if (is_measured) {
		snprintf(cpu, sizeof cpu, "%.0f %%", figures->cpu_percent);
		unit_duration(lag, figures->lag_p99_us * 1000);
	}
	fprintf(to, "   %-9s %6s %9s%s%s\n", generator_word(judgement->verdict),
	    cpu, lag, *judgement->why ? "   " : "", judgement->why);
}

/* Of a machine of several processes, those that did not keep up. */
static void write_processes(const struct merge *merge, uint64_t machine_id,
    FILE *to)
{
	struct doubtful doubtful;
	size_t at = 0;
	int shown = 0;
	while (machines_next_doubtful(merge, machine_id, &at, &doubtful)) {
		if (++shown > PROCESSES_SHOWN)
			continue;
		fprintf(to, "%30s %10ju", "process",
		    (uintmax_t)doubtful.process->number);
		write_generator(to, &doubtful.judgement, &doubtful.figures,
		    true);
	}
	if (shown > PROCESSES_SHOWN)
		fprintf(to, "%30s %10d more like these\n", "processes",
		    shown - PROCESSES_SHOWN);
}

static void write_machine(const struct machine *machine, FILE *to)
{
	char clients[UNIT_TEXT], requests[UNIT_TEXT];
	fprintf(to, "%8ju %9s %11s %10ju", (uintmax_t)machine->id,
	    unit_count(clients, machine->clients),
	    unit_count(requests, machine->requests),
	    (uintmax_t)machine->processes);
	write_generator(to, &machine->generator, &machine->figures,
	    machine->has_timeline);
}

void machines_text(const struct report *report, FILE *to)
{
	const struct merge *merge = report->merge;
	if (merge->machine_count == 0)
		return;
	text_heading(to, "MACHINES", WIDE_WIDTH);
	fprintf(to, "%8s %9s %11s %10s   %-9s %6s %9s   %s\n", "machine",
	    "clients", "requests", "processes", "generator", "cpu", "lag p99",
	    "why");
	for (size_t i = 0; i < merge->machine_count; i++) {
		const struct machine *machine = &merge->machines[i];
		write_machine(machine, to);
		if (machine->processes > 1)
			write_processes(merge, machine->id, to);
	}
}

/* ---- JSON ---- */

static json_t *percent_json(double percent)
{
	return json_real(round(percent * 10) / 10);
}

static json_t *generator_json(const struct generator_judgement *judgement,
    const struct generator_figures *figures)
{
	json_t *object = json_object();
	put(object, "verdict", json_string(generator_word(judgement->verdict)));
	put(object, "reason", json_string(judgement->why));
	put(object, "cpu_percent", percent_json(figures->cpu_percent));
	put(object, "lag_p50_us", json_integer(figures->lag_p50_us));
	put(object, "lag_p99_us", json_integer(figures->lag_p99_us));
	put(object, "lag_max_us", json_integer(figures->lag_max_us));
	put(object, "steal_percent", percent_json(figures->steal_percent));
	put(object, "receive_delay_p99_us",
	    json_integer(figures->receive_delay_p99_us));
	return object;
}

static json_t *processes_json(const struct merge *merge, uint64_t machine_id)
{
	json_t *array = json_array();
	for (size_t i = 0; i < merge->process_count; i++) {
		const struct process *process = merge->processes[i];
		if (process->machine_id != machine_id || !process->intervals)
			continue;
		struct generator_judgement judgement =
		    generator_judge(&process->generator);
		struct generator_figures figures =
		    generator_figures(&process->generator);
		json_t *object = json_object();
		put(object, "process", count_json(process->number));
		put(object, "generator", generator_json(&judgement, &figures));
		json_array_append_new(array, object);
	}
	return array;
}

static json_t *one_machine(const struct merge *merge,
    const struct machine *machine)
{
	json_t *object = json_object();
	put(object, "machine_id", count_json(machine->id));
	put(object, "clients", count_json(machine->clients));
	put(object, "requests", count_json(machine->requests));
	put(object, "complete", json_boolean(machine_is_whole(machine)));
	put(object, "missing_clients", count_json(machine->missing.total));
	put(object, "killed_processes", count_json(machine->killed_processes));
	put(object, "generator",
	    generator_json(&machine->generator, &machine->figures));
	put(object, "processes", processes_json(merge, machine->id));
	return object;
}

json_t *machines_json(const struct merge *merge)
{
	json_t *array = json_array();
	for (size_t i = 0; i < merge->machine_count; i++)
		json_array_append_new(array,
		    one_machine(merge, &merge->machines[i]));
	return array;
}
