/* The faults in final_report.json. */
#include "aggregate/report_faults.h"
#include "aggregate/report_values.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static json_t *rounded(double value)
{
	return json_real(round(value * 10) / 10);
}

/* A server is a number wherever its name is one. */
static json_t *server(const char *name)
{
	if (name && *name && strlen(name) < 10 &&
	    strspn(name, "0123456789") == strlen(name))
		return json_integer(strtol(name, NULL, 10));
	return name ? json_string(name) : json_null();
}

static json_t *reasons(const struct fault_impact *impact)
{
	json_t *object = json_object();
	const struct counts *counts = &impact->reasons;
	for (size_t i = 0; i < counts->length; i++)
		put(object, counts->items[i].name,
		    json_integer((json_int_t)counts->items[i].n));
	return object;
}

static json_t *service(const struct service *service)
{
	if (service->requests == 0)
		return json_null();
	json_t *object = json_object();
	put(object, "requests", json_integer((json_int_t)service->requests));
	put(object, "p50_ms",
	    json_real(round((double)service->p50_us / 10) / 100));
	put(object, "p99_ms",
	    json_real(round((double)service->p99_us / 10) / 100));
	return object;
}

static json_t *stages(const struct fault_impact *impact)
{
	static const char *const names[] = { "before", "during", "after" };
	const struct service *services[] = { &impact->before, &impact->during,
		&impact->after };
	json_t *object = json_object();
	for (size_t i = 0; i < 3; i++)
		put(object, names[i],
		    impact->not_determined[SERVICE_BEFORE + i]
		        ? json_null()
		        : service(services[i]));
	return object;
}

/* Null without a reason where there was nothing of the kind: no error. */
static bool is_there(const struct fault_impact *impact, enum figure figure)
{
	return !impact->not_determined[figure] &&
	       (figure != FIRST_ERROR || impact->failed > 0);
}

static void put_spans(json_t *object, const struct fault_impact *impact)
{
	json_t *ranges = json_object();
	for (enum figure figure = FIRST_ERROR; figure <= RESTART_TO_RECOVER;
	     figure++) {
		const struct span *span = &impact->spans[figure];
		const char *name = impact_figure_name(figure);
		bool there = is_there(impact, figure);
		put(object, name, there ? rounded(span->ms) : json_null());
		if (there) {
			json_t *range = json_array();
			json_array_append_new(range, rounded(span->low_ms));
			json_array_append_new(range, rounded(span->high_ms));
			put(ranges, name, range);
		}
	}
	put(object, "ranges", ranges);
}

static json_t *not_determined(const struct fault_impact *impact)
{
	json_t *array = json_array();
	for (enum figure figure = FIRST_ERROR; figure < FIGURES; figure++) {
		const char *why = impact->not_determined[figure];
		if (!why)
			continue;
		json_t *object = json_object();
		put(object, "field", json_string(impact_figure_name(figure)));
		put(object, "reason", json_string(why));
		json_array_append_new(array, object);
	}
	return array;
}

static json_t *curve(const struct fault_impact *impact)
{
	json_t *array = json_array();
	for (size_t i = 0; i < CURVE_SECONDS; i++)
		json_array_append_new(array,
		    impact->curve[i] < 0
		        ? json_null()
		        : json_real(round(impact->curve[i] * 1e3) / 1e3));
	return array;
}

static void put_fault(json_t *object, const struct fault *fault)
{
	put(object, "number", json_integer((json_int_t)fault->number));
	put(object, "server", server(fault->server));
	put(object, "host",
	    fault->host ? json_string(fault->host) : json_null());
	put(object, "fault", json_string(fault->kind ? fault->kind : ""));
	put(object, "cycle", json_integer((json_int_t)fault->cycle));
	put(object, "leader", json_boolean(fault->leader));
	put(object, "t_unix_ms", json_integer(fault->commanded_unix_ms));
	put(object, "confirmed", json_boolean(fault->confirmed_unix_ms));
	put(object, "healed", json_boolean(fault->healed_unix_ms));
	put(object, "confirmed_after_ms",
	    fault->confirmed_unix_ms ? json_integer(fault->confirmed_unix_ms -
	                                            fault->commanded_unix_ms)
	                             : json_null());
	put(object, "healed_after_ms",
	    fault->healed_unix_ms
	        ? json_integer(fault->healed_unix_ms - fault->commanded_unix_ms)
	        : json_null());
}

static json_t *one(const struct fault_impact *impact)
{
	json_t *object = json_object();
	const char *const *why = (const char *const *)impact->not_determined;
	put_fault(object, impact->fault);
	put_spans(object, impact);
	put(object, "failed",
	    why[FAILED] ? json_null()
	                : json_integer((json_int_t)impact->failed));
	put(object, "failed_by_healing",
	    why[FAILED] ? json_null()
	                : json_integer((json_int_t)impact->failed_by_healing));
	put(object, "missed",
	    why[MISSED] ? json_null() : json_integer(llround(impact->missed)));
	put(object, "reasons", why[FAILED] ? json_null() : reasons(impact));
	put(object, "service", stages(impact));
	put(object, "success_by_second", curve(impact));
	put(object, "clock_error_ms", rounded(impact->clock_error_ms));
	put(object, "not_determined", not_determined(impact));
	return object;
}

json_t *faults_json(const struct report *report)
{
	json_t *array = json_array();
	for (size_t i = 0; i < report->impact->count; i++)
		json_array_append_new(array, one(&report->impact->items[i]));
	return array;
}
