#include "compare/fault_effects.h"

#include "compare/bootstrap.h"

#include "lib/mem.h"

#include <math.h>
#include <string.h>

#define SECOND_MS 1000.0

struct recoveries {
	size_t count, seen; /* that recovered, and all */
	double mean, variance, error;
};

static bool is_one(const struct past_fault *fault, const char *name)
{
	return fault->recovered && strcmp(fault->name, name) == 0;
}

static struct recoveries recoveries_of(const struct past *past,
    const char *name)
{
	struct recoveries found = { 0 };
	for (size_t i = 0; i < past->fault_count; i++) {
		const struct past_fault *fault = &past->faults[i];
		found.seen += strcmp(fault->name, name) == 0;
		if (!is_one(fault, name))
			continue;
		found.count++;
		found.mean += fault->recover_ms / SECOND_MS;
		found.error += fault->error_ms / SECOND_MS;
	}
	if (found.count == 0)
		return found;
	found.mean /= (double)found.count;
	found.error /= (double)found.count;
	for (size_t i = 0; i < past->fault_count; i++) {
		double off =
		    past->faults[i].recover_ms / SECOND_MS - found.mean;
		if (is_one(&past->faults[i], name) && found.count > 1)
			found.variance += off * off / (double)(found.count - 1);
	}
	return found;
}

/* Welch's interval for the difference of two means, and what the timelines'
 * coarseness adds. */
static void set_range(struct effect *effect, const struct recoveries *a,
    const struct recoveries *b)
{
	double va = a->variance / (double)a->count;
	double vb = b->variance / (double)b->count;
	double below =
	    va * va / (double)(a->count - 1) + vb * vb / (double)(b->count - 1);
	double degrees = below > 0 ? (va + vb) * (va + vb) / below : 1;
	double half =
	    student_975(degrees) * sqrt(va + vb) + a->error + b->error;
	effect->low = effect->change - half;
	effect->high = effect->change + half;
	effect->has_range = true;
}

static const char *too_few(const struct recoveries *a,
    const struct recoveries *b)
{
	if (a->count == 0 || b->count == 0)
		return a->seen && b->seen ? "no recovery was seen"
		                          : "not in both runs";
	if (a->count == 1 || b->count == 1)
		return "one fault proves nothing";
	return NULL;
}

static struct effect compare_faults(const char *name,
    const struct past *baseline, const struct past *run, double tolerance)
{
	struct recoveries a = recoveries_of(baseline, name);
	struct recoveries b = recoveries_of(run, name);
	struct effect effect = {
		.kind = EFFECT_RECOVERY,
		.of = mem_text(name),
		.before = a.mean,
		.after = b.mean,
		.change = b.mean - a.mean,
		.tolerance = tolerance * a.mean,
		.faults_before = a.count,
		.faults_after = b.count,
		.seen_before = a.seen,
		.seen_after = b.seen,
		.finding = FINDING_NOTHING,
		.why = too_few(&a, &b),
	};
	if (effect.why)
		return effect;
	set_range(&effect, &a, &b);
	effect.finding = effect_judge(&effect, true);
	/* A few faults never tell as finely as the tolerance asks; of what
	 * lies within a second or so nothing is seen. */
	if (effect.finding == FINDING_UNKNOWN &&
	    effect_unseen(&effect) <= 1 + a.error + b.error)
		effect.finding = FINDING_SAME;
	return effect;
}

static bool is_known(const struct effects *effects, const char *name)
{
	for (size_t i = 0; i < effects->count; i++)
		if (effects->items[i].of &&
		    strcmp(effects->items[i].of, name) == 0)
			return true;
	return false;
}

static void add_names(struct effects *effects, const struct past *of,
    const struct past *baseline, const struct past *run, double tolerance)
{
	for (size_t i = 0; i < of->fault_count; i++)
		if (!is_known(effects, of->faults[i].name))
			effects_add(effects, compare_faults(of->faults[i].name,
			                         baseline, run, tolerance));
}

void fault_effects_add(struct effects *effects, const struct past *baseline,
    const struct past *run, double tolerance)
{
	add_names(effects, baseline, baseline, run, tolerance);
	add_names(effects, run, baseline, run, tolerance);
}
