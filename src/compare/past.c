#include "compare/past.h"

#include "lib/infile.h"
#include "lib/mem.h"
#include "lib/printable.h"

#include <errno.h>
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define REPORT_BYTES_MAX ((size_t)64 << 20)
#define FAULTS_MAX       100000
#define MACHINES_MAX     100000
#define NAME_BYTES_MAX   64
#define UNIX_MS_MAX      1e15

static double number(const json_t *object, const char *name)
{
	double value = json_number_value(json_object_get(object, name));
	return fabs(value) < UNIX_MS_MAX ? value : 0;
}

static double number_or_none(const json_t *object, const char *name)
{
	return json_is_number(json_object_get(object, name))
	           ? number(object, name)
	           : NAN;
}

static char *text(const json_t *object, const char *name)
{
	const char *value = json_string_value(json_object_get(object, name));
	if (!value)
		return NULL;
	char *copy = mem_text_n(value, strnlen(value, NAME_BYTES_MAX));
	printable(copy);
	return copy;
}

static char *fault_name(const json_t *object)
{
	const json_t *server = json_object_get(object, "server");
	bool is_leader = json_is_true(json_object_get(object, "leader"));
	char *kind = text(object, "fault");
	char *of = json_is_integer(server) ? mem_format("%" JSON_INTEGER_FORMAT,
	                                         json_integer_value(server))
	                                   : text(object, "server");
	char *name = mem_format("%s%s%s%s", kind ? kind : "fault",
	    of ? " " : "", of ? of : "", is_leader ? " L" : "");
	free(kind);
	free(of);
	return name;
}

static double later(double a, double b)
{
	return a > b ? a : b;
}

static void take_fault(struct past_fault *fault, const json_t *object)
{
	const json_t *recover = json_object_get(object, "time_to_recover_ms");
	const json_t *range = json_object_get(json_object_get(object, "ranges"),
	    "time_to_recover_ms");
	double low = json_number_value(json_array_get(range, 0));
	double high = json_number_value(json_array_get(range, 1));
	*fault = (struct past_fault){
		.name = fault_name(object),
		.at_unix_ms = (int64_t)number(object, "t_unix_ms"),
		.recovered = json_is_number(recover),
		.recover_ms = number(object, "time_to_recover_ms"),
		.error_ms = high > low ? (high - low) / 2 : 0,
		.over_unix_ms = INT64_MAX,
	};
	if (fault->recovered)
		fault->over_unix_ms =
		    fault->at_unix_ms +
		    (int64_t)later(later(fault->recover_ms, high),
		        number(object, "healed_after_ms"));
}

static void take_faults(struct past *past, const json_t *array)
{
	size_t count = json_array_size(array);
	count = count < FAULTS_MAX ? count : FAULTS_MAX;
	past->faults = mem_new(count + 1, sizeof *past->faults);
	past->fault_count = count;
	for (size_t i = 0; i < count; i++)
		take_fault(&past->faults[i], json_array_get(array, i));
}

static void take_machines(struct past *past, const json_t *array)
{
	size_t count = json_array_size(array);
	count = count < MACHINES_MAX ? count : 0;
	past->machines = mem_new(count + 1, sizeof *past->machines);
	past->machine_count = count;
	for (size_t i = 0; i < count; i++)
		past->machines[i] = (uint64_t)json_integer_value(
		    json_object_get(json_array_get(array, i), "machine_id"));
}

static int take(struct past *past, const json_t *root, struct err *err)
{
	static const char known[] = "ringstorm-report/1";
	const char *schema = json_string_value(json_object_get(root, "schema"));
	const json_t *latencies = json_object_get(root, "latency_stats");
	const json_t *verdict = json_object_get(root, "verdict");
	size_t length = sizeof known - 1;
	if (!schema || strncmp(schema, known, length) != 0 ||
	    (schema[length] && schema[length] != '.'))
		return err_set(err,
		    "is no report of aggregate's (schema %s); make it anew "
		    "with aggregate --output-dir",
		    known);
	past->is_there = true;
	past->result = text(verdict, "result");
	past->run_id = text(root, "run_id");
	past->start_unix_ms = (int64_t)number(root, "start_unix_ms");
	past->requests = (uint64_t)later(number(root, "total_requests"), 0);
	past->throughput = number(root, "throughput_rps");
	past->p50_ms = number_or_none(latencies, "median_ms");
	past->p99_ms = number_or_none(latencies, "p99_ms");
	past->failed_percent =
	    past->requests ? number_or_none(root, "failure_rate") : NAN;
	take_faults(past, json_object_get(root, "faults"));
	take_machines(past, json_object_get(root, "machines"));
	return 0;
}

static int parse(struct past *past, const struct buf *text, struct err *err)
{
	json_error_t why;
	json_t *root = json_loadb((const char *)text->data, text->length,
	    JSON_REJECT_DUPLICATES, &why);
	int result = root ? take(past, root, err)
	                  : err_set(err, "no whole JSON: %s (line %d)",
	                        why.text, why.line);
	json_decref(root);
	return result;
}

int past_read(struct past *past, const char *folder, struct err *err)
{
	char *path = mem_format("%s/final_report.json", folder);
	struct buf text = { .ceiling = REPORT_BYTES_MAX };
	struct err why;
	int result = 0;
	*past = (struct past){ 0 };
	if (infile_read(&text, path) == 0)
		result = parse(past, &text, &why);
	else if (errno != ENOENT && errno != ENOTDIR)
		result = err_set(&why, "%s", strerror(errno));
	if (result < 0)
		err_set(err, "%s: %s", path, why.text);
	buf_release(&text);
	free(path);
	return result;
}

bool past_has(const struct past *past, uint64_t machine_id)
{
	for (size_t i = 0; i < past->machine_count; i++)
		if (past->machines[i] == machine_id)
			return true;
	return past->machine_count == 0;
}

const char *past_words(const struct past *past)
{
	static const struct {
		const char *result, *words;
	} known[] = { { "pass", "passed" }, { "fail", "failed" },
		{ "invalid", "invalid" }, { "partial", "partial" } };
	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (past->result && strcmp(past->result, known[i].result) == 0)
			return known[i].words;
	return past->is_there ? "no verdict" : "no report";
}

void past_release(struct past *past)
{
	for (size_t i = 0; i < past->fault_count; i++)
		free(past->faults[i].name);
	free(past->faults);
	free(past->machines);
	free(past->result);
	free(past->run_id);
	*past = (struct past){ 0 };
}
