#include "aggregate/thresholds.h"

#include "lib/mem.h"

#include <stdlib.h>

int thresholds_parse(struct thresholds *thresholds,
    const struct text_list *texts, struct err *err)
{
	*thresholds = (struct thresholds){
		.items = mem_new(texts->count + 1, sizeof *thresholds->items),
	};
	for (size_t i = 0; i < texts->count; i++) {
		struct condition *condition =
		    &thresholds->items[thresholds->count].condition;
		if (condition_parse(condition, texts->items[i], err) < 0) {
			thresholds_release(thresholds);
			return -1;
		}
		thresholds->count++;
		if (condition->for_ns == 0)
			continue;
		err_set(err,
		    "threshold '%.80s': 'for' is only for --stop-when of "
		    "stress_client; a threshold is of a whole run, or of a "
		    "[phase] of it",
		    condition->text);
		thresholds_release(thresholds);
		return -1;
	}
	return 0;
}

void thresholds_judge(struct thresholds *thresholds,
    const struct report *report)
{
	for (size_t i = 0; i < thresholds->count; i++) {
		struct threshold *threshold = &thresholds->items[i];
		const struct condition *condition = &threshold->condition;
		threshold->measure =
		    measure(report, &condition->metric, condition->scope);
		threshold->met =
		    condition_evaluate(condition, threshold->measure.figure);
		thresholds->missed += !threshold->met;
	}
}

char *thresholds_sentence(const struct thresholds *thresholds)
{
	const struct threshold *first = thresholds->items;
	char words[UNIT_TEXT];
	if (thresholds->missed == 0)
		return NULL;
	while (first->met)
		first++;
	metric_words(words, &first->condition.metric, first->measure.figure);
	if (thresholds->count == 1)
		return mem_format("The threshold was missed: %s (%s).",
		    first->condition.text, words);
	return mem_format("%zu of %zu thresholds %s missed: %s (%s)%s.",
	    thresholds->missed, thresholds->count,
	    thresholds->missed == 1 ? "was" : "were", first->condition.text,
	    words, thresholds->missed > 1 ? ", and more: see THRESHOLDS" : "");
}

void thresholds_release(struct thresholds *thresholds)
{
	for (size_t i = 0; i < thresholds->count; i++) {
		condition_release(&thresholds->items[i].condition);
		free(thresholds->items[i].measure.note);
	}
	free(thresholds->items);
	*thresholds = (struct thresholds){ 0 };
}
