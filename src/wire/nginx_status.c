#include "wire/nginx_status.h"

#include <stdlib.h>
#include <string.h>

#define DIGITS_MAX 18

/* What stands behind `word` and blanks, or NULL. */
static const char *skip_word(const char *at, const char *word)
{
	size_t length = strlen(word);
	if (!at)
		return NULL;
	at += strspn(at, " \r\n");
	return strncmp(at, word, length) == 0 ? at + length : NULL;
}

static const char *take_number(const char *at, double *number)
{
	if (!at)
		return NULL;
	at += strspn(at, " \r\n");
	size_t digits = strspn(at, "0123456789");
	if (digits == 0 || digits > DIGITS_MAX)
		return NULL;
	*number = (double)strtoull(at, NULL, 10);
	return at + digits;
}

int nginx_status_read(struct metrics *metrics, const char *page,
    struct err *err)
{
	static const struct {
		const char *before, *name;
		enum reading_kind kind;
	} rows[] = {
		{ "Active connections:", "connections.active", READING_NOW },
		{ "server accepts handled requests", "accepts",
		    READING_COUNTER },
		{ "", "handled", READING_COUNTER },
		{ "", "requests", READING_COUNTER },
		{ "Reading:", "connections.reading", READING_NOW },
		{ "Writing:", "connections.writing", READING_NOW },
		{ "Waiting:", "connections.waiting", READING_NOW },
	};
	const char *at = page;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		double number = 0;
		at = take_number(skip_word(at, rows[i].before), &number);
		if (!at)
			return err_set(err,
			    "looks like nginx' status, but has no %s",
			    rows[i].name);
		metrics_add(metrics, rows[i].kind, number, rows[i].name,
		    strlen(rows[i].name));
	}
	return 0;
}
