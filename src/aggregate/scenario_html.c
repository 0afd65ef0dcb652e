#include "aggregate/html.h"
#include "aggregate/scenario.h"

void scenario_html(const struct scenario *scenario, FILE *to)
{
	html_write(scenario->report, to);
}
