#include "stress_client/stop_when.h"

#include "lib/clock.h"
#include "lib/mem.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* What a phase's end cuts shorter than half of the shortest interval holds few
 * requests or none, and tells of nothing. */
#define TELLING_MS 50

int stop_when_parse(struct stop_when *stop, const struct text_list *texts,
    struct err *err)
{
	*stop = (struct stop_when){
		.rules = mem_new(texts->count, sizeof *stop->rules),
	};
	for (size_t i = 0; i < texts->count; i++) {
		struct condition *condition = &stop->rules[i].condition;
		if (condition_parse(condition, texts->items[i], err) < 0)
			goto refused;
		stop->count++;
		if (!metric_is_of_run(&condition->metric))
			continue;
		err_set(err,
		    "--stop-when '%s': that is known only when the run has "
		    "ended",
		    condition->text);
		goto refused;
	}
	return 0;
refused:
	stop_when_release(stop);
	return -1;
}

void stop_when_release(struct stop_when *stop)
{
	for (size_t i = 0; i < stop->count; i++)
		condition_release(&stop->rules[i].condition);
	free(stop->rules);
	*stop = (struct stop_when){ 0 };
}

/* What one operation had; nothing is owned. */
static struct stats operation_stats(const struct stats *all,
    const struct operation *operation)
{
	const struct histogram *service =
	    stats_operation_service(all, operation);
	const struct histogram *response =
	    stats_operation_response(all, operation);
	struct stats stats = {
		.planned = operation->ok + operation->failed,
		.sent = operation->ok + operation->failed,
		.ok = operation->ok,
		.failed = operation->failed,
		.response_apart = true,
	};
	if (service)
		stats.service = *service;
	if (response)
		stats.response = *response;
	return stats;
}

static double figure_of(const struct condition *condition,
    const struct record_interval *interval)
{
	struct metric_source source = {
		.stats = &interval->stats,
		.seconds = (double)interval->length_ms / 1000,
		.lag = &interval->lag,
	};
	if (!condition->scope || strcmp(condition->scope, interval->phase) == 0)
		return metric_figure(&condition->metric, &source);
	const struct operation *operation =
	    operations_find(&interval->stats.operations, condition->scope);
	if (!operation)
		return NAN;
	struct stats stats = operation_stats(&interval->stats, operation);
	source.stats = &stats;
	return metric_figure(&condition->metric, &source);
}

static bool has_scope(const struct condition *condition,
    const struct record_interval *interval)
{
	const char *scope = condition->scope;
	return scope &&
	       (strcmp(scope, interval->phase) == 0 ||
	           operations_find(&interval->stats.operations, scope));
}

const char *stop_when_idle(const struct stop_when *stop)
{
	for (size_t i = 0; i < stop->count; i++)
		if (stop->rules[i].condition.scope && !stop->rules[i].applied)
			return stop->rules[i].condition.text;
	return NULL;
}

char *stop_when_met(struct stop_when *stop,
    const struct record_interval *interval)
{
	char *words = NULL;
	for (size_t i = 0; i < stop->count; i++) {
		struct stop_rule *rule = &stop->rules[i];
		const struct condition *condition = &rule->condition;
		rule->applied |= has_scope(condition, interval);
		if (interval->length_ms < TELLING_MS)
			continue;
		double figure = figure_of(condition, interval);
		rule->met_ns =
		    condition_evaluate(condition, figure)
		        ? rule->met_ns + interval->length_ms * NS_PER_MS
		        : 0;
		if (rule->met_ns > 0 && rule->met_ns >= condition->for_ns &&
		    !words)
			words = condition_words(condition, figure);
	}
	return words;
}
