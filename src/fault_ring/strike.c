#include "fault_ring/strike.h"

#include "fault_ring/here.h"
#include "fault_ring/shell.h"
#include "fault_ring/strike_words.h"
#include "lib/clock.h"
#include "lib/fiber.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ARM_NS    (15 * NS_PER_SECOND)
#define SLACK_NS  (15 * NS_PER_SECOND) /* beyond what a step waits itself */
#define RETRY_NS  NS_PER_SECOND
#define LEADER_NS (5 * NS_PER_SECOND)
#define KNOCK_NS  (100 * NS_PER_MS)

/* What a file may be called after. */
static void plain_name(char *text)
{
	for (; *text; text++) {
		if (!isalnum((unsigned char)*text) && !strchr("._:-", *text))
			*text = '_';
	}
}

static int set_vars(struct strike *strike, struct err *err)
{
	const struct planned *planned = strike->planned;
	const struct settings *settings = strike->stage->settings;
	const struct fault *fault = planned->fault;
	struct vars *vars = &strike->vars;
	int64_t now_ns = clock_now_ns(), due_secs;
	char stamp[CLOCK_STAMP], run[100];

	vars_copy(vars, &strike->target->vars);
	vars_set(vars, "done", fault->done);
	vars_set(vars, "mended", fault->mended);
	vars_set(vars, "needs_process", fault->no_process ? "" : "yes");
	vars_format(vars, "confirm_ms", "%" PRId64,
	    settings->confirm_timeout_ns / NS_PER_MS);
	vars_format(vars, "recover_ms", "%" PRId64,
	    settings->recovery_timeout_ns / NS_PER_MS);
	snprintf(run, sizeof run, "%s", strike->stage->run_id);
	plain_name(run);
	vars_format(vars, "file", "%s/server_%u-%s-%u.sh", UNDO_FOLDER,
	    planned->server, run, planned->number);
	clock_stamp(stamp, words_unix_ms(strike->moment_ns));
	vars_format(vars, "note", "was %s by run %s at %s", fault->done, run,
	    stamp + strlen("2025-10-31 "));
	strike->due_ns =
	    strike->moment_ns + planned->length_ns + settings->undo_margin_ns;
	due_secs =
	    (strike->due_ns - now_ns + NS_PER_SECOND - 1) / NS_PER_SECOND;
	vars_format(vars, "due_secs", "%" PRId64, due_secs);
	return fault->prepare ? fault->prepare(vars, settings, err) : 0;
}

static void ask_leader(struct strike *strike)
{
	const char *command = strike->stage->settings->leader_command;
	char words[64];
	struct err err;

	if (command &&
	    here_run(command, LEADER_NS, words, sizeof words, &err) == 0 &&
	    strtoul(words, NULL, 10) == strike->planned->server)
		snprintf(strike->role, sizeof strike->role, "leader");
}

/* Finds the server and leaves its undo on the host, with a timer. */
static enum target_answer arm(struct strike *strike, struct err *err)
{
	const struct fault *fault = strike->planned->fault;
	struct remote_result result = { 0 };
	enum target_answer answer = TARGET_REFUSED;
	char birth[32], *undo = NULL;

	if (set_vars(strike, err) != 0)
		return TARGET_REFUSED;
	undo = shell_script(&strike->vars, fault, step_undo);
	answer = target_run(strike->target, &strike->vars, NULL, step_arm,
	    (const char *const[]){ undo, NULL }, ARM_NS, &result, err);
	if (answer == TARGET_DONE) {
		const char *facts = (const char *)result.out.data;
		shell_fact(strike->pid, sizeof strike->pid, facts, "pid");
		vars_set(&strike->vars, "pid", strike->pid);
		vars_set(&strike->vars, "birth",
		    shell_fact(birth, sizeof birth, facts, "birth"));
	}
	/* After a lost connection it may be armed. */
	strike->armed = answer != TARGET_REFUSED;
	free(undo);
	remote_result_release(&result);
	return answer;
}

/* Waits for the moment, or until the stage stops; from the strike's fiber. */
static bool wait_for(struct strike *strike, int64_t moment_ns, const char *what)
{
	struct events *events = &strike->stage->events;

	strike->waits = true;
	while (!strike->stage->stopping && clock_now_ns() < moment_ns) {
		int64_t remaining_ns = moment_ns - clock_now_ns();
		int64_t wake_ns = moment_ns;
		if (what && events->countdown) {
			events_countdown(events, what, remaining_ns);
			if (remaining_ns > NS_PER_SECOND)
				wake_ns = moment_ns - (remaining_ns - 1) /
				                          NS_PER_SECOND *
				                          NS_PER_SECOND;
		}
		(void)fiber_park(wake_ns);
	}
	strike->waits = false;
	return !strike->stage->stopping;
}

/* Knocks at the server's door while its traffic is to be broken: even if
 * nobody else speaks with it, there is something to drop. */
