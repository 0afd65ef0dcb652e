#include "aggregate/judge.h"

#include "lib/clock.h"
#include "lib/mem.h"
#include "lib/unit.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

/* Of several exit codes the largest of 3..6 wins, and 1 only where there is
 * none of them. */
static void worsen(struct verdict *verdict, enum result result,
    enum exit_code code)
{
	if (code > verdict->exit_code) {
		verdict->exit_code = code;
		verdict->result = result;
	}
}

static void add(struct verdict *verdict, enum result result,
    enum exit_code code, char *reason)
{
	assert(verdict->reason_count < REASONS_MAX);
	verdict->reasons[verdict->reason_count++] = reason;
	worsen(verdict, result, code);
}

/* Of none sent: whose files say so, and whether others know better. */
static char *none_sent(const struct merge *merge)
{
	char n[UNIT_TEXT];
	uint64_t seen = 0;
	for (size_t i = 0; i < merge->process_count; i++)
		seen += merge->processes[i]->by_timeline.sent;
	if (merge->in_flight)
		return mem_text("No request is known to have ended.");
	if (seen)
		return mem_format("The timelines tell of %s request%s, but the "
		                  "clients' files, which count, are not there.",
		    unit_count(n, seen), seen == 1 ? "" : "s");
	return mem_text("Not one request was sent.");
}

static void judge_answers(struct verdict *verdict, const struct merge *merge)
{
	char n[UNIT_TEXT];
	uint64_t wrong = counts_get(&merge->total.reasons, "wrong answer");
	if (wrong)
		add(verdict, RESULT_FAIL, EXIT_WRONG,
		    mem_format("%s %s wrong: what came back is not what it "
		               "had to be.",
		        unit_count(n, wrong),
		        wrong == 1 ? "answer was" : "answers were"));
	uint64_t lost = counts_get(&merge->total.reasons, STATS_LOST);
	if (lost)
		add(verdict, RESULT_FAIL, EXIT_WRONG,
		    mem_format("%s request%s found lost what the target had "
		               "acknowledged.",
		        unit_count(n, lost), lost == 1 ? "" : "s"));
	if (merge->total.sent == 0)
		add(verdict, RESULT_FAIL, EXIT_CANNOT, none_sent(merge));
	else if (merge->total.ok == 0)
		add(verdict, RESULT_FAIL, EXIT_CANNOT,
		    mem_text("Not one request succeeded."));
}

/* "Machine 1: the files of clients 3, 7 and 12-15 are missing." */
static char *missing_clients(const struct machine *machine)
{
	const struct ranges *missing = &machine->missing;
	const char *s = missing->total == 1 ? "" : "s";
	char n[UNIT_TEXT];
	char *numbers = ranges_words(missing);
	char *who = missing->count ? mem_format("client%s %s", s, numbers)
	                           : mem_format("%s client%s",
	                                 unit_count(n, missing->total), s);
	char *reason = mem_format("Machine %lu: the file%s of %s %s missing.",
	    (unsigned long)machine->id, s, who, *s ? "are" : "is");
	free(numbers);
	free(who);
	return reason;
}

static void judge_machine(struct verdict *verdict,
    const struct machine *machine)
{
	unsigned long id = (unsigned long)machine->id;
	char n[UNIT_TEXT];
	if (machine->killed_processes)
		add(verdict, RESULT_PARTIAL, EXIT_PARTIAL,
		    mem_format("Machine %lu: %s of its processes did not end "
		               "in order; their timeline stands for them.",
		        id, unit_count(n, machine->killed_processes)));
	if (machine->missing.total)
		add(verdict, RESULT_PARTIAL, EXIT_PARTIAL,
		    missing_clients(machine));
	if (machine->disagreeing)
		add(verdict, RESULT_PARTIAL, EXIT_PARTIAL,
		    mem_format("Machine %lu: client files and timeline do not "
		               "have the same sums.",
		        id));
}

/* However many machines there are, the first few show what is wrong. */
#define GENERATORS_NAMED 3

