#include "cost/bill.h"

#include "cost/price.h"
#include "lib/clock.h"

#include <stdio.h>

#define NS_PER_HOUR (3600.0 * (double)NS_PER_SECOND)

char *bill_amount(char out[BILL_AMOUNT], const char *currency, double amount)
{
	int digits = amount <= 0 || amount >= 0.1 ? 2 : amount >= 0.001 ? 3 : 6;
	snprintf(out, BILL_AMOUNT, "%.20s%.*f", currency, digits, amount);
	return out;
}

static int add(struct bill *bill, const struct settings *settings,
    const char *type, uint64_t count, struct err *err)
{
	struct price price;
	if (price_find(&settings->prices, type, settings->spot, &price, err) <
	    0)
		return -1;
	bill->hour += price.hour * (double)count;
	if (buf_add_format(&bill->words, "%s%llu x %s at %.20s%.10g/h%s",
	        bill->words.length ? ", " : "", (unsigned long long)count,
	        price.type, settings->currency, price.hour,
	        settings->spot ? " (spot)" : "") < 0)
		return err_system(err, "cannot add up");
	return 0;
}

int bill_make(struct bill *bill, const struct settings *settings,
    struct err *err)
{
	const struct text_list *others = &settings->other_machines;
	if (settings->machine_type && *settings->machine_type &&
	    settings->machines > 0 &&
	    add(bill, settings, settings->machine_type, settings->machines,
	        err) < 0)
		return -1;
	for (size_t i = 0; i < others->count; i++) {
		char type[PRICE_TYPE];
		unsigned count;
		if (price_machines(others->items[i], type, &count, err) < 0 ||
		    add(bill, settings, type, count, err) < 0)
			return -1;
	}
	double paid_ns = (double)settings->time_ns + (double)settings->setup_ns;
	bill->total =
	    bill->hour * (settings->time_ns > 0 ? paid_ns / NS_PER_HOUR : 1);
	return 0;
}

void bill_release(struct bill *bill)
{
	buf_release(&bill->words);
}
