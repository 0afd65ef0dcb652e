/* live_line.c - the display where nothing can be drawn: a line for logs and
 * cron mail. See live.h. */
#include "lib/live_state.h"

#include "lib/unit.h"

#include <inttypes.h>

const char *live_ms(char *out, int64_t us)
{
	double ms = (double)us / 1000;
	return unit_decimal(out, ms, ms < 1 ? 2 : ms < 10 ? 1 : 0);
}

static void write_sums(const struct live *live, const struct live_figures *now)
{
	FILE *to = live->setup.to;
	char n[UNIT_TEXT];
	fprintf(to, "%s", unit_count(n, live->total.sent));
	if (live->setup.planned > 0)
		fprintf(to, " of %s", unit_count(n, live->setup.planned));
	fprintf(to, "  %s/s", unit_decimal(n, live_slot_rate(now->last), 0));
	if (now->target > 0)
		fprintf(to, " of %s/s", unit_decimal(n, now->target, 0));
	fprintf(to, "  %s in flight", unit_count(n, now->in_flight));
	fprintf(to, "  %s failed", unit_count(n, live->total.failed));
	if (live->total.skipped > 0)
		fprintf(to, "  %s not sent",
		    unit_count(n, live->total.skipped));
}

void live_write_line(struct live *live)
{
	struct live_figures now = live_figures(live);
	const struct histogram *felt = live_felt(live);
	FILE *to = live->setup.to;
	char stamp[CLOCK_STAMP], p50[UNIT_TEXT], p99[UNIT_TEXT];

	clock_stamp(stamp, clock_unix_ms());
	fprintf(to, "%s  ", stamp + 11);
	write_sums(live, &now);
	if (felt->count == 0)
		fprintf(to, "  no answer yet");
	else
		fprintf(to, "  p50 %s ms  p99 %s ms",
		    live_ms(p50, histogram_percentile(felt, 50)),
		    live_ms(p99, histogram_percentile(felt, 99)));
	fprintf(to, "%s%s  generator %s%s%s%s\n", live->phase ? "  " : "",
	    live->phase ? live->phase : "",
	    generator_word(now.generator.verdict),
	    *now.generator.why ? " (" : "", now.generator.why,
	    *now.generator.why ? ")" : "");
	fflush(to);
	live->news = false;
}
