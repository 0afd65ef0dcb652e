#include "fault_ring/strike_words.h"

#include "fault_ring/shell.h"
#include "lib/clock.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

/* Fills in what all events of a strike have. */
static struct event event_of(const struct strike *strike, const char *name)
{
	const struct planned *planned = strike->planned;

	return (struct event){
		.name = name,
		.unix_ms = clock_unix_ms(),
		.number = planned->number,
		.cycle = planned->cycle,
		.server = planned->server,
		.host = strike->target->settings->host,
		.fault = planned->fault->name,
		.pid = strike->pid,
		.role = strike->role,
		.detail = "",
		.clock_error_ms = strike->target->clock.error_ms,
	};
}

static void record(const struct strike *strike, const char *name,
    const char *detail)
{
	struct event event = event_of(strike, name);

	event.detail = detail;
	events_record(&strike->stage->events, &event);
}

static void announce(struct strike *strike)
{
	static const char *const algorithms[] = { "Ring Algorithm",
		"Random Order", "Simultaneous", "Schedule" };
	struct stage *stage = strike->stage;
	const struct planned *planned = strike->planned;
	const char *host = strike->target->settings->host;

	if (stage->cycle != planned->cycle &&
	    stage->settings->pattern != PATTERN_SCHEDULE)
		events_say(&stage->events,
		    "===== CYCLE %u/%u =====", planned->cycle, stage->cycles);
	stage->cycle = planned->cycle;
	strike->announced = true;
	events_say(&stage->events, "%s: Processing Server %u",
	    algorithms[stage->settings->pattern], planned->server);
	events_say(&stage->events, "Attempting to %s Server %u on %s",
	    planned->fault->act, planned->server, host);
}

/* When the host acted, in our time: between sending and the answer. */
static int64_t acted_unix_ms(const struct strike *strike,
    const struct remote_result *result)
{
	char text[32];
	int64_t acted_ms = strtoll(shell_fact(text, sizeof text,
	                               (const char *)result->out.data, "acted"),
	    NULL, 10);

	acted_ms -= (int64_t)strike->target->clock.offset_ms;
	if (acted_ms < result->sent_unix_ms)
		return result->sent_unix_ms;
	if (acted_ms > result->ended_unix_ms)
		return result->ended_unix_ms;
	return acted_ms;
}

int64_t words_unix_ms(int64_t moment_ns)
{
	return clock_unix_ms() + (moment_ns - clock_now_ns()) / NS_PER_MS;
}

void words_commanded(struct strike *strike)
{
	struct event event = event_of(strike, "commanded");

	announce(strike);
	if (*strike->pid)
		events_say(&strike->stage->events,
		    "Found Server %u PID: %s on %s", strike->planned->server,
		    strike->pid, strike->target->settings->host);
	event.unix_ms = clock_unix_ms();
	event.planned_unix_ms = words_unix_ms(strike->moment_ns);
	events_record(&strike->stage->events, &event);
}

void words_unconfirmed(struct strike *strike, const struct err *why)
{
	const char *text = target_words(strike->target, why);

	if (!strike->announced)
		announce(strike);
	events_say(&strike->stage->events,
	    "ERROR: Failed to %s Server %u on %s: %s. UNCONFIRMED",
	    strike->planned->fault->act, strike->planned->server,
	    strike->target->settings->host, text);
	record(strike, "unconfirmed", text);
}

void words_confirmed(struct strike *strike, const struct remote_result *result)
{
	const struct planned *planned = strike->planned;
	const char *facts = (const char *)result->out.data;
	struct events *events = &strike->stage->events;
	struct event event = event_of(strike, "confirmed");
	char saw[300], took[32], detail[400], pid[32] = "";

	shell_fact(saw, sizeof saw, facts, "saw");
	shell_fact(took, sizeof took, facts, "took");
	snprintf(detail, sizeof detail, "%s (%s ms after the command)", saw,
	    took);
	if (*strike->pid)
		snprintf(pid, sizeof pid, " (PID %s)", strike->pid);
	events_say(events, "SUCCESS: %c%s Server %u%s on %s",
	    toupper((unsigned char)planned->fault->done[0]),
	    planned->fault->done + 1, planned->server, pid,
	    strike->target->settings->host);
	events_say(events, "Confirmed: %s", detail);
	events_say(events, "Server %u is now %s", planned->server,
	    planned->fault->down);
	event.detail = detail;
	event.acted_unix_ms = acted_unix_ms(strike, result);
	event.unix_ms = event.acted_unix_ms + strtoll(took, NULL, 10);
	events_record(events, &event);
}

void words_healed(struct strike *strike, const struct remote_result *result)
{
	const struct planned *planned = strike->planned;
	const char *facts = (const char *)result->out.data;
	struct events *events = &strike->stage->events;
	char saw[300], alone[100], detail[500], pid[32] = "";

	shell_fact(strike->pid, sizeof strike->pid, facts, "pid");
	shell_fact(saw, sizeof saw, facts, "saw");
	shell_fact(alone, sizeof alone, facts, "alone");
	snprintf(detail, sizeof detail, "%s%s%s", saw, *alone ? "; " : "",
	    alone);
	if (*strike->pid)
		snprintf(pid, sizeof pid, " (PID %s)", strike->pid);
	events_say(events, "SUCCESS: %c%s Server %u on %s%s",
	    toupper((unsigned char)planned->fault->mended[0]),
	    planned->fault->mended + 1, planned->server,
	    strike->target->settings->host, pid);
	events_say(events, "Confirmed: %s", detail);
	events_say(events, "Server %u is now UP", planned->server);
	record(strike, "healed", detail);
}

void words_waiting(struct strike *strike)
{
	const struct planned *planned = strike->planned;

	events_say(&strike->stage->events, "Waiting %gs before %s Server %u...",
	    (double)planned->length_ns / NS_PER_SECOND, planned->fault->mending,
	    planned->server);
}

void words_unreachable(struct strike *strike, const struct err *why)
{
	int64_t due_ns = strike->due_ns - clock_now_ns();

	events_say(&strike->stage->events,
	    "WARNING: Server %u on %s cannot be reached (%s); it heals itself "
	    "in %" PRId64 " s; trying again",
	    strike->planned->server, strike->target->settings->host,
	    target_words(strike->target, why),
	    due_ns > 0 ? due_ns / NS_PER_SECOND : 0);
}

void words_healing(struct strike *strike)
{
	events_say(&strike->stage->events, "Attempting to %s Server %u on %s",
	    strike->planned->fault->mend, strike->planned->server,
	    strike->target->settings->host);
	record(strike, "heal_commanded", "");
}

void words_not_healed(struct strike *strike, const struct err *why)
{
	const char *text = target_words(strike->target, why);

	events_say(&strike->stage->events,
	    "ERROR: Failed to %s Server %u on %s: %s",
	    strike->planned->fault->mend, strike->planned->server,
	    strike->target->settings->host, text);
	record(strike, "heal_failed", text);
}

void words_not_disarmed(struct strike *strike, const struct err *why)
{
	events_say(&strike->stage->events, "WARNING: Server %u on %s: %s",
	    strike->planned->server, strike->target->settings->host,
	    target_words(strike->target, why));
}
