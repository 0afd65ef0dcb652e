#include "compare/words.h"

#include "lib/buf.h"
#include "lib/mem.h"
#include "lib/unit.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define PERCENT 100.0

/* How an effect's figures and changes are written. */
static const struct style {
	const char *name, *metric;
	const char *unit, *change_unit;
	double scale, change_scale;
	int digits, change_digits;
} styles[] = {
	[EFFECT_THROUGHPUT] = { "throughput", "throughput", "/s", " %", 1,
	    PERCENT, 1, 1 },
	[EFFECT_P50] = { "p50", "p50", " ms", " %", 1, PERCENT, 1, 1 },
	[EFFECT_P99] = { "p99", "p99", " ms", " %", 1, PERCENT, 1, 1 },
	[EFFECT_FAILURES] = { "failure rate", "failure_rate", " %", " pp",
	    PERCENT, PERCENT, 2, 2 },
	[EFFECT_RECOVERY] = { "time to recover", "recover_time", " s", " s", 1,
	    1, 1, 1 },
};

const char *effect_metric(enum effect_kind kind)
{
	return styles[kind].metric;
}

const char *finding_word(enum finding finding)
{
	static const char *const words[] = {
		[FINDING_SAME] = "same",
		[FINDING_WITHIN] = "within",
		[FINDING_BETTER] = "better",
		[FINDING_WORSE] = "worse",
		[FINDING_UNKNOWN] = "unknown",
		[FINDING_NOTHING] = "nothing",
	};
	return words[finding];
}

static void figure(char out[WORDS], const struct style *style, double value)
{
	char number[UNIT_TEXT];
	double shown = value * style->scale;
	bool is_fine = style == &styles[EFFECT_P50] ||
	               style == &styles[EFFECT_P99] ||
	               style == &styles[EFFECT_THROUGHPUT];
	int more = !is_fine || shown <= 0 || shown >= 10 ? 0
	           : shown < 1                           ? 2
	                                                 : 1;
	unit_decimal(number, shown, style->digits + more);
	snprintf(out, WORDS, "%s%s", number, style->unit);
}

/* A size without a sign, as coarse as it may be: "9 %", "0.4 %", "0.06 pp". */
static void size(char out[WORDS], const struct style *style, double change)
{
	double shown = fabs(change) * style->change_scale;
	int digits = style->change_digits - (shown >= 1);
	double step = pow(10, -digits);
	shown = fabs(ceil(shown / step - 1e-9)) * step;
	snprintf(out, WORDS, "%.*f%s", digits, shown, style->change_unit);
}

static const char *plural(size_t n)
{
	return n == 1 ? "" : "s";
}

static void range(char out[WORDS], const struct effect *effect,
    const struct style *style)
{
	size_t a = effect->faults_before, b = effect->faults_after;
	double scale = style->change_scale;
	if (effect->of && a == b)
		snprintf(out, WORDS, "%zu fault%s each", a, plural(a));
	else if (effect->of)
		snprintf(out, WORDS, "%zu and %zu fault%s", a, b, plural(b));
	else if (effect->has_range)
		snprintf(out, WORDS, "%+.*f .. %+.*f%s", style->change_digits,
		    effect->low * scale, style->change_digits,
		    effect->high * scale, style->change_unit);
}

static void verdict(char out[WORDS], const struct effect *effect,
    const struct style *style)
{
	char tolerance[WORDS], unseen[WORDS];
	size(tolerance, style, effect->tolerance);
	size(unseen, style, effect_unseen(effect));
	switch (effect->finding) {
	case FINDING_SAME:
		snprintf(out, WORDS, "no difference to be seen");
		break;
	case FINDING_WITHIN:
		snprintf(out, WORDS, "differs within the tolerance (%.30s)",
		    tolerance);
		break;
	case FINDING_BETTER:
	case FINDING_WORSE:
		snprintf(out, WORDS, "%s (tolerance %.30s)",
		    effect->finding == FINDING_WORSE ? "WORSE" : "BETTER",
		    tolerance);
		break;
	case FINDING_UNKNOWN:
		snprintf(out, WORDS, "cannot tell: %s to see %.30s",
		    effect->of ? "too few faults" : "runs too short", unseen);
		break;
	case FINDING_NOTHING:
		snprintf(out, WORDS, "%s", effect->why);
		break;
	}
}

