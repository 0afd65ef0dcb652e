/* ticker.h - moments at even distances. Late work does not shift them: those
 * that have passed meanwhile are skipped and counted. Pure. */
#ifndef LIB_TICKER_H
#define LIB_TICKER_H

#include <stdint.h>

struct ticker {
	int64_t start_ns, interval_ns;
	uint64_t
	    number; /* of the last moment that was given out; 0: the start */
	uint64_t missed; /* since that was read and set to 0 */
};

/* The next moment that is not before `now_ns`. */
int64_t ticker_next(struct ticker *ticker, int64_t now_ns);

#endif
