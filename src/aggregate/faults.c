#include "aggregate/faults.h"

#include "lib/mem.h"
#include "lib/printable.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#define TIME_MAX INT64_C(1000000000000000)
#define TEXT_MAX 1024

static int read_number(json_t *object, const char *name, bool required,
    int64_t *number, struct err *err)
{
	json_t *value = json_object_get(object, name);
	*number = 0;
	if (!value || json_is_null(value))
		return required ? err_set(err, "%s is missing", name) : 0;
	if (!json_is_integer(value) || json_integer_value(value) < 0 ||
	    json_integer_value(value) > TIME_MAX)
		return err_set(err, "%s is not a whole number from 0 to 10^15",
		    name);
	*number = json_integer_value(value);
	return 0;
}

/* A text, to be freed; NULL without one. A number is taken as its digits:
 * servers have either. */
static char *take_text(json_t *object, const char *name)
{
	json_t *value = json_object_get(object, name);
	if (json_is_integer(value))
		return mem_format("%lld", (long long)json_integer_value(value));
	if (!json_is_string(value) || json_string_length(value) > TEXT_MAX)
		return NULL;
	char *text = mem_text(json_string_value(value));
	printable(text);
	return text;
}

static bool same_text(const char *a, const char *b)
{
	return strcmp(a ? a : "", b ? b : "") == 0;
}

static void release_one(struct fault *fault)
{
	free(fault->run_id);
	free(fault->server);
	free(fault->host);
	free(fault->kind);
}

/* The newest fault that an event may be about. */
static struct fault *find(struct faults *faults, const struct fault *event)
{
	for (size_t i = faults->count; i-- > 0;) {
		struct fault *fault = &faults->items[i];
		if (fault->number == event->number &&
		    same_text(fault->run_id, event->run_id) &&
		    same_text(fault->server, event->server))
			return fault;
	}
	return NULL;
}

/* Puts the moment where it belongs. */
static void note(struct fault *fault, const char *event, int64_t t_unix_ms)
{
	if (strcmp(event, "confirmed") == 0)
		fault->confirmed_unix_ms = t_unix_ms;
	else if (strcmp(event, "unconfirmed") == 0)
		fault->unconfirmed = true;
	else if (strcmp(event, "heal_commanded") == 0)
		fault->heal_commanded_unix_ms = t_unix_ms;
	else if (strcmp(event, "healed") == 0)
		fault->healed_unix_ms = t_unix_ms;
	else if (strcmp(event, "heal_failed") == 0)
		fault->heal_failed = true;
}

/* What every event says of its fault, with the event's moment as that of the
 * command. */
static int read_fault(struct fault *fault, json_t *object, struct err *err)
{
	const char *role = json_string_value(json_object_get(object, "role"));
	int64_t t_unix_ms, number, cycle;
	if (read_number(object, "t_unix_ms", true, &t_unix_ms, err) != 0 ||
	    read_number(object, "number", false, &number, err) != 0 ||
	    read_number(object, "cycle", false, &cycle, err) != 0)
		return -1;
	double clock_error_ms =
	    json_number_value(json_object_get(object, "clock_error_ms"));
	if (!(clock_error_ms >= 0 && clock_error_ms < 1e9))
		return err_set(err, "clock_error_ms is not a time");
	*fault = (struct fault){
		.number = (uint64_t)number,
		.cycle = (uint64_t)cycle,
		.run_id = take_text(object, "run_id"),
		.server = take_text(object, "server"),
		.host = take_text(object, "host"),
		.kind = take_text(object, "fault"),
		.leader = json_is_true(json_object_get(object, "leader")) ||
		          (role && strcmp(role, "leader") == 0),
		.commanded_unix_ms = t_unix_ms,
		.clock_error_ms = clock_error_ms,
	};
	return 0;
}

