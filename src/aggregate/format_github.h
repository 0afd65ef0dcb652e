/* format_github.h - the summary of a step of GitHub's workflows. */
#ifndef AGGREGATE_FORMAT_GITHUB_H
#define AGGREGATE_FORMAT_GITHUB_H

#include "aggregate/report.h"

/* In GitHub's Markdown. Errors show in the stream. */
void github_summary(const struct report *report, FILE *to);

#endif
