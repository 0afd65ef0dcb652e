/* stray_flags.h - flags that only other drivers than this run's have. */
#ifndef STRESS_CLIENT_STRAY_FLAGS_H
#define STRESS_CLIENT_STRAY_FLAGS_H

#include "stress_client/driver.h"

/* Says on stderr which of the command line's flags (and their values) these
 * are. A conf file may well have keys for several drivers. */
void stray_flags_remark(const struct driver *driver, char *const *arguments,
    int count);

#endif