static int take_event(struct faults *faults, json_t *object, struct err *err)
{
	const char *event = json_string_value(json_object_get(object, "event"));
	struct fault fault;
	if (!event)
		return err_set(err, "event is missing");
	if (read_fault(&fault, object, err) != 0)
		return -1;
	struct fault *known = find(faults, &fault);
	bool again =
	    known && known->commanded_unix_ms == fault.commanded_unix_ms;
	if (strcmp(event, "commanded") == 0 && !again) {
		faults->items = mem_resize(faults->items, faults->count + 1,
		    sizeof *faults->items);
		faults->items[faults->count++] = fault;
		return 0;
	}
	if (known) {
		note(known, event, fault.commanded_unix_ms);
		known->leader = known->leader || fault.leader;
		if (fault.clock_error_ms > known->clock_error_ms)
			known->clock_error_ms = fault.clock_error_ms;
	}
	release_one(&fault);
	return 0;
}

int faults_take(struct faults *faults, const char *line, size_t length,
    struct err *err)
{
	json_error_t why;
	json_t *object = json_loadb(line, length, JSON_REJECT_DUPLICATES, &why);
	if (!object)
		return 1;
	const char *schema =
	    json_string_value(json_object_get(object, "schema"));
	int result;
	if (schema && (strcmp(schema, "ringstorm-fault/1") == 0 ||
	                  strncmp(schema, "ringstorm-fault/1.", 18) == 0))
		result = take_event(faults, object, err);
	else
		result = 1;
	json_decref(object);
	return result;
}

static int by_moment(const void *left, const void *right)
{
	const struct fault *a = left, *b = right;
	if (a->commanded_unix_ms != b->commanded_unix_ms)
		return a->commanded_unix_ms < b->commanded_unix_ms ? -1 : 1;
	return a->number < b->number ? -1 : a->number > b->number;
}

/* Whether the run of faults to which `fault` belongs is of these clients. */
static bool belongs(const struct faults *faults, const struct fault *fault,
    const char *run_id, int64_t start_unix_ms, int64_t end_unix_ms)
{
	if (fault->run_id && same_text(fault->run_id, run_id))
		return true;
	for (size_t i = 0; i < faults->count; i++) {
		const struct fault *other = &faults->items[i];
		if (other->commanded_unix_ms >= start_unix_ms &&
		    other->commanded_unix_ms <= end_unix_ms &&
		    (other == fault ||
		        (fault->run_id &&
		            same_text(other->run_id, fault->run_id))))
			return true;
	}
	return false;
}

static int by_number(const void *left, const void *right)
{
	const uint64_t *a = left, *b = right;
	return (*a > *b) - (*a < *b);
}

/* Two rounds of faults in one load both begin with 1. A fault without a number
 * is the twin of the 0 in front. */
static bool numbers_tell_apart(const struct faults *faults)
{
	uint64_t *numbers = mem_new(faults->count + 1, sizeof *numbers);
	for (size_t i = 0; i < faults->count; i++)
		numbers[i + 1] = faults->items[i].number;
	qsort(numbers, faults->count + 1, sizeof *numbers, by_number);
	bool apart = true;
	for (size_t i = 1; i <= faults->count; i++)
		apart = apart && numbers[i] != numbers[i - 1];
	free(numbers);
	return apart;
}

void faults_finish(struct faults *faults, const char *run_id,
    int64_t start_unix_ms, int64_t end_unix_ms)
{
	bool *kept = mem_new(faults->count + 1, sizeof *kept);
	size_t count = 0;
	for (size_t i = 0; i < faults->count; i++)
		kept[i] = belongs(faults, &faults->items[i], run_id,
		    start_unix_ms, end_unix_ms);
	for (size_t i = 0; i < faults->count; i++) {
		if (kept[i])
			faults->items[count++] = faults->items[i];
		else
			release_one(&faults->items[i]);
	}
	free(kept);
	faults->count = count;
	if (count)
		qsort(faults->items, count, sizeof *faults->items, by_moment);
	if (!numbers_tell_apart(faults))
		for (size_t i = 0; i < count; i++)
			faults->items[i].number = i + 1;
}

bool faults_all_local(const struct faults *faults)
{
	for (size_t i = 0; i < faults->count; i++) {
		const char *host = faults->items[i].host;
		if (!host || (strcmp(host, "local") != 0 &&
		                 strcmp(host, "localhost") != 0 &&
		                 strcmp(host, "127.0.0.1") != 0))
			return false;
	}
	return true;
}

void faults_release(struct faults *faults)
{
	for (size_t i = 0; i < faults->count; i++)
		release_one(&faults->items[i]);
	free(faults->items);
	*faults = (struct faults){ 0 };
}
