/* live.c - gathers the intervals; live_draw.c shows them. */
#include "lib/live.h"

#include "lib/live_state.h"
#include "lib/mem.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

/* Intervals come at least once a minute. */
#define STALE_MS (2 * 60 * 1000)

static bool is_set(const char *name)
{
	const char *value = getenv(name);

	return value != NULL && value[0] != '\0';
}

/* The first of these that is set decides, as in setlocale(3). */
static bool locale_is_utf8(void)
{
	static const char *const names[] = { "LC_ALL", "LC_CTYPE", "LANG" };

	for (size_t i = 0; i < 3; i++) {
		const char *value = getenv(names[i]);
		const char *codeset;

		if (value == NULL || value[0] == '\0')
			continue;
		codeset = strchr(value, '.');
		return codeset != NULL &&
		       (strncasecmp(codeset + 1, "utf-8", 5) == 0 ||
		           strncasecmp(codeset + 1, "utf8", 4) == 0);
	}
	return false;
}

static bool draws_in_place(const struct live_setup *setup)
{
	const char *term = getenv("TERM");
	int fd = fileno(setup->to);

	return !setup->lines && fd != -1 && isatty(fd) && term != NULL &&
	       strcmp(term, "dumb") != 0;
}

/* The first word of each; commas part phases that stand in one text. */
static void keep_phases(struct live *live, const char *text)
{
	for (;;) {
		text += strspn(text, " \t");
		live->phases = mem_resize(live->phases, live->phase_count + 1,
		    sizeof *live->phases);
		live->phases[live->phase_count++] =
		    mem_text_n(text, strcspn(text, " \t,"));
		text += strcspn(text, ",");
		if (*text == '\0')
			return;
		text++;
	}
}

static void free_phases(struct live *live)
{
	for (size_t i = 0; i < live->phase_count; i++)
		free(live->phases[i]);
	free(live->phases);
}

struct live *live_new(const struct live_setup *setup)
{
	struct live *live = mem_new(1, sizeof(*live));

	live->setup = *setup;
	live->title = mem_text(setup->title);
	live->setup.title = live->title;
	for (size_t i = 0; i < setup->phase_count; i++)
		keep_phases(live, setup->phases[i]);
	live->newest = -1;
	live->in_place = draws_in_place(setup);
	live->utf8 = locale_is_utf8();
	live->colour = live->in_place && !setup->plain && !is_set("NO_COLOR");
	live->line_ns = clock_now_ns();
	for (size_t i = 0; i < LIVE_SLOTS; i++)
		live->slots[i].index = -1;
	return live;
}

static void clear_slot(struct live_slot *slot)
{
	histogram_clear(&slot->service);
	histogram_clear(&slot->response);
}

void live_free(struct live *live)
{
	if (live == NULL)
		return;
	for (size_t i = 0; i < LIVE_SLOTS; i++)
		clear_slot(&live->slots[i]);
	for (size_t i = 0; i < live->process_count; i++)
		generator_clear(&live->processes[i].generator);
	stats_clear(&live->total);
	free(live->processes);
	free(live->phase);
	free_phases(live);
	free(live->title);
	free(live);
}

static struct live_process *find_process(struct live *live,
    const struct record_interval *interval)
{
	struct live_process *process;

	for (size_t i = 0; i < live->process_count; i++) {
		process = &live->processes[i];
		if (process->machine_id == interval->machine_id &&
		    process->process == interval->process)
			return process;
	}
	live->processes = mem_resize(live->processes, live->process_count + 1,
	    sizeof(*live->processes));
	process = &live->processes[live->process_count++];
	*process = (struct live_process){ .machine_id = interval->machine_id,
		.process = interval->process };
	return process;
}

/* The slot of an interval: the period in which its middle lies. */
static int64_t slot_index(struct live *live,
    const struct record_interval *interval)
{
	int64_t middle = interval->from_unix_ms + interval->length_ms / 2;

	if (live->setup.start_unix_ms == 0)
		live->setup.start_unix_ms = interval->from_unix_ms;
	if (live->period_ms == 0)
		live->period_ms =
		    interval->length_ms > 100 ? interval->length_ms : 1000;
	return (middle - live->setup.start_unix_ms) / live->period_ms;
}

const struct live_slot *live_slot_at(const struct live *live, int64_t index)
{
	const struct live_slot *slot;

	if (index < 0)
		return NULL;
	slot = &live->slots[index % LIVE_SLOTS];
	return slot->index == index ? slot : NULL;
}

static void add_to_slot(struct live *live,
    const struct record_interval *interval)
{
	int64_t index = slot_index(live, interval);
	int64_t end_unix_ms = interval->from_unix_ms + interval->length_ms;
	struct live_slot *slot;

	if (index < 0 || index <= live->newest - LIVE_SLOTS)
		return;
	slot = &live->slots[index % LIVE_SLOTS];
	if (slot->index != index) {
		clear_slot(slot);
		*slot = (struct live_slot){ .index = index,
			.from_unix_ms = interval->from_unix_ms };
	}
	if (index > live->newest)
		live->newest = index;
	if (interval->from_unix_ms < slot->from_unix_ms)
		slot->from_unix_ms = interval->from_unix_ms;
	if (end_unix_ms > slot->to_unix_ms)
		slot->to_unix_ms = end_unix_ms;
	if (end_unix_ms > live->end_unix_ms)
		live->end_unix_ms = end_unix_ms;
	slot->done += interval->stats.sent;
	histogram_merge(&slot->service, &interval->stats.service);
	histogram_merge(&slot->response, stats_response(&interval->stats));
}

