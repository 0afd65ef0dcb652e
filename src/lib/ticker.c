#include "lib/ticker.h"

int64_t ticker_next(struct ticker *ticker, int64_t now_ns)
{
	uint64_t next = ticker->number + 1;
	int64_t passed_ns = now_ns - ticker->start_ns;
	if (passed_ns > 0) {
		int64_t whole = passed_ns / ticker->interval_ns;
		uint64_t soonest =
		    (uint64_t)whole + (passed_ns % ticker->interval_ns != 0);
		if (soonest > next) {
			ticker->missed += soonest - next;
			next = soonest;
		}
	}
	ticker->number = next;
	return ticker->start_ns + (int64_t)next * ticker->interval_ns;
}
