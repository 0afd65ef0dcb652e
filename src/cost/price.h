/* price.h - what machines cost by the hour. */
#ifndef COST_PRICE_H
#define COST_PRICE_H

#include "lib/err.h"
#include "lib/options.h"

#define PRICE_TYPE 64 /* bytes of a machine type's name */

struct price {
	char type[PRICE_TYPE];
	double hour; /* as it is to be paid: on demand or spot */
};

/* An amount of money such as 0.115: digits, and at most one point. Returns 0,
 * or -1 with `err`, which names `what`. */
int price_amount(const char *text, const char *what, double *amount,
    struct err *err);

/* Finds `type` in a list of "TYPE PRICE [SPOT]". Returns 0, or -1 with `err`
 * when it is not there, has no spot price, or a line of the list is wrong. */
int price_find(const struct text_list *prices, const char *type, bool spot,
    struct price *price, struct err *err);

/* Reads "TYPE [N]"; N is 1 unless given. Returns 0, or -1 with `err`. */
int price_machines(const char *text, char type[PRICE_TYPE], unsigned *count,
    struct err *err);

#endif
