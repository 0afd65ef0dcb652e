/* report_faults.h - what each fault did, in the report. */
#ifndef AGGREGATE_REPORT_FAULTS_H
#define AGGREGATE_REPORT_FAULTS_H

#include "aggregate/report.h"

#include "lib/unit.h"

#include <jansson.h>

/* The lines under VERDICT, and the section FAULTS; nothing without faults. */
void faults_verdict(const struct report *report, FILE *to);
void faults_table(const struct report *report, FILE *to);

/* p50 and p99 in milliseconds, below one to the microsecond. */
void service_words(char p50[UNIT_TEXT], char p99[UNIT_TEXT],
    const struct service *service);

/* final_report.json's `faults`. A reference of the caller's own. */
json_t *faults_json(const struct report *report);

#endif