static bool is_known(const struct effect *effect, bool after)
{
	if (effect->of)
		return (after ? effect->faults_after : effect->faults_before) >
		       0;
	return !isnan(after ? effect->after : effect->before);
}

void effect_words(struct effect_words *words, const struct effect *effect,
    const char *phase)
{
	const struct style *style = &styles[effect->kind];
	memset(words, 0, sizeof *words);
	snprintf(words->name, WORDS, "%s, %.100s", style->name,
	    effect->of ? effect->of : phase);
	strncpy(words->before, "-", WORDS - 1);
	strncpy(words->after, "-", WORDS - 1);
	if (is_known(effect, false))
		figure(words->before, style, effect->before);
	if (is_known(effect, true))
		figure(words->after, style, effect->after);
	if (effect->has_range ||
	    (effect->faults_before && effect->faults_after))
		snprintf(words->change, WORDS, "%+.*f%s", style->change_digits,
		    effect->change * style->change_scale, style->change_unit);
	range(words->range, effect, style);
	verdict(words->verdict, effect, style);
}

static void add_name(struct buf *to, const struct effect *effect, size_t count)
{
	buf_add_format(to, "%s%s%s%s", count ? ", " : "",
	    styles[effect->kind].name, effect->of ? " after " : "",
	    effect->of ? effect->of : "");
}

static void add_worse(struct buf *to, const struct effects *effects,
    const char *phase)
{
	bool in_phase = false;
	size_t count = 0;
	buf_add_text(to, "WORSE: ");
	for (size_t i = 0; i < effects->count; i++) {
		const struct effect *effect = &effects->items[i];
		if (effect->finding != FINDING_WORSE)
			continue;
		add_name(to, effect, count++);
		in_phase |= !effect->of;
	}
	if (in_phase)
		buf_add_format(to, " in the phase %s", phase);
}

static bool any_told(const struct effects *effects)
{
	for (size_t i = 0; i < effects->count; i++)
		if (effects->items[i].finding != FINDING_UNKNOWN &&
		    effects->items[i].finding != FINDING_NOTHING)
			return true;
	return false;
}

/* "no change larger than 3 % detectable in throughput, p50" */
static void add_unseen(struct buf *to, const struct effects *effects)
{
	char unseen[WORDS];
	double most = 0;
	size_t count = 0;
	for (size_t i = 0; i < effects->count; i++) {
		const struct effect *effect = &effects->items[i];
		if (effect->finding == FINDING_SAME &&
		    effect->kind <= EFFECT_P99)
			most = fmax(most, effect_unseen(effect));
	}
	size(unseen, &styles[EFFECT_P50], most);
	for (size_t i = 0; i < effects->count; i++) {
		const struct effect *effect = &effects->items[i];
		if (effect->finding != FINDING_SAME ||
		    effect->kind > EFFECT_P99)
			continue;
		if (count == 0)
			buf_add_format(to,
			    "no change larger than %s detectable in ", unseen);
		add_name(to, effect, count++);
	}
	if (count == 0)
		buf_add_text(to, any_told(effects)
		                     ? "nothing is worse beyond the tolerance"
		                     : "cannot tell whether anything is worse");
}

/* Of those alone that recovered are the times above it. */
static void add_unrecovered(struct buf *to, const struct effects *effects)
{
	for (size_t i = 0; i < effects->count; i++) {
		const struct effect *effect = &effects->items[i];
		if (effect->faults_after * effect->seen_before <
		    effect->faults_before * effect->seen_after)
			buf_add_format(to,
			    "; recovered from %zu of %zu faults %s, the "
			    "baseline from %zu of %zu",
			    effect->faults_after, effect->seen_after,
			    effect->of, effect->faults_before,
			    effect->seen_before);
	}
}

char *conclusion(const struct effects *effects, const char *phase)
{
	struct buf text = { 0 };
	if (effects->worse)
		add_worse(&text, effects, phase);
	else
		add_unseen(&text, effects);
	add_unrecovered(&text, effects);
	char *copy = mem_text_n((const char *)text.data, text.length);
	buf_release(&text);
	return copy;
}
