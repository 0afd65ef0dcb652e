#include "aggregate/formats.h"
#include "aggregate/html.h"

int format_html(const struct report *report, const char *path, struct err *err)
{
	return format_file(report, path, html_write, err);
}
