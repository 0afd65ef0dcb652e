#include "relay_probe/check.h"

#include <string.h>

#define MARKS_MOST 5 /* of one kind in a sample */

static const char *const format_names[] = { [METRICS_NONE] = "nothing",
	[METRICS_JSON] = "JSON",
	[METRICS_PROMETHEUS] = "Prometheus' text",
	[METRICS_NGINX] = "nginx' status" };

static void check_counters(struct record_sample *sample,
    const struct readings *before, const struct readings *now)
{
	size_t found = 0;
	for (size_t i = 0; i < now->count; i++) {
		const struct reading *reading = &now->items[i];
		const char *name = readings_name(now, i);
		if (reading->kind != READING_COUNTER)
			continue;
		const struct reading *earlier = readings_find(before, name, i);
		if (!earlier || reading->value >= earlier->value)
			continue;
		if (found++ < MARKS_MOST)
			record_sample_mark(sample, name,
			    "%.15g after %.15g: counts anew", reading->value,
			    earlier->value);
	}
	sample->restarted |= found > 0;
}

/* Exporters say when they began. */
static void check_start(struct record_sample *sample,
    const struct readings *before, const struct readings *now)
{
	static const char name[] = "process_start_time_seconds";
	double earlier, value;
	if (readings_get(now, name, &value) &&
	    readings_get(before, name, &earlier) &&
	    (value < earlier || value > earlier))
		sample->restarted = true;
}

static void check_pid(struct record_sample *sample, const struct check *check,
    const struct readings *before, const struct readings *now)
{
	double pid, earlier;
	if (!readings_get(now, check->pid_figure, &pid))
		return;
	if (check->pid > 0 && (pid < check->pid || pid > check->pid))
		record_sample_mark(sample, check->pid_figure,
		    "another process answers than %.0f", check->pid);
	if (readings_get(before, check->pid_figure, &earlier) &&
	    (pid < earlier || pid > earlier))
		sample->restarted = true;
}

static void check_connections(struct record_sample *sample,
    const struct check *check, const struct readings *now)
{
	double connections;
	if (!readings_get(now, check->connections, &connections))
		return;
	if (connections < 0)
		record_sample_mark(sample, check->connections,
		    "fewer than none");
	else if (check->process && procfs_process_has_files(check->process) &&
	         connections > check->process->sockets)
		record_sample_mark(sample, check->connections,
		    "the process has only %.0f sockets",
		    check->process->sockets);
}

/* Series of an exporter come and go; the readings of the others do not. */
static void check_shape(struct record_sample *sample,
    const struct metrics *before, const struct metrics *now)
{
	size_t found = 0;
	if (before->format == METRICS_NONE)
		return;
	if (before->format != now->format) {
		record_sample_mark(sample, "page", "was %s and is %s",
		    format_names[before->format], format_names[now->format]);
		return;
	}
	if (now->format == METRICS_PROMETHEUS)
		return;
	for (size_t i = 0; i < before->readings.count; i++) {
		const char *name = readings_name(&before->readings, i);
		if (!readings_find(&now->readings, name, i) &&
		    found++ < MARKS_MOST)
			record_sample_mark(sample, name,
			    "is no number on the page any more");
	}
}

void check_figures(struct record_sample *sample, const struct check *check,
    const struct metrics *before, const struct metrics *now)
{
	check_counters(sample, &before->readings, &now->readings);
	check_start(sample, &before->readings, &now->readings);
	check_pid(sample, check, &before->readings, &now->readings);
	check_connections(sample, check, &now->readings);
	check_shape(sample, before, now);
}
