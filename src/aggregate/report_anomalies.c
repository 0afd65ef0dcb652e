#include "aggregate/report_anomalies.h"

#include "aggregate/anomalies.h"
#include "aggregate/report_guide.h"
#include "aggregate/report_values.h"
#include "lib/clock.h"
#include "lib/unit.h"

#include <inttypes.h>
#include <math.h>

#define SHOWN_MOST 50

static void write_fault(const struct fault *fault, FILE *to)
{
	if (fault)
		fprintf(to, "  <- fault %" PRIu64 ", %s of server %s",
		    fault->number, fault->kind, fault->server);
}

/* "   12.0 s  for 3.0 s   latency spike        p95 ..." */
static void write_anomaly(const struct report *report,
    const struct anomaly *anomaly, FILE *to)
{
	char at[UNIT_TEXT], length[UNIT_TEXT];
	double at_s =
	    (double)(anomaly->from_ms - report->merge->start_unix_ms) / 1e3;
	fprintf(to, "%9s s  %8s  %-20s %s%s%s", unit_decimal(at, at_s, 1),
	    unit_duration(length,
	        (anomaly->to_ms - anomaly->from_ms) * NS_PER_MS),
	    anomaly_name(anomaly->kind), anomaly->who,
	    *anomaly->who ? ": " : "", anomaly->words);
	write_fault(anomaly->fault, to);
	fputc('\n', to);
}

static void write_health(double health, FILE *to)
{
	if (isnan(health))
		return;
	fprintf(to,
	    "Connection health %.0f of 100, %s: of each second the share of "
	    "requests answered right times that of\nconnections held, on "
	    "average. Above 80 is healthy, above 50 degraded.\n",
	    floor(health), anomalies_health_word(health));
}

void anomalies_text(const struct report *report, FILE *to)
{
	const struct anomalies *anomalies = report->anomalies;
	size_t shown = anomalies->count;
	if (shown == 0 && isnan(anomalies->health))
		return;
	text_heading(to, "ANOMALIES", GUIDE_WIDTH);
	const char *remark = anomalies_remark(anomalies);
	if (shown > 0)
		fprintf(to, "%11s  %8s\n", "at", "for");
	if (shown > SHOWN_MOST)
		shown = SHOWN_MOST;
	for (size_t i = 0; i < shown; i++)
		write_anomaly(report, &anomalies->items[i], to);
	if (anomalies->count > shown)
		fprintf(to, "... and %zu more, in final_report.json\n",
		    anomalies->count - shown);
	if (*remark)
		fprintf(to, "%s\n", remark);
	const char *why = anomalies_unexplained(anomalies, report->impact);
	if (*why)
		fprintf(to, "%s\n", why);
	write_health(anomalies->health, to);
}

static json_t *anomaly_json(const struct report *report,
    const struct anomaly *anomaly)
{
	json_t *object = json_object();
	put(object, "kind", json_string(anomaly_key(anomaly->kind)));
	put(object, "who", json_string(anomaly->who));
	put(object, "from_unix_ms", json_integer(anomaly->from_ms));
	put(object, "to_unix_ms", json_integer(anomaly->to_ms));
	put(object, "at_ms",
	    json_integer(anomaly->from_ms - report->merge->start_unix_ms));
	put(object, "size", decimals_json(anomaly->size, 3));
	put(object, "unit", json_string(anomaly_unit(anomaly->kind)));
	put(object, "words", json_string(anomaly->words));
	put(object, "fault",
	    anomaly->fault ? count_json(anomaly->fault->number) : json_null());
	return object;
}

json_t *anomalies_json(const struct report *report)
{
	json_t *array = json_array();
	for (size_t i = 0; i < report->anomalies->count; i++)
		json_array_append_new(array,
		    anomaly_json(report, &report->anomalies->items[i]));
	return array;
}

json_t *health_json(const struct report *report)
{
	double health = report->anomalies->health;
	if (isnan(health))
		return json_null();
	json_t *object = json_object();
	put(object, "score", decimals_json(health, 2));
	put(object, "word", json_string(anomalies_health_word(health)));
	return object;
}
