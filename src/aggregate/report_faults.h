/* report_faults.h - what each fault did, in the report. */
#ifndef AGGREGATE_REPORT_FAULTS_H
#define AGGREGATE_REPORT_FAULTS_H

#include "aggregate/report.h"

#include <jansson.h>

/* The lines under VERDICT, and the section FAULTS; nothing without faults. */
void faults_verdict(const struct report *report, FILE *to);
void faults_table(const struct report *report, FILE *to);

/* final_report.json's `faults`. A reference of the caller's own. */
json_t *faults_json(const struct report *report);

#endif
