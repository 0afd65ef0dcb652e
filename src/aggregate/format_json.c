/* final_report.json on stdout. */
#include "aggregate/formats.h"

int format_json(const struct report *report, const char *path, struct err *err)
{
	return format_file(report, path, report_json, err);
}
