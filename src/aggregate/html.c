#include "aggregate/html.h"

#include "aggregate/html_parts.h"

#include "lib/html_escape.h"

/* Nothing is to be loaded, and nothing to be run, whatever the page holds. */
static void write_head(const struct report *report, FILE *to)
{
	fputs("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n"
	      "<meta charset=\"utf-8\">\n"
	      "<meta http-equiv=\"Content-Security-Policy\" "
	      "content=\"default-src 'none'; style-src 'unsafe-inline'; "
	      "img-src data:\">\n"
	      "<meta name=\"viewport\" "
	      "content=\"width=device-width, initial-scale=1\">\n"
	      "<meta name=\"color-scheme\" content=\"light dark\">\n"
	      "<link rel=\"icon\" href=\"data:,\">\n<title>ringstorm",
	    to);
	if (*report_run_id(report)) {
		fputs(" - run ", to);
		html_text(to, report_run_id(report));
	}
	fputs("</title>\n", to);
	html_style(to);
	fputs("</head>\n<body>\n", to);
}

void html_write(const struct report *report, FILE *to)
{
	static void (*const parts[])(const struct report *, FILE *) = {
		html_failures,
		html_anomalies,
		html_thresholds,
		html_operations,
		html_phases,
		html_machines,
		html_samples,
		html_trust,
	};
	struct html_charts charts;
	html_charts_init(&charts, report);
	write_head(report, to);
	html_verdict(report, to);
	fputs("<main>\n", to);
	html_charts_time(&charts, to);
	html_faults(report, to);
	html_reconnects(report, to);
	html_latencies(&charts, to);
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
		parts[i](report, to);
	html_charts_release(&charts);
	fputs("</main>\n</body>\n</html>\n", to);
}
