#include "aggregate/report_reconnects.h"

#include "aggregate/notes.h"
#include "aggregate/reconnects.h"
#include "aggregate/report_guide.h"
#include "aggregate/report_values.h"
#include "lib/clock.h"
#include "lib/mem.h"
#include "lib/unit.h"

#include <stdlib.h>
#include <string.h>

#define SHOWN_MOST 30
#define ROW        "%11s  %-20s %8s %8s %9s %9s %9s %7s %8s\n"

static const char messages_unknown[] =
    "the driver ws does not know which messages are due";
static const char fault_unknown[] =
    "the clock of a machine of the clients is not known";

static bool counts_messages(const struct report *report)
{
	const char *driver = report->merge->driver;
	return !driver || strcmp(driver, "ws") != 0;
}

const char *reconnects_why_no_messages(const struct report *report)
{
	return counts_messages(report) ? NULL : messages_unknown;
}

/* ---- text ---- */

static char *name_of(const struct outage *outage)
{
	const struct fault *fault = outage->fault;
	return fault ? mem_format("fault %ju, %s of server %s",
	                   (uintmax_t)fault->number,
	                   fault->kind ? fault->kind : "fault",
	                   fault->server ? fault->server : "?")
	             : mem_text("no fault");
}

static char *back_words(char *out, const struct outage *outage, size_t back)
{
	if (outage->dropped == 0)
		snprintf(out, UNIT_TEXT, "-");
	else if (outage->not_determined[back])
		snprintf(out, UNIT_TEXT, "n.d.");
	else
		unit_duration(out, outage->back_us[back] * NS_PER_US);
	return out;
}

static char *messages_words(char *out, const struct report *report,
    uint64_t messages)
{
	if (!counts_messages(report))
		snprintf(out, UNIT_TEXT, "n.d.");
	else
		unit_count(out, messages);
	return out;
}

static void write_outage(const struct report *report,
    const struct outage *outage, FILE *to)
{
	char at[UNIT_TEXT], dropped[UNIT_TEXT], restored[UNIT_TEXT];
	char back[BACKS][UNIT_TEXT], missed[UNIT_TEXT], doubled[UNIT_TEXT];
	char *name = name_of(outage);
	double at_s =
	    (double)(outage->from_ms - report->merge->start_unix_ms) / 1e3;
	unit_decimal(at, at_s, 1);
	snprintf(at + strlen(at), sizeof at - strlen(at), " s");
	for (size_t i = 0; i < BACKS; i++)
		back_words(back[i], outage, i);
	fprintf(to, ROW, at, name, unit_count(dropped, outage->dropped),
	    unit_count(restored, outage->restore.count), back[0], back[1],
	    back[2], messages_words(missed, report, outage->missed),
	    messages_words(doubled, report, outage->doubled));
	free(name);
}

/* Each reason once for an outage: what hinders 90 % hinders 99 % as well. */
static void write_reasons(const struct outage *outage, FILE *to)
{
	for (size_t i = 0; outage->dropped && i < BACKS; i++) {
		if (!outage->not_determined[i])
			continue;
		char *name = name_of(outage);
		fprintf(to, "n.d.: %s: %s\n", name, outage->not_determined[i]);
		free(name);
		return;
	}
}

void reconnects_guide(const struct report *report, FILE *to)
{
	const struct reconnects *reconnects = report->reconnects;
	if (report->impact->clock_unknown && report->impact->count)
		fprintf(to, "Which are of a fault is not determined: %s.\n",
		    fault_unknown);
	if (reconnects->outage_count == 0)
		return;
	fputs("50 %, 90 % and 99 % are of those dropped: how long, each "
	      "measured from its own loss,\nuntil so many could be used "
	      "again. Messages count from an outage's beginning to the "
	      "next's.\n",
	    to);
}

void reconnects_text(const struct report *report, FILE *to)
{
	const struct reconnects *reconnects = report->reconnects;
	size_t shown = reconnects->outage_count;
	if (!reconnects->held)
		return;
	text_heading(to, "RECONNECTS", GUIDE_WIDTH);
	if (shown == 0)
		fputs("No connection was lost.\n", to);
	else
		fprintf(to, ROW, "at", "what", "dropped", "back", "50 % in",
		    "90 % in", "99 % in", "missed", "doubled");
	if (shown > SHOWN_MOST)
		shown = SHOWN_MOST;
	for (size_t i = 0; i < shown; i++)
		write_outage(report, &reconnects->outages[i], to);
	if (shown < reconnects->outage_count)
		fprintf(to, "... and %zu more, in final_report.json\n",
		    reconnects->outage_count - shown);
	for (size_t i = 0; i < shown; i++)
		write_reasons(&reconnects->outages[i], to);
	if (!counts_messages(report))
		fprintf(to, "n.d.: missed and doubled: %s\n", messages_unknown);
	reconnects_guide(report, to);
}

