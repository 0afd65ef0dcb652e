/* live_state.h - what live.c gathers and live_draw.c shows. */
#ifndef LIB_LIVE_STATE_H
#define LIB_LIVE_STATE_H

#include "lib/generator.h"
#include "lib/live.h"

#define LIVE_SLOTS 40

/* What all processes did in one period of the timeline. */
struct live_slot {
	int64_t index;                    /* periods since the start */
	int64_t from_unix_ms, to_unix_ms; /* what its intervals span */
	uint64_t done;
	struct histogram service, response;
};

struct live_process {
	uint64_t machine_id, process;
	uint64_t in_flight;
	double target; /* requests a second; 0: none */
	int64_t lag_p99_us;
	double cpu_percent; /* of all its threads */
	size_t threads;
	struct generator generator;
};

struct live {
	struct live_setup setup;
	char *title;
	char **phases; /* their names, in order; owned */
	size_t phase_count;
	struct stats total;
	struct live_process *processes;
	size_t process_count;
	struct live_slot slots[LIVE_SLOTS];
	int64_t end_unix_ms; /* of the last interval */
	bool open_loop;
	char *phase;               /* NULL: none was named; owned */
	size_t phase_index;        /* among them; beyond: it is none of them */
	int64_t period_ms, newest; /* newest: index of a slot, or -1 */

	bool in_place, utf8, colour;
	int lines_drawn;
	int64_t line_ns; /* when the last line was written off a terminal */
	bool news;       /* that it did not have */
};

/* The slot of that index; NULL when it is too old or has nothing. */
const struct live_slot *live_slot_at(const struct live *live, int64_t index);

/* The index of the newest period that every process has told of, and that has
 * gone on for most of its time. */
int64_t live_last(const struct live *live);

/* Requests a second; 0 for NULL. */
double live_slot_rate(const struct live_slot *slot);

/* What the display says of this moment. */
struct live_figures {
	int64_t elapsed_ms;
	double share; /* of the run that lies behind, 0..1; -1: not known */
	uint64_t in_flight;
	double target;                /* requests a second; 0: none */
	const struct live_slot *last; /* of live_last; NULL: none */
	int64_t lag_p99_us;           /* of the process that is latest */
	double cpu_percent;           /* mean of all threads */
	size_t threads;
	struct generator_judgement generator; /* the worst so far */
};

struct live_figures live_figures(const struct live *live);

/* What the users feel: response times in an open loop, else service times. */
const struct histogram *live_felt(const struct live *live);
const struct histogram *live_slot_felt(const struct live *live,
    const struct live_slot *slot);

/* A latency as the display has it: "0.03", "8.2", "198". */
const char *live_ms(char *out, int64_t us);

/* Writes the state as a line. */
void live_write_line(struct live *live);

#endif