static void judge_generators(struct verdict *verdict, const struct merge *merge)
{
	int named = 0;
	for (size_t i = 0; i < merge->machine_count; i++) {
		const struct machine *machine = &merge->machines[i];
		const struct generator_judgement *generator =
		    &machine->generator;
		if (generator->verdict != GENERATOR_INVALID)
			continue;
		worsen(verdict, RESULT_INVALID, EXIT_INVALID);
		if (named++ < GENERATORS_NAMED)
			add(verdict, RESULT_INVALID, EXIT_INVALID,
			    mem_format("Machine %lu: the figures tell of the "
			               "load generator, not of its target: %s. "
			               "To mend it, %s.",
			        (unsigned long)machine->id, generator->why,
			        generator->remedy));
	}
}

/* For the reasons of one machine, and what may still come. */
#define REASONS_ROOM 9

static void judge_completeness(struct verdict *verdict,
    const struct merge *merge)
{
	char n[UNIT_TEXT];
	if (merge->left_out)
		add(verdict, RESULT_PARTIAL, EXIT_PARTIAL,
		    mem_format("%s %s left out: what could not be used is "
		               "named above.",
		        unit_count(n, merge->left_out),
		        merge->left_out == 1 ? "record was" : "records were"));
	uint64_t unnamed = 0;
	for (size_t i = 0; i < merge->machine_count; i++) {
		if (machine_is_whole(&merge->machines[i]))
			continue;
		if (verdict->reason_count + REASONS_ROOM <= REASONS_MAX)
			judge_machine(verdict, &merge->machines[i]);
		else
			unnamed++;
	}
	if (unnamed)
		add(verdict, RESULT_PARTIAL, EXIT_PARTIAL,
		    mem_format("%s more machine%s not whole: final_report.json "
		               "tells which (\"complete\").",
		        unit_count(n, unnamed),
		        unnamed == 1 ? " is" : "s are"));
}

/* So much longer than any process was at work a run is not by chance. */
#define SPAN_FACTOR 2
#define SPAN_MORE   10000 /* ms */

/* Its throughput would be of a time in which nobody was to send anything. */
static void judge_span(struct verdict *verdict, const struct merge *merge)
{
	char whole[UNIT_TEXT], longest[UNIT_TEXT];
	int64_t span_ms = merge->end_unix_ms - merge->start_unix_ms;
	if (span_ms <= SPAN_FACTOR * merge->longest_ms ||
	    span_ms <= merge->longest_ms + SPAN_MORE)
		return;
	add(verdict, RESULT_PASS, EXIT_PASSED,
	    mem_format("From its first record to its last this run lasts %s, "
	               "but no process of it was at work for longer than %s: "
	               "clocks differ or jumped, or machines came one after "
	               "another. Its throughput is of the whole time.",
	        unit_duration(whole, span_ms * NS_PER_MS),
	        unit_duration(longest, merge->longest_ms * NS_PER_MS)));
}

void judge(struct verdict *verdict, const struct merge *merge)
{
	*verdict = (struct verdict){ .result = RESULT_PASS };
	judge_answers(verdict, merge);
	judge_generators(verdict, merge);
	judge_completeness(verdict, merge);
	judge_span(verdict, merge);
}

/* "3 of 9 faults WHAT: 2, 5, 7", to be freed; NULL for none. */
static char *which_faults(const struct impact *impact,
    bool (*is_one)(const struct fault *fault), const char *what)
{
	char list[100] = "";
	size_t count = 0, length = 0;
	for (size_t i = 0; i < impact->count; i++) {
		const struct fault *fault = impact->items[i].fault;
		if (!is_one(fault))
			continue;
		if (length + UNIT_TEXT < sizeof list)
			length += (size_t)snprintf(list + length,
			    sizeof list - length, "%s%ju", count ? ", " : "",
			    (uintmax_t)fault->number);
		else if (list[length - 1] != '-')
			length += (size_t)snprintf(list + length,
			    sizeof list - length, ", and more -");
		count++;
	}
	return count ? mem_format("%zu of %zu faults %s: %s.", count,
	                   impact->count, what, list)
	             : NULL;
}

