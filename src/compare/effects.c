#include "compare/effects.h"

#include "compare/bootstrap.h"
#include "compare/fault_effects.h"
#include "compare/samples.h"

#include "lib/mem.h"

#include <math.h>
#include <stdlib.h>

#define CELLS_LEAST 10
#define NONE_SEEN   3.0 /* so many may be where none was, of all: 95 % */
#define BASELINE    0   /* of the two streams of random numbers */
#define RUN         1
#define STREAMS     2
#define LOW_SHARE   0.025
#define HIGH_SHARE  0.975

/* ---- the verdict ---- */

double effect_unseen(const struct effect *effect)
{
	return fmax(fabs(effect->low), fabs(effect->high));
}

enum finding effect_judge(const struct effect *effect, bool more_is_worse)
{
	double change = more_is_worse ? effect->change : -effect->change;
	double low = more_is_worse ? effect->low : -effect->high;
	double high = more_is_worse ? effect->high : -effect->low;
	if (low > 0)
		return change > effect->tolerance ? FINDING_WORSE
		                                  : FINDING_WITHIN;
	if (high < 0)
		return -change > effect->tolerance ? FINDING_BETTER
		                                   : FINDING_WITHIN;
	return effect_unseen(effect) <= effect->tolerance ? FINDING_SAME
	                                                  : FINDING_UNKNOWN;
}

/* ---- the range ---- */

/* What one run's figure came to in each of the new rows, and how many blocks
 * there were. */
struct spread {
	double *figures;
	double figure, blocks;
};

static void spread_of(struct spread *spread, const struct sample *sample,
    const struct effects_settings *settings, enum effect_kind kind, int stream)
{
	struct rng rng;
	size_t block = sample_block(sample);
	rng_init(&rng, settings->seed,
	    (uint64_t)kind * STREAMS + (uint64_t)stream);
	spread->figures = mem_new(settings->resamples, sizeof(double));
	spread->figure = sample_figure(sample);
	spread->blocks = (double)sample->cells / (double)block;
	sample_resample(sample, block, &rng, spread->figures,
	    settings->resamples);
	double shortfall = sample_shortfall(sample, block);
	for (size_t i = 0; i < settings->resamples; i++)
		spread->figures[i] = fmax(0,
		    spread->figure +
		        (spread->figures[i] - spread->figure) * shortfall);
}

static double change_of(const struct effect *effect, double before,
    double after)
{
	if (effect->kind == EFFECT_FAILURES)
		return after - before;
	return before > 0 && after > 0 ? log(after / before) : 0;
}

/* The resampled changes lie about their own middle as the true one does about
 * what was measured. */
static void set_range(struct effect *effect, const struct spread *before,
    const struct spread *after, size_t count)
{
	double *changes = mem_new(count, sizeof *changes);
	for (size_t i = 0; i < count; i++)
		changes[i] =
		    change_of(effect, before->figures[i], after->figures[i]);
	double factor = block_factor(before->blocks, after->blocks);
	double middle = change_of(effect, before->figure, after->figure);
	double measured = change_of(effect, effect->before, effect->after);
	double low = share_of(changes, count, LOW_SHARE) - middle;
	double high = share_of(changes, count, HIGH_SHARE) - middle;
	effect->low = measured + factor * fmin(low, 0);
	effect->high = measured + factor * fmax(high, 0);
	effect->has_range = true;
	free(changes);
}

static void as_share(struct effect *effect)
{
	bool is_latency =
	    effect->kind == EFFECT_P50 || effect->kind == EFFECT_P99;
	/* A latency is known no better than its bucket is wide. */
	double blur = is_latency ? histogram_error() : 0;
	effect->change = effect->after / effect->before - 1;
	effect->low = expm1(effect->low) - blur;
	effect->high = expm1(effect->high) + blur;
}

/* Where nothing failed the resampled runs do not fail either. */
static void allow_for_none(struct effect *effect, double requests_before,
    double requests_after)
{
	effect->change = effect->after - effect->before;
	if (effect->before <= 0)
		effect->low -= NONE_SEEN / requests_before;
	if (effect->after <= 0)
		effect->high += NONE_SEEN / requests_after;
}

/* ---- the phase ---- */

/* NAN where there is none: no second has no rate, no request no share of
 * failures, and no right answer no latency. */