struct knocker {
	const struct address *address;
	bool over, gone;
	struct fiber *waiting;
};

static void knock(void *arg)
{
	struct knocker *knocker = arg;
	struct conn conn = CONN_CLOSED;

	while (!knocker->over) {
		(void)conn_connect(&conn, knocker->address,
		    clock_now_ns() + KNOCK_NS);
		conn_close(&conn);
		(void)fiber_sleep_until(clock_now_ns() + KNOCK_NS);
	}
	knocker->gone = true;
	fiber_unpark(knocker->waiting);
}

static enum target_answer send_fault(struct strike *strike,
    struct remote_result *result, struct err *err)
{
	const struct fault *fault = strike->planned->fault;
	struct knocker knocker = { .address = &strike->target->ready,
		.waiting = fiber_self() };
	bool knocks = fault->is_network && knocker.address->length > 0 &&
	              fiber_spawn(loop_current(), knock, &knocker);
	enum target_answer answer =
	    target_run(strike->target, &strike->vars, fault, step_apply, NULL,
	        strike->stage->settings->confirm_timeout_ns + SLACK_NS, result,
	        err);

	knocker.over = true;
	while (knocks && !knocker.gone)
		(void)fiber_park(CLOCK_NEVER);
	return answer;
}

/* Makes the fault, and sees whether it is there. */
static void apply(struct strike *strike)
{
	struct remote_result result = { 0 };
	struct err err = { "" };

	strike->made = true;
	words_commanded(strike);
	strike->confirmed = send_fault(strike, &result, &err) == TARGET_DONE;
	if (strike->confirmed)
		words_confirmed(strike, &result);
	else
		words_unconfirmed(strike, &err);
	remote_result_release(&result);
}

/* Undoes it on the host; as the undo is harmless when repeated, a lost
 * connection is tried again until the host must have healed itself. */
static enum target_answer undo(struct strike *strike,
    struct remote_result *result, struct err *err)
{
	const struct settings *settings = strike->stage->settings;
	int64_t now_ns = clock_now_ns();
	int64_t last_ns = (strike->due_ns > now_ns ? strike->due_ns : now_ns) +
	                  settings->recovery_timeout_ns;

	for (bool said = false;; said = true) {
		enum target_answer answer = target_run(strike->target,
		    &strike->vars, strike->planned->fault, step_heal, NULL,
		    2 * settings->recovery_timeout_ns + SLACK_NS, result, err);
		if (answer != TARGET_LOST || clock_now_ns() > last_ns)
			return answer;
		if (!said)
			words_unreachable(strike, err);
		(void)fiber_sleep_until(clock_now_ns() + RETRY_NS);
	}
}

/* What can be seen from here: whether clients are served again. */
static int wait_ready(struct strike *strike, struct err *err)
{
	const struct settings *settings = strike->stage->settings;
	int64_t deadline_ns = clock_now_ns() + settings->recovery_timeout_ns;

	if (strike->target->ready.length > 0 &&
	    here_reach(&strike->target->ready, deadline_ns, err) != 0)
		return -1;
	if (settings->ready_command)
		return here_wait(settings->ready_command, deadline_ns, err);
	return 0;
}

static void heal(struct strike *strike)
{
	struct remote_result result = { 0 };
	struct err err = { "" };

	words_healing(strike);
	strike->healed = undo(strike, &result, &err) == TARGET_DONE &&
	                 wait_ready(strike, &err) == 0;
	if (strike->healed)
		words_healed(strike, &result);
	else
		words_not_healed(strike, &err);
	remote_result_release(&result);
}

/* Of a fault that never came. */
static void disarm(struct strike *strike)
{
	struct remote_result result = { 0 };
	struct err err = { "" };

	strike->healed = undo(strike, &result, &err) == TARGET_DONE;
	if (!strike->healed)
		words_not_disarmed(strike, &err);
	remote_result_release(&result);
}

/* Until its end, if it is there at all. */
static void hold(struct strike *strike)
{
	const struct planned *planned = strike->planned;
	char what[80];

	if (!strike->confirmed || planned->length_ns == 0)
		return;
	words_waiting(strike);
	snprintf(what, sizeof what, "%s Server %u", planned->fault->mending,
	    planned->server);
	(void)wait_for(strike, strike->moment_ns + planned->length_ns, what);
}

void strike_run(struct strike *strike, void (*released)(void *arg), void *arg)
{
	struct err err = { "" };

	ask_leader(strike);
	if (arm(strike, &err) != TARGET_DONE) {
		strike->made = true;
		words_unconfirmed(strike, &err);
	} else if (wait_for(strike, strike->moment_ns, NULL)) {
		apply(strike);
		hold(strike);
	}
	released(arg);
	if (strike->armed && strike->made)
		heal(strike);
	else if (strike->armed)
		disarm(strike);
	else
		strike->healed = true;
}

void strike_release(struct strike *strike)
{
	vars_release(&strike->vars);
}
