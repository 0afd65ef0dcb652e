#include "aggregate/figures.h"

#include "aggregate/measure.h"
#include "lib/condition.h"
#include "lib/mem.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Blanks within [ ] belong to the name of a phase or an operation. */
static size_t name_length(const char *text)
{
	size_t length = strcspn(text, " \t[");
	if (text[length] == '[')
		length += strcspn(text + length, "]");
	return length + (text[length] == ']');
}

int figures_parse(struct figures *figures, const char *names, struct err *err)
{
	const char *at = names ? names : "";
	struct err why;
	*figures = (struct figures){ 0 };
	while (*(at += strspn(at, " \t"))) {
		size_t length = name_length(at);
		struct figure_asked asked;
		if (condition_subject(&asked.metric, &asked.scope, at, length,
		        &why) < 0) {
			figures_release(figures);
			return err_set(err, "--figures: %s", why.text);
		}
		figures->items = mem_resize(figures->items, figures->count + 1,
		    sizeof *figures->items);
		figures->items[figures->count++] = asked;
		at += length;
	}
	return 0;
}

void figures_print(const struct figures *figures, const struct report *report,
    FILE *to)
{
	for (size_t i = 0; i < figures->count; i++) {
		const struct figure_asked *asked = &figures->items[i];
		struct measure measured =
		    measure(report, &asked->metric, asked->scope);
		/* Microseconds and less; counts below 10^15 as they are. */
		double figure = round(measured.figure * 1e4) / 1e4;
		if (i > 0)
			fputc('\t', to);
		if (isnan(measured.figure))
			fputc('-', to);
		else
			fprintf(to, "%.15g", figure);
		free(measured.note);
	}
	fputc('\n', to);
}

void figures_release(struct figures *figures)
{
	for (size_t i = 0; i < figures->count; i++)
		free(figures->items[i].scope);
	free(figures->items);
	*figures = (struct figures){ 0 };
}