static bool is_unconfirmed(const struct fault *fault)
{
	return fault->confirmed_unix_ms == 0;
}

static bool is_unhealed(const struct fault *fault)
{
	return fault->confirmed_unix_ms != 0 && fault->healed_unix_ms == 0;
}

void judge_faults(struct verdict *verdict, const struct impact *impact)
{
	char *unconfirmed = which_faults(impact, is_unconfirmed,
	    "not confirmed, so the run proves nothing about them");
	char *unhealed = which_faults(impact, is_unhealed,
	    "not known to be healed; fault_ring --heal mends what is left");
	if (unconfirmed)
		add(verdict, RESULT_INVALID, EXIT_INVALID, unconfirmed);
	if (unhealed) {
		add(verdict, RESULT_PASS, EXIT_PASSED, unhealed);
		verdict->remark = "not every fault is known to be healed";
	}
}

void judge_thresholds(struct verdict *verdict, char *sentence)
{
	if (sentence)
		add(verdict, RESULT_FAIL, EXIT_THRESHOLD, sentence);
}

void judge_stopped(struct verdict *verdict, const char *stopped)
{
	if (stopped)
		add(verdict, RESULT_PASS, EXIT_PASSED,
		    mem_format("The run ended early, as it was told to: %s.",
		        stopped));
}

/* So much of the requests or of the plan is no noise; and what failure rates
 * are usually held to. */
#define NOTABLE_PERCENT 1.0

void judge_demands(struct verdict *verdict, const struct merge *merge,
    bool demanded)
{
	const struct stats *total = &merge->total;
	double failed = stats_failed_percent(total), skipped = 0;
	/* In a closed loop it only means that the run ended before. */
	if (merge->open_loop && total->planned)
		skipped = 100 * (double)total->skipped / (double)total->planned;
	bool much_failed = failed >= NOTABLE_PERCENT;
	bool much_skipped = skipped >= NOTABLE_PERCENT;
	if (demanded || verdict->result != RESULT_PASS ||
	    !(much_failed || much_skipped))
		return;
	char words[2][80] = { "", "" };
	if (much_failed)
		snprintf(words[0], sizeof words[0],
		    "%.2f %% of the requests failed", failed);
	if (much_skipped)
		snprintf(words[1], sizeof words[1],
		    "%s%.2f %% of the plan was not sent",
		    much_failed ? " and " : "", skipped);
	if (!verdict->remark)
		verdict->remark = "nothing was demanded";
	add(verdict, RESULT_PASS, EXIT_PASSED,
	    mem_format("Nothing was demanded of this run, in which %s%s. Say "
	               "how much is too much with --thresholds '%s', or "
	               "THRESHOLDS in config/aggregate.conf.",
	        words[0], words[1],
	        much_failed ? "failure_rate < 1%" : "skipped == 0"));
}

void verdict_release(struct verdict *verdict)
{
	for (size_t i = 0; i < verdict->reason_count; i++)
		free(verdict->reasons[i]);
	*verdict = (struct verdict){ 0 };
}

const char *result_word(enum result result)
{
	static const char *const words[] = {
		[RESULT_PASS] = "pass",
		[RESULT_FAIL] = "fail",
		[RESULT_INVALID] = "invalid",
		[RESULT_PARTIAL] = "partial",
	};
	return words[result];
}

const char *verdict_word(const struct verdict *verdict)
{
	static const char *const words[] = {
		[RESULT_PASS] = "PASSED",
		[RESULT_FAIL] = "FAILED",
		[RESULT_INVALID] = "INVALID",
		[RESULT_PARTIAL] = "PARTIAL",
	};
	return words[verdict->result];
}

const char *verdict_remark(const struct verdict *verdict)
{
	bool is_open = verdict->result == RESULT_PASS && verdict->remark;
	return is_open ? verdict->remark : "";
}
