#include "cost/price.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define AMOUNT_MAX   1e9
#define MACHINES_MAX 100000

#define WORDS 3

struct words {
	char text[WORDS + 1][PRICE_TYPE]; /* the last is one too many */
	int count;
};

static void split(struct words *words, const char *text)
{
	memset(words, 0, sizeof *words);
	words->count = sscanf(text, "%63s %63s %63s %63s", words->text[0],
	    words->text[1], words->text[2], words->text[3]);
}

int price_amount(const char *text, const char *what, double *amount,
    struct err *err)
{
	size_t digits = strspn(text, "0123456789.");
	char *end;
	*amount = strtod(text, &end);
	if (digits == 0 || text[digits] || *end || !(*amount <= AMOUNT_MAX))
		return err_set(err, "%s '%s' is not an amount such as 0.115",
		    what, text);
	return 0;
}

/* 1: it is this one; 0: another. */
static int take(const char *line, const char *type, bool spot,
    struct price *price, struct err *err)
{
	struct words words;
	double on_demand, at_spot = 0;
	split(&words, line);
	if (words.count < 2 || words.count > WORDS)
		return err_set(err,
		    "PRICES has '%s'; a price is 'TYPE PRICE' or "
		    "'TYPE PRICE SPOT'",
		    line);
	if (price_amount(words.text[1], "the price", &on_demand, err) < 0)
		return -1;
	if (words.count == WORDS &&
	    price_amount(words.text[2], "the spot price", &at_spot, err) < 0)
		return -1;
	if (strcmp(words.text[0], type) != 0)
		return 0;
	if (spot && words.count < WORDS)
		return err_set(err, "%s has no spot price in PRICES", type);
	memcpy(price->type, words.text[0], sizeof price->type);
	price->hour = spot ? at_spot : on_demand;
	return 1;
}

int price_find(const struct text_list *prices, const char *type, bool spot,
    struct price *price, struct err *err)
{
	bool found = false;
	for (size_t i = 0; i < prices->count; i++) {
		int is = take(prices->items[i], type, spot, price, err);
		if (is < 0)
			return -1;
		found = found || is;
	}
	if (!found)
		return err_set(err, "PRICES has no machine type '%s'", type);
	return 0;
}

int price_machines(const char *text, char type[PRICE_TYPE], unsigned *count,
    struct err *err)
{
	struct words words;
	unsigned long number = 1;
	char nothing[] = "", *end = nothing;
	split(&words, text);
	if (words.count == 2)
		number = strtoul(words.text[1], &end, 10);
	if (words.count < 1 || words.count > 2 || *end ||
	    words.text[1][0] == '-' || number > MACHINES_MAX)
		return err_set(err,
		    "OTHER_MACHINES has '%s'; write 'TYPE N', such as "
		    "'c5.xlarge 3'",
		    text);
	memcpy(type, words.text[0], PRICE_TYPE);
	*count = (unsigned)number;
	return 0;
}
