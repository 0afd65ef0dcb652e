/* The lines on faults under VERDICT. */
#include "aggregate/report_faults.h"
#include "lib/clock.h"
#include "lib/unit.h"

#include <math.h>

static void write_counts(const struct impact *impact, FILE *to)
{
	size_t confirmed = 0, healed = 0;
	for (size_t i = 0; i < impact->count; i++) {
		const struct fault *fault = impact->items[i].fault;
		confirmed += fault->confirmed_unix_ms != 0;
		healed += fault->healed_unix_ms != 0;
	}
	fprintf(to, "  %zu of %zu fault%s confirmed", confirmed, impact->count,
	    impact->count == 1 ? "" : "s");
	if (confirmed == healed)
		fputs(" and healed.", to);
	else
		fprintf(to, ", %zu healed.", healed);
}

/* The timelines, from which it is told, may know less than the clients' files.
 */
static void write_failures(const struct impact *impact, uint64_t failed,
    FILE *to)
{
	char n[UNIT_TEXT], of[UNIT_TEXT], unsure[UNIT_TEXT];
	unit_count(of, impact->failed);
	unit_count(unsure, impact->unsure);
	if (impact->failed < failed)
		fprintf(to, " The timelines tell of %s of the %s failures.", of,
		    unit_count(n, failed));
	else if (impact->failed == 0)
		fputs(" Not one request failed.", to);
	if (impact->failed == 0)
		return;
	if (!impact->any_determined)
		fprintf(to,
		    " Whether the %s failures are theirs is not determined.",
		    of);
	else if (impact->attributed == impact->failed)
		fprintf(to, " All %s lie in their error windows.",
		    impact->failed < failed ? "of these" : "failures");
	else if (impact->unsure)
		fprintf(to,
		    " Of %s failures %s lie in their error windows; of %s it "
		    "is not determined.",
		    of, unit_count(n, impact->attributed), unsure);
	else if (impact->attributed)
		fprintf(to, " All but %s of %s lie in their error windows.",
		    unit_count(n, impact->failed - impact->attributed),
		    impact->failed < failed ? "these" : "the failures");
	else
		fprintf(to,
		    " None of the %s failures lies in their error windows.",
		    of);
}

static char *milliseconds(char *out, double ms)
{
	return unit_duration(out, llround(ms * (double)NS_PER_MS));
}

/* Those of which impact_worst chooses. */
static size_t count_known(const struct impact *impact)
{
	size_t known = 0;
	for (size_t i = 0; i < impact->count; i++)
		known += !impact->items[i].not_determined[ERROR_WINDOW] &&
		         !impact->items[i].not_determined[TIME_TO_RECOVER];
	return known;
}

static void write_worst(const struct impact *impact, FILE *to)
{
	const struct fault_impact *worst = impact_worst(impact);
	char errors[UNIT_TEXT], recovery[UNIT_TEXT];
	if (!worst) {
		fputs("  What they did to the users is not determined: see "
		      "FAULTS.\n",
		    to);
		return;
	}
	const struct fault *fault = worst->fault;
	double error_ms = worst->spans[ERROR_WINDOW].ms;
	double recovery_ms = worst->spans[TIME_TO_RECOVER].ms;
	if (error_ms <= 0 && recovery_ms <= 0) {
		fputs("  The users felt none of those whose effect is "
		      "determined.\n",
		    to);
		return;
	}
	size_t known = count_known(impact);
	fputs("  Worst for users", to);
	if (known < impact->count)
		fprintf(to, ", of the %zu that can be told", known);
	fprintf(to,
	    ": fault %ju, %s of server %s%s: ", (uintmax_t)fault->number,
	    fault->kind ? fault->kind : "fault",
	    fault->server ? fault->server : "?",
	    fault->leader ? " (the leader)" : "");
	if (error_ms > 0)
		fprintf(to, "%s of errors, ", milliseconds(errors, error_ms));
	else
		fputs("no errors, ", to);
	fprintf(to, "%s until all was as before.\n",
	    milliseconds(recovery, recovery_ms));
}

void faults_verdict(const struct report *report, FILE *to)
{
	const struct impact *impact = report->impact;
	if (impact->count == 0)
		return;
	write_counts(impact, to);
	if (impact->bin_ms)
		write_failures(impact, report->merge->total.failed, to);
	fputc('\n', to);
	write_worst(impact, to);
}