static double figure_of(struct sample *sample, enum effect_kind kind,
    const struct run *run)
{
	double figure = sample_make(sample, kind, run);
	bool is_there = kind == EFFECT_THROUGHPUT ? run->steady > 0
	                : kind == EFFECT_FAILURES
	                    ? sample_requests(&run->cells) > 0
	                    : figure > 0;
	return is_there ? figure : NAN;
}

static const char *too_little(const struct effect *effect,
    const struct run *baseline, const struct run *run)
{
	if (baseline->steady == 0 || run->steady == 0)
		return "no steady second";
	if (baseline->steady < CELLS_LEAST || run->steady < CELLS_LEAST)
		return "too short: fewer than ten steady seconds";
	if (sample_requests(&baseline->cells) <= 0 ||
	    sample_requests(&run->cells) <= 0)
		return "no request in the steady seconds";
	if (effect->kind != EFFECT_FAILURES &&
	    !(effect->before > 0 && effect->after > 0))
		return "nothing succeeded";
	return NULL;
}

/* Where nothing came of what it was before there is no spread to draw from: as
 * few as NONE_SEEN may have come by chance. */
static void judge_standstill(struct effect *effect, const struct run *run)
{
	double seconds = cells_seconds(&run->cells, true);
	effect->change = effect->low = -1;
	effect->high = NONE_SEEN / seconds / effect->before - 1;
	effect->has_range = true;
	effect->why = NULL;
	effect->finding = effect_judge(effect, false);
}

static bool is_standstill(const struct effect *effect,
    const struct run *baseline, const struct run *run)
{
	return effect->kind == EFFECT_THROUGHPUT && effect->before > 0 &&
	       effect->after <= 0 && baseline->steady >= CELLS_LEAST &&
	       run->steady >= CELLS_LEAST;
}

static struct effect compare_phase(enum effect_kind kind,
    const struct run *baseline, const struct run *run,
    const struct effects_settings *settings)
{
	struct sample samples[2] = { { 0 }, { 0 } };
	struct spread before = { 0 }, after = { 0 };
	struct effect effect = {
		.kind = kind,
		.before = figure_of(&samples[BASELINE], kind, baseline),
		.after = figure_of(&samples[RUN], kind, run),
		.tolerance = settings->tolerance,
		.finding = FINDING_NOTHING,
	};
	effect.why = too_little(&effect, baseline, run);
	if (is_standstill(&effect, baseline, run)) {
		judge_standstill(&effect, run);
	} else if (!effect.why) {
		spread_of(&before, &samples[BASELINE], settings, kind,
		    BASELINE);
		spread_of(&after, &samples[RUN], settings, kind, RUN);
		set_range(&effect, &before, &after, settings->resamples);
		if (kind == EFFECT_FAILURES) {
			effect.tolerance = fmax(settings->failures_tolerance,
			    settings->tolerance * effect.before);
			allow_for_none(&effect,
			    sample_requests(&baseline->cells),
			    sample_requests(&run->cells));
		} else {
			as_share(&effect);
		}
		effect.finding =
		    effect_judge(&effect, kind != EFFECT_THROUGHPUT);
	}
	free(before.figures);
	free(after.figures);
	sample_release(&samples[BASELINE]);
	sample_release(&samples[RUN]);
	return effect;
}

void effects_find(struct effects *effects, const struct run *baseline,
    const struct run *run, const struct effects_settings *settings)
{
	*effects = (struct effects){ 0 };
	for (enum effect_kind kind = EFFECT_THROUGHPUT; kind <= EFFECT_FAILURES;
	     kind++)
		effects_add(effects,
		    compare_phase(kind, baseline, run, settings));
	fault_effects_add(effects, &baseline->past, &run->past,
	    settings->tolerance);
	for (size_t i = 0; i < effects->count; i++)
		effects->worse += effects->items[i].finding == FINDING_WORSE;
}

void effects_add(struct effects *effects, struct effect effect)
{
	effects->items =
	    mem_resize(effects->items, effects->count + 1, sizeof effect);
	effects->items[effects->count++] = effect;
}

void effects_release(struct effects *effects)
{
	for (size_t i = 0; i < effects->count; i++)
		free(effects->items[i].of);
	free(effects->items);
	*effects = (struct effects){ 0 };
}
