/* words.h - an effect as people read it. */
#ifndef COMPARE_WORDS_H
#define COMPARE_WORDS_H

#include "compare/effects.h"

#define WORDS 160

struct effect_words {
	char name[WORDS];    /* "p50, sustained" */
	char before[WORDS];  /* "198.4 ms" */
	char after[WORDS];   /* "221.9 ms" */
	char change[WORDS];  /* "+11.8 %" */
	char range[WORDS];   /* "+9.7 .. +13.6 %", or "3 faults each" */
	char verdict[WORDS]; /* "WORSE (tolerance 5 %)" */
};

void effect_words(struct effect_words *words, const struct effect *effect,
    const char *phase);

/* "p50", "failure_rate", as thresholds name them; "recover_time". */
const char *effect_metric(enum effect_kind kind);

/* "same", "within", "better", "worse", "unknown", "nothing". */
const char *finding_word(enum finding finding);

/* The last line: what is worse, or what could have changed unseen. To be freed.
 */
char *conclusion(const struct effects *effects, const char *phase);

#endif