/* ---- JSON ---- */

static void put_reason(json_t *array, const char *field, const char *why)
{
	json_t *object = json_object();
	put(object, "field", json_string(field));
	put(object, "reason", json_string(why));
	json_array_append_new(array, object);
}

static void put_messages(json_t *object, const struct report *report,
    uint64_t missed, uint64_t doubled)
{
	bool counted = counts_messages(report);
	put(object, "missed", counted ? count_json(missed) : json_null());
	put(object, "doubled", counted ? count_json(doubled) : json_null());
}

static json_t *reasons_json(const struct report *report)
{
	json_t *reasons = json_array();
	if (!counts_messages(report)) {
		put_reason(reasons, "missed", messages_unknown);
		put_reason(reasons, "doubled", messages_unknown);
	}
	return reasons;
}

static json_t *outage_json(const struct report *report,
    const struct outage *outage)
{
	static const char *const names[BACKS] = { "back_50_ms", "back_90_ms",
		"back_99_ms" };
	const struct fault *fault = outage->fault;
	json_t *object = json_object();
	json_t *reasons = reasons_json(report);
	put(object, "fault", fault ? count_json(fault->number) : json_null());
	put(object, "from_unix_ms", json_integer(outage->from_ms));
	put(object, "to_unix_ms", json_integer(outage->to_ms));
	put(object, "at_ms",
	    json_integer(outage->from_ms - report->merge->start_unix_ms));
	put(object, "dropped", count_json(outage->dropped));
	put(object, "back", count_json(outage->restore.count));
	for (size_t i = 0; i < BACKS; i++) {
		const char *why = outage->not_determined[i];
		put(object, names[i],
		    why ? json_null()
		        : decimals_json((double)outage->back_us[i] / 1e3, 3));
		if (why)
			put_reason(reasons, names[i], why);
	}
	put_messages(object, report, outage->missed, outage->doubled);
	if (!fault && report->impact->clock_unknown && report->impact->count)
		put_reason(reasons, "fault", fault_unknown);
	put(object, "not_determined", reasons);
	return object;
}

json_t *reconnects_json(const struct report *report)
{
	const struct reconnects *reconnects = report->reconnects;
	if (!reconnects->held)
		return json_null();
	json_t *object = json_object(), *outages = json_array();
	for (size_t i = 0; i < reconnects->outage_count; i++)
		json_array_append_new(outages,
		    outage_json(report, &reconnects->outages[i]));
	put(object, "dropped", count_json(reconnects->dropped));
	put(object, "restored", count_json(reconnects->restored));
	put_messages(object, report, reconnects->missed, reconnects->doubled);
	put(object, "not_determined", reasons_json(report));
	put(object, "outages", outages);
	return object;
}

/* ---- listeners ---- */

static const char *row_value(const struct note *note, const char *key)
{
	size_t length = strlen(key);
	for (size_t i = 0; i < note->row_count; i++)
		if (strncmp(note->rows[i], key, length) == 0)
			return note->rows[i] + length;
	return NULL;
}

/* "answering", "silent", "mixed"; NULL: nobody says so. */
static const char *listeners_of(const struct report *report)
{
	const struct runs *runs = &report->merge->runs;
	const struct notes *notes = report->notes;
	const char *driver = report->merge->driver, *all = NULL;
	if (!driver || strcmp(driver, "tonk") != 0)
		return NULL;
	for (size_t i = 0; i < notes->count; i++) {
		const char *value = row_value(&notes->items[i], "LISTENERS=");
		if (!value || !runs_have(runs, notes->items[i].run_id))
			continue;
		if (all && strcmp(all, value) != 0)
			return "mixed";
		all = value;
	}
	return all;
}

void listeners_text(const struct report *report, FILE *to)
{
	const char *listeners = listeners_of(report);
	if (!listeners)
		return;
	if (strcmp(listeners, "silent") == 0)
		fputs("Listeners were silent: they only read what the relay "
		      "told them of the document.\n",
		    to);
	else if (strcmp(listeners, "answering") == 0)
		fputs("Listeners were answering: each answer may cost the "
		      "relay work for every connection.\n",
		    to);
	else
		fprintf(to, "Listeners were %s.\n", listeners);
}

json_t *listeners_json(const struct report *report)
{
	const char *listeners = listeners_of(report);
	return listeners ? json_string(listeners) : json_null();
}
