/* fuzz_condition - conditions as a conf file or a flag has them: what is
 * accepted is the same when its own words are read again, and what is not says
 * why. */
#include "lib/condition.h"
#include "lib/mem.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
	if (!holds)
		abort();
}

static void require_survives(const struct condition *condition)
{
	struct condition again;
	require(condition_parse(&again, condition->text, NULL) == 0);
	require(again.metric.kind == condition->metric.kind);
	require(again.op == condition->op);
	require(!(again.value < condition->value) &&
	        !(again.value > condition->value));
	require(again.for_ns == condition->for_ns && again.for_ns >= 0);
	require(!again.scope == !condition->scope);
	require(!again.scope || strcmp(again.scope, condition->scope) == 0);
	condition_release(&again);
}

/* Of "less" and "not less" just one holds for any figure. */
static void require_decides(const struct condition *condition)
{
	struct condition other = *condition;
	const double figures[] = { 0, condition->value, 1e9 };
	for (size_t i = 0; i < 3; i++) {
		other.op = CONDITION_LESS;
		bool less = condition_evaluate(&other, figures[i]);
		other.op = CONDITION_AT_LEAST;
		require(less != condition_evaluate(&other, figures[i]));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct condition condition;
	struct err err = { "" };
	char *text = mem_text_n((const char *)data, size);
	if (condition_parse(&condition, text, &err) < 0) {
		require(err.text[0] != '\0');
	} else {
		require_survives(&condition);
		require_decides(&condition);
		free(condition_words(&condition, condition.value));
		condition_release(&condition);
	}
	free(text);
	return 0;
}
