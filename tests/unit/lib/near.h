/* near.h - cmocka knows floats, not doubles. Include it behind cmocka.h. */
#ifndef TESTS_LIB_NEAR_H
#define TESTS_LIB_NEAR_H

#include <math.h>

#define assert_double_equal(found, expected, error)                            \
	do {                                                                   \
		double found_ = (found), expected_ = (expected);               \
		if (!(fabs(found_ - expected_) <= (error)))                    \
			fail_msg("%s is %.17g, not %.17g", #found, found_,     \
			    expected_);                                        \
	} while (0)

#endif
