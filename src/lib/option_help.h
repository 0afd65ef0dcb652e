/* option_help.h - what --help prints. For options.c. */
#ifndef LIB_OPTION_HELP_H
#define LIB_OPTION_HELP_H

#include "lib/options.h"

#include <stdio.h>

void option_help_print(const struct options *options, FILE *to);

#endif
