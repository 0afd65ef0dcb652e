/* bill.h - all machines of a test, and what they come to. */
#ifndef COST_BILL_H
#define COST_BILL_H

#include "cost/settings.h"
#include "lib/buf.h"
#include "lib/err.h"

struct bill {
	struct buf words; /* "3 x c5.2xlarge at $0.115/h spot, ..." */
	double hour;      /* of all machines together */
	double total;     /* for the time of the test, or one hour */
};

/* {0} before. Without any machine that costs something, `words` stays empty.
 * Returns 0, or -1 with `err`. */
int bill_make(struct bill *bill, const struct settings *settings,
    struct err *err);

void bill_release(struct bill *bill);

/* "$0.35", with more figures where it is less than ten cents. */
#define BILL_AMOUNT 64
char *bill_amount(char out[BILL_AMOUNT], const char *currency, double amount);

#endif