/* A phase may come again under its name: the next one of it is meant. */
static void enter_phase(struct live *live, const char *phase)
{
	size_t count = live->phase_count, i = live->phase_index;
	if (!phase || (live->phase && strcmp(live->phase, phase) == 0))
		return;
	free(live->phase);
	live->phase = mem_text(phase);
	while (i < count && strcmp(live->phases[i], phase) != 0)
		i++;
	live->phase_index = i;
}

static void look_at_threads(struct live_process *process,
    const struct record_interval *interval)
{
	const struct record_generator *seen = &interval->generator;
	process->threads = seen->threads ? seen->threads : 1;
	process->cpu_percent = seen->threads ? 0 : interval->cpu_percent;
	for (size_t i = 0; i < seen->threads; i++)
		process->cpu_percent += seen->thread_cpu_percent[i];
}

void live_interval(struct live *live, const struct record_interval *interval)
{
	struct live_process *process = find_process(live, interval);

	/* The last line usually only says that all is written. */
	bool tells = !interval->last || interval->stats.sent > 0;
	live->news |= tells || interval->stats.skipped > 0 ||
	              interval->in_flight != process->in_flight;
	process->in_flight = interval->in_flight;
	if (tells)
		add_to_slot(live, interval);
	/* What ends with the run is short, and not how things are. */
	if (tells && interval->length_ms * 2 >= live->period_ms) {
		process->lag_p99_us = interval->lag_p99_us;
		process->target = interval->has_target && interval->open_loop
		                      ? interval->target
		                      : 0;
		live->open_loop = interval->open_loop;
		look_at_threads(process, interval);
		enter_phase(live, interval->phase);
	}
	generator_add(&process->generator, interval);
	stats_merge(&live->total, &interval->stats);
}

int64_t live_last(const struct live *live)
{
	int64_t last = live->newest - (live->process_count > 1);
	const struct live_slot *slot = live_slot_at(live, last);
	if (slot && last > 0 &&
	    (slot->to_unix_ms - slot->from_unix_ms) * 2 < live->period_ms)
		last--;
	return last;
}

double live_slot_rate(const struct live_slot *slot)
{
	if (slot == NULL || slot->to_unix_ms <= slot->from_unix_ms)
		return 0;
	return (double)slot->done * 1000 /
	       (double)(slot->to_unix_ms - slot->from_unix_ms);
}

/* How much of the run lies behind, 0..1; below 0: not known. */
static double progress(const struct live *live, int64_t elapsed_ms)
{
	const struct live_setup *setup = &live->setup;
	double by_count = -1, by_time = -1;

	if (setup->planned > 0)
		by_count = (double)(live->total.sent + live->total.skipped) /
		           (double)setup->planned;
	if (setup->duration_ms > 0)
		by_time = (double)elapsed_ms / (double)setup->duration_ms;
	if (by_time > 1)
		by_time = 1;
	return by_count > by_time ? by_count : by_time;
}

static void add_process(struct live_figures *figures,
    const struct live_process *process)
{
	struct generator_judgement judgement =
	    generator_judge(&process->generator);
	if (judgement.verdict > figures->generator.verdict)
		figures->generator = judgement;
	figures->in_flight += process->in_flight;
	figures->target += process->target;
	figures->cpu_percent += process->cpu_percent;
	figures->threads += process->threads;
	if (process->lag_p99_us > figures->lag_p99_us)
		figures->lag_p99_us = process->lag_p99_us;
}

struct live_figures live_figures(const struct live *live)
{
	int64_t start_ms = live->setup.start_unix_ms;
	int64_t now_ms = clock_unix_ms();
	struct live_figures figures = { 0 };

	/* What is not followed as it goes is not still going on. */
	if (live->newest >= 0 && now_ms > live->end_unix_ms + STALE_MS)
		now_ms = live->end_unix_ms;

	if (start_ms != 0 && now_ms > start_ms)
		figures.elapsed_ms = now_ms - start_ms;
	figures.share = progress(live, figures.elapsed_ms);
	figures.last = live_slot_at(live, live_last(live));
	for (size_t i = 0; i < live->process_count; i++)
		add_process(&figures, &live->processes[i]);
	if (figures.threads > 0)
		figures.cpu_percent /= (double)figures.threads;
	return figures;
}

const struct histogram *live_felt(const struct live *live)
{
	return live->open_loop ? stats_response(&live->total)
	                       : &live->total.service;
}

const struct histogram *live_slot_felt(const struct live *live,
    const struct live_slot *slot)
{
	return live->open_loop ? &slot->response : &slot->service;
}
