/* faults.csv: a row for each fault and what it did to the users. */
#include "aggregate/format_csv.h"

#include "aggregate/impact.h"

#include <inttypes.h>
#include <math.h>

static void write_titles(FILE *to)
{
	fputs("number,cycle,server,host,fault,leader,t_unix_ms,confirmed_after_"
	      "ms,healed_after_ms",
	    to);
	for (enum figure figure = FIRST_ERROR; figure <= RESTART_TO_RECOVER;
	     figure++) {
		const char *name = impact_figure_name(figure);
		fprintf(to, ",%s,%s_low,%s_high", name, name, name);
	}
	fputs(",failed,failed_by_healing,missed,before_p50_ms,before_p99_ms,"
	      "during_p50_ms,during_p99_ms,after_p50_ms,after_p99_ms,"
	      "not_determined\n",
	    to);
}

/* After the fault was commanded; an empty cell where it did not happen. */
static void write_moment(const struct fault *fault, int64_t unix_ms, FILE *to)
{
	csv_number(unix_ms ? (double)(unix_ms - fault->commanded_unix_ms) : NAN,
	    0, to);
}

static void write_spans(const struct fault_impact *impact, FILE *to)
{
	for (enum figure figure = FIRST_ERROR; figure <= RESTART_TO_RECOVER;
	     figure++) {
		const struct span *span = &impact->spans[figure];
		bool there = !impact->not_determined[figure] &&
		             (figure != FIRST_ERROR || impact->failed > 0);
		csv_number(there ? span->ms : NAN, 1, to);
		csv_number(there ? span->low_ms : NAN, 1, to);
		csv_number(there ? span->high_ms : NAN, 1, to);
	}
}

static void write_service(const struct fault_impact *impact, enum figure figure,
    const struct service *service, FILE *to)
{
	bool there = !impact->not_determined[figure] && service->requests > 0;
	csv_number(there ? (double)service->p50_us / 1e3 : NAN, 3, to);
	csv_number(there ? (double)service->p99_us / 1e3 : NAN, 3, to);
}

/* The first reason stands for them all; the JSON has each. */
static const char *why_not(const struct fault_impact *impact)
{
	for (enum figure figure = FIRST_ERROR; figure < FIGURES; figure++)
		if (impact->not_determined[figure])
			return impact->not_determined[figure];
	return NULL;
}

static void write_fault(const struct fault_impact *impact, FILE *to)
{
	const struct fault *fault = impact->fault;
	bool counted = !impact->not_determined[FAILED];
	fprintf(to, "%" PRIu64 ",%" PRIu64 ",", fault->number, fault->cycle);
	csv_text(fault->server, to);
	fputc(',', to);
	csv_text(fault->host, to);
	fputc(',', to);
	csv_text(fault->kind, to);
	fprintf(to, ",%s,%" PRId64, fault->leader ? "yes" : "no",
	    fault->commanded_unix_ms);
	write_moment(fault, fault->confirmed_unix_ms, to);
	write_moment(fault, fault->healed_unix_ms, to);
	write_spans(impact, to);
	csv_number(counted ? (double)impact->failed : NAN, 0, to);
	csv_number(counted ? (double)impact->failed_by_healing : NAN, 0, to);
	csv_number(impact->not_determined[MISSED] ? NAN : impact->missed, 0,
	    to);
	write_service(impact, SERVICE_BEFORE, &impact->before, to);
	write_service(impact, SERVICE_DURING, &impact->during, to);
	write_service(impact, SERVICE_AFTER, &impact->after, to);
	fputc(',', to);
	csv_text(why_not(impact), to);
	fputc('\n', to);
}

void csv_faults(const struct report *report, FILE *to)
{
	write_titles(to);
	for (size_t i = 0; i < report->impact->count; i++)
		write_fault(&report->impact->items[i], to);
}
